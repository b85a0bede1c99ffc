"""The two trees: RFC 6962 / RFC 9162 for the log, the Merkle Patricia tree for the index."""
import hashlib


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def leaf_hash(entry):
    return sha256(b"\0", entry)


def node_hash(left, right):
    return sha256(b"\1", left, right)


def included(index, size, leaf, proof, root):
    """RFC 9162, 2.1.3.2."""
    if index >= size or any(len(one) != 32 for one in (leaf, root, *proof)):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistent(first, second, first_root, second_root, proof):
    """RFC 9162, 2.1.4.2, and for equal sizes equal roots and no proof. The empty tree proves nothing."""
    if first > second or first == 0:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not proof or any(len(one) != 32 for one in (first_root, second_root, *proof)):
        return False
    if first & (first - 1) == 0:
        proof = [first_root, *proof]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def bit(key, place):
    return key[place // 8] >> (7 - place % 8) & 1


def index_root(leaves):
    """The root over {key: value}, by splitting at the first bit that differs."""
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return sha256(*next(iter(leaves.items())))
    place = next(i for i in range(256) if len({bit(key, i) for key in leaves}) == 2)
    sides = [{key: value for key, value in leaves.items() if bit(key, place) == side} for side in (0, 1)]
    return sha256(index_root(sides[0]), index_root(sides[1]), bytes([place]))


def looked_up(root, key, value, proof):
    """Whether `proof` shows that the tree has `value` at `key`, or, where value is None, nothing."""
    if value is None and not proof:
        return root == sha256()
    if value is None:
        if len(proof) < 64 or (len(proof) - 64) % 33:
            return False
        leaf, stored, proof = proof[:32], proof[32:64], proof[64:]
        if leaf == key:
            return False
    else:
        leaf, stored = key, value
    if len(proof) % 33:
        return False
    h, last = sha256(leaf, stored), 256
    for at in range(0, len(proof), 33):
        place, sibling = proof[at], proof[at + 1:at + 33]
        if place >= last or bit(key, place) != bit(leaf, place):
            return False
        h = sha256(sibling, h, bytes([place])) if bit(key, place) else sha256(h, sibling, bytes([place]))
        last = place
    return h == root
