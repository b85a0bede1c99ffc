"""Proof files (C2SP tlog-proof) and what their `extra` says (docs/register.md, "The extra of a proof file")."""
import hashlib
import re

from mapping import KINDS, Map, is_count, is_digest, unbase64

from second import trees
from second.note import Checkpoint, decimal, must

SIMULATED = b"/simulated-clock"
OBJECTS = {b"listed": b"list:", b"listing": b"list:", b"report": b"directive:", b"reports": b"directive:", b"certified": b"scheme:"}


class Keys:
    """Which key strings a map function can emit (docs/mapfn-1.txt, section 6), and which an entry has."""

    def __init__(self, document):
        self.map = Map(document.decode())
        types = self.map.types
        self.digest = "sha256:" + hashlib.sha256(document).hexdigest()
        self.fixed = {b"type:unknown", *(b"type:" + name.encode() for name in types)}
        self.templates = {tuple(self.part(piece, kind) for piece in re.findall(r"\{[^}]*\}|[^{]+", template))
                          for kind in types.values() for template in kind["templates"]}

    @staticmethod
    def part(piece, kind):
        if not piece.startswith("{"):
            return piece.encode()
        *how, line = piece[1:-1].split(" ")
        if how == ["sha256"]:
            return "sha256"
        return "token" if how else kind["lines"][line]["kind"]

    def has(self, key):
        return key in self.fixed or any(self.agrees(key, template) for template in self.templates)

    def agrees(self, key, template):
        if not template:
            return key == b""
        first, rest = template[0], template[1:]
        if isinstance(first, bytes):
            return key.startswith(first) and self.agrees(key[len(first):], rest)
        if first == "sha256":
            return bool(re.fullmatch(rb"[0-9a-f]{64}", key[:64])) and self.agrees(key[64:], rest)
        return any(KINDS[first](key[:n]) and self.agrees(key[n:], rest) for n in self.ends(key, rest))

    @staticmethod
    def ends(key, rest):
        """Where a value may end: before what comes next, or at the end."""
        return [m.start() for m in re.finditer(re.escape(rest[0]), key)] if rest else [len(key)]


class Reader:
    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        must(count <= len(self.raw) - self.at, "extra: it ends early")
        self.at += count
        return self.raw[self.at - count:self.at]

    def number(self, width):
        return int.from_bytes(self.take(width), "big")

    def counted(self, width):
        return self.take(self.number(width))

    def rest(self):
        return self.take(len(self.raw) - self.at)


class Lookup:
    def __init__(self, key, reader, whole):
        self.key, count = key, reader.number(4)
        must(count <= (len(reader.raw) - reader.at) // 8, "extra: it ends early")
        self.postings = [reader.number(8) for _ in range(count)]
        self.proof = reader.rest() if whole else reader.counted(2)

    def check(self, leaf, keys):
        must(keys.has(self.key), "register: a key string that the map cannot emit")
        rising = all(one < other for one, other in zip(self.postings, self.postings[1:]))
        must(rising and all(place < leaf.covers for place in self.postings), "register: postings rise, and are covered")
        value = trees.sha256(*(place.to_bytes(8, "big") for place in self.postings)) if self.postings else None
        must(trees.looked_up(leaf.root, trees.sha256(self.key), value, self.proof), "register: the index does not say so")


class IndexLeaf:
    def __init__(self, raw):
        found = re.fullmatch(rb"hallmark/index/v1\ncovers ([^\n]*)\nkeys ([^\n]*)\nroot ([^\n]*)\nmapfn ([^\n]*)\n", raw)
        must(found and is_count(found[1]) and is_count(found[2]) and is_digest(found[4]), "register: not an index leaf")
        self.covers, self.keys, self.mapfn = int(found[1]), int(found[2]), found[4].decode()
        self.root = unbase64(found[3])
        must(self.root and len(self.root) == 32, "register: the index root is 32 bytes in base64")


class Extra:
    def __init__(self, raw):
        reader = Reader(raw)
        version = reader.number(1)
        must(version in (1, 2), "register: extra of version 1 or 2")
        key = reader.counted(2)
        self.leaf_text, self.posted = reader.counted(2), []
        self.lookups = [Lookup(key, reader, whole=version == 1)]
        if version == 2:
            self.lookups += [Lookup(reader.counted(2), reader, whole=False) for _ in range(reader.number(1))]
            for _ in range(reader.number(4)):
                place, text = reader.number(8), reader.counted(2)
                self.posted.append((place, text, [reader.take(32) for _ in range(reader.number(1))]))
        must(not reader.rest(), "extra: bytes behind its end")


class Proof:
    def __init__(self, raw):
        head, gap, checkpoint = raw.partition(b"\n\n")
        lines = head.split(b"\n")
        must(gap and lines.pop(0) == b"c2sp.org/tlog-proof@v1", "tlog-proof: its first line, an empty line, a checkpoint")
        self.extra = None
        if lines and lines[0].startswith(b"extra "):
            self.extra = unbase64(lines.pop(0)[6:])
            must(self.extra is not None, "tlog-proof: extra is base64")
        must(lines and lines[0].startswith(b"index "), "tlog-proof: the line index")
        self.index = decimal(lines.pop(0)[6:], "tlog-proof, index")
        self.hashes = [unbase64(line) for line in lines]
        must(len(lines) <= 63 and all(h and len(h) == 32 for h in self.hashes), "tlog-proof: hashes of 32 bytes in base64")
        self.checkpoint = Checkpoint(checkpoint)

    def includes(self, entry):
        return trees.included(self.index, self.checkpoint.size, trees.leaf_hash(entry), self.hashes, self.checkpoint.root)


def facts(raw, policy, keys, trusted=(), entry=None):
    """What a proof file proves under a policy; Refused where it proves nothing."""
    proof = Proof(raw)
    time, witnesses = policy.judge(proof.checkpoint)
    shared = policy.shared()
    said = {"origin": proof.checkpoint.origin.decode(), "size": proof.checkpoint.size, "time": time,
            "witnesses": witnesses, "shared": None if policy.quorum == b"none" else shared,
            "simulated_clock": proof.checkpoint.origin.endswith(SIMULATED)}
    if proof.extra is None:
        must(entry is not None, "a plain proof says nothing without the entry")
        must(proof.includes(entry), "RFC 9162 2.1.3.2: the entry is not at that index")
        return said | {"kind": "entry", "index": proof.index}
    extra = Extra(proof.extra)
    must(entry is None or entry in [text for _, text, _ in extra.posted], "the entry is none of those that are posted")
    return said | {"kind": "lookup"} | lookup_facts(proof, extra, keys, trusted)


def lookup_facts(proof, extra, keys, trusted):
    leaf = IndexLeaf(extra.leaf_text)
    must(leaf.mapfn == keys.digest or leaf.mapfn in trusted, "register: a map function that is not known")
    must(proof.index == proof.checkpoint.size - 1 == leaf.covers, "register R1: the index leaf is the last, and covers all before it")
    must(proof.includes(extra.leaf_text), "RFC 9162 2.1.3.2: the index leaf is not in the log")
    must(len({lookup.key for lookup in extra.lookups}) == len(extra.lookups), "register: a key is looked up twice")
    for lookup in extra.lookups:
        lookup.check(leaf, keys)
    places = [place for place, _, _ in extra.posted]
    must(all(one < other for one, other in zip(places, places[1:])), "register: posted entries rise by index")
    for place, text, path in extra.posted:
        check_posted(place, text, extra.lookups, keys if leaf.mapfn == keys.digest else None)
        must(trees.included(place, proof.checkpoint.size, trees.leaf_hash(text), path, proof.checkpoint.root),
             "RFC 9162 2.1.3.2: a posted entry is not in the log")
    return said_of(extra, leaf)


def check_posted(place, text, lookups, keys):
    must(any(place in lookup.postings for lookup in lookups), "register: a posted entry that no key in the file has")
    found = keys and keys.map.keys(text)
    for lookup in lookups if keys else ():
        must((lookup.key in found) == (place in lookup.postings), "register: a posted entry maps to other keys than the index says")


def said_of(extra, leaf):
    first, *further = extra.lookups
    found = {lookup.key: lookup.postings for lookup in extra.lookups}
    kind, _, rest = first.key.partition(b":")
    named = OBJECTS[kind] + rest.split(b":")[0] if kind in OBJECTS else None
    sealed = found.get(b"type:sealed")
    return {"key": first.key.decode(), "present": bool(first.postings), "postings": first.postings,
            "keys": leaf.keys, "map_digest": leaf.mapfn, "sealed": None if sealed is None else len(sealed),
            "object": named and named.decode(), "object_proved": None if named is None else bool(found.get(named)),
            "further": [{"key": lookup.key.decode(), "postings": lookup.postings} for lookup in further],
            "entries": [{"index": place, "sha256": hashlib.sha256(text).hexdigest()} for place, text, _ in extra.posted]}
