"""Ed25519 verification in integers alone (RFC 8032, 5.1), strict where the RFC leaves a choice.

A key or an R that is not the canonical encoding of a point is refused, so is S of the group's order
or above; the equation is the one without cofactor. A key or an R of small order is refused besides: the
key would sign everything, the R comes from no honest signer. Nothing here is fast, and nothing is secret."""
import functools
import hashlib

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def decode(raw):
    """The point of 32 bytes (extended coordinates), or None."""
    if len(raw) != 32:
        return None
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (2 ** 255 - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * ROOT % P
    if (v * x * x - u) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def encode(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def add(one, other):
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def double(one):
    x, y, z, _ = one
    a, b, c = x * x % P, y * y % P, 2 * z * z % P
    h, e = a + b, a + b - (x + y) * (x + y)
    g, f = a - b, c + a - b
    return e * f % P, g * h % P, f * g % P, e * h % P


def twice(s, one, k, other):
    """s times one and k times other, summed."""
    both, total = add(one, other), NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        total = double(total)
        chosen = (s >> bit & 1) | (k >> bit & 1) << 1
        if chosen:
            total = add(total, (one, other, both)[chosen - 1])
    return total


def is_neutral(point):
    x, y, z, _ = point
    return x % P == 0 and (y - z) % P == 0


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=4096)
def key(raw):
    """The point of a key, or of an R, that may be trusted; or None."""
    point = decode(raw)
    if point is None or is_neutral(double(double(double(point)))):
        return None
    return point


@functools.lru_cache(maxsize=65536)
def verify(public, message, signature):
    if len(signature) != 64:
        return False
    point, r, s = key(public), signature[:32], int.from_bytes(signature[32:], "little")
    if point is None or key(r) is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % ORDER
    x, y, z, t = point
    return encode(twice(s, BASE, k, (P - x, y, z, P - t))) == r


def sign(seed, message):
    """For tests that make their own notes (RFC 8032, 5.1.6)."""
    hashed = hashlib.sha512(seed).digest()
    a = int.from_bytes(hashed[:32], "little") & (2 ** 254 - 8) | 2 ** 254
    return sign_with(a, int.from_bytes(hashlib.sha512(hashed[32:] + message).digest(), "little") % ORDER, message)


def sign_with(a, r, message, public=None, spoiled=NEUTRAL):
    """The signature by scalar a and nonce r; `spoiled` is added to R, and `public` may be a key of another making."""
    public = public or encode(twice(a, BASE, 0, NEUTRAL))
    point = encode(add(twice(r, BASE, 0, NEUTRAL), spoiled))
    k = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER
    return point + ((r + k * a) % ORDER).to_bytes(32, "little")


def public_of(seed):
    a = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & (2 ** 254 - 8) | 2 ** 254
    return encode(twice(a, BASE, 0, NEUTRAL))
