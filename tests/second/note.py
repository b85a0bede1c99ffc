"""Signed notes, verifier keys, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature)."""
import hashlib
import re

from mapping import SPACE, points, unbase64

from second import ed25519

LOG, COSIGNER = 1, 4
LINES, LINE = 64, 8192  # signature lines of a note, bytes of one: docs/mapfn-1.txt 2.1


class Refused(Exception):
    """What was given does not prove anything; the text names the rule."""


def must(holds, rule):
    if not holds:
        raise Refused(rule)


def is_name(raw):
    found = points(raw)
    return bool(raw) and b"+" not in raw and found is not None and not SPACE.intersection(found)


def decimal(raw, what):
    must(re.fullmatch(rb"0|[1-9][0-9]*", raw) and int(raw) < 2 ** 63, f"{what}: decimal without leading zero")
    return int(raw)


class Key:
    def __init__(self, vkey, kind):
        name, plus, rest = vkey.partition(b"+")
        number, other, encoded = rest.partition(b"+")
        raw = unbase64(encoded)
        must(plus and other and is_name(name) and raw, "signed-note, verifier keys: name+id+base64")
        must(raw[0] == kind and len(raw) == 33, "tlog-policy: a key of a kind that is not read here")
        must(number.decode("latin1") == hashlib.sha256(name + b"\n" + raw).hexdigest()[:8], "signed-note: the key id is another's")
        must(ed25519.key(raw[1:]), "RFC 8032: not a point, or one of small order")
        self.name, self.id, self.kind, self.public = name, bytes.fromhex(number.decode()), kind, raw[1:]

    def check(self, text, payload):
        """True for a log's signature, the time of a cosigner's; refused where it does not verify."""
        if self.kind == LOG:
            must(ed25519.verify(self.public, text, payload), "signed-note: a known key's signature fails")
            return True
        time = int.from_bytes(payload[:8], "big")
        must(len(payload) == 72 and time < 2 ** 63, "tlog-cosignature: u64 time, 64 bytes of signature")
        message = b"cosignature/v1\ntime %d\n" % time + text
        must(ed25519.verify(self.public, message, payload[8:]), "tlog-cosignature: a known key's signature fails")
        return time


class Note:
    def __init__(self, raw):
        found = points(raw)
        must(found is not None and not any(c < 0x20 and c != 0x0a for c in found), "signed-note: UTF-8 without control characters")
        end = raw.rfind(b"\n\n")
        must(end >= 0 and raw.endswith(b"\n") and end + 2 < len(raw), "signed-note: text, an empty line, signature lines")
        self.text, lines = raw[:end + 1], raw[end + 2:-1].split(b"\n")
        must(len(lines) <= LINES, "signed-note: too many signature lines")
        self.signatures = [self.signature(line) for line in lines]

    @staticmethod
    def signature(line):
        parts = re.fullmatch("— ".encode() + rb"([^ ]+) ([^ ]+)", line)
        must(parts and is_name(parts[1]) and len(line) < LINE, "signed-note: not a signature line")
        raw = unbase64(parts[2])
        must(raw and len(raw) > 4, "signed-note: base64 of a key id and a signature")
        return parts[1], raw[:4], raw[4:]

    def signed_by(self, keys):
        """{key: latest time, or True}. Every line of a known key must verify; others are ignored."""
        found = {}
        for name, number, payload in self.signatures:
            for key in keys:
                if (key.name, key.id) == (name, number):
                    found[key] = max(found.get(key, 0), key.check(self.text, payload))
        return found


class Checkpoint:
    def __init__(self, raw):
        self.note = Note(raw)
        lines = self.note.text.split(b"\n")[:-1]
        must(len(lines) >= 3 and all(lines), "tlog-checkpoint: three lines at least, none empty")
        self.origin, self.size = lines[0], decimal(lines[1], "tlog-checkpoint, tree size")
        self.root = unbase64(lines[2])
        must(self.root and len(self.root) == 32, "tlog-checkpoint: the root hash is 32 bytes in base64")
