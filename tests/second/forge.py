"""A register in memory, by keys of fixed seeds: the proof files that an honest one hands out, and those of a
keeper who holds the log's key and lies. For tests."""
import base64
import hashlib
import itertools

from mapping import Map

from second import ed25519, trees

ORIGIN = b"forged.example/register"
NOON = 1500465600
SIGNED = "\n— party.example c3AbxDf54IP/Hcq78R3Yg6Wnqg==\n".encode()  # whether it verifies is nothing to map and proof
RECORDS = (b"scheme/v1\nid cpa\nname Commercial Product Assurance\ndate 2017-01-02\n",
           b"list/v1\nid ncsc-directory\nname The directory\ndate 2017-01-02\n",
           b"vendor/v1\nid northgate\nname Northgate Systems Ltd.\ndate 2017-01-03\n",
           b"listing/v1\nlist ncsc-directory\naction add\nvendor northgate\nvendor-name Northgate Systems Ltd.\ndate 2017-02-02\n",
           "alias/v1\nvendor northgate\nname Nordtor Café\ndate 2017-03-01\n".encode(),
           b"directive/v1\nid bod-17-01\nsubject-token examplevendor\naction remove\nissued 2017-09-13\nstep identify 2017-10-13\n",
           b"report/v1\ndirective bod-17-01\norganisation agency-a\nstep identify\nresult found\nfound 3\ndate 2017-10-11\n",
           b"listing/v1\nlist ncsc-directory\naction remove\nvendor northgate\ndate 2017-11-02\n",
           b"sealed/v1\ndigest sha256:" + b"5" * 64 + b"\ndate 2017-11-03\n")


def b64(raw):
    return base64.b64encode(raw)


class Signer:
    def __init__(self, name, seed, kind):
        self.name, self.seed, self.kind = name, hashlib.sha256(seed).digest(), bytes([kind])
        self.public = ed25519.public_of(self.seed)
        self.id = hashlib.sha256(name + b"\n" + self.kind + self.public).digest()[:4]

    def vkey(self):
        return b"%s+%s+%s" % (self.name, self.id.hex().encode(), b64(self.kind + self.public))

    def line(self, payload, name=None, number=None):
        return "— ".encode() + (name or self.name) + b" " + b64((number or self.id) + payload) + b"\n"

    def sign(self, text, time=NOON):
        if self.kind == b"\1":
            return self.line(ed25519.sign(self.seed, text))
        message = b"cosignature/v1\ntime %d\n" % time + text
        return self.line(time.to_bytes(8, "big") + ed25519.sign(self.seed, message))


LOG = Signer(ORIGIN, b"log", 1)
WITNESSES = [Signer(b"witness.example/w%d" % n, b"witness %d" % n, 4) for n in range(1, 7)]


def policy(quorum, count=3, log=LOG):
    return b"log %s\n%s%s" % (log.vkey(), b"".join(b"witness w%d %s\n" % (n, w.vkey())
                                                   for n, w in enumerate(WITNESSES[:count], 1)), quorum)


def merkle_root(hashes):
    if len(hashes) < 2:
        return hashes[0] if hashes else trees.sha256()
    half = 1 << (len(hashes) - 1).bit_length() - 1
    return trees.node_hash(merkle_root(hashes[:half]), merkle_root(hashes[half:]))


def merkle_path(hashes, place):
    if len(hashes) < 2:
        return []
    half = 1 << (len(hashes) - 1).bit_length() - 1
    if place < half:
        return [*merkle_path(hashes[:half], place), merkle_root(hashes[half:])]
    return [*merkle_path(hashes[half:], place - half), merkle_root(hashes[:half])]


def index_path(leaves, key):
    """(the leaf that the walk by the key's bits ends in, the levels from it up to the root)"""
    if len(leaves) == 1:
        return next(iter(leaves.items())), b""
    place = next(i for i in range(256) if len({trees.bit(one, i) for one in leaves}) == 2)
    sides = [{one: value for one, value in leaves.items() if trees.bit(one, place) == side} for side in (0, 1)]
    leaf, levels = index_path(sides[trees.bit(key, place)], key)
    return leaf, levels + bytes([place]) + trees.index_root(sides[1 - trees.bit(key, place)])


def number(value, width):
    return value.to_bytes(width, "big")


def counted(raw, width=2):
    return number(len(raw), width) + raw


class Register:
    """What stands in it may be changed before `seal` (postings, leaf) or after (lookups, files)."""

    def __init__(self, document, records=RECORDS, origin=ORIGIN):
        self.origin, self.entries = origin, [b"hallmark/" + record + SIGNED for record in records]
        self.mapfn = "sha256:" + hashlib.sha256(document).hexdigest()
        the_map, self.postings = Map(document.decode()), {}
        for place, entry in enumerate(self.entries):
            for key in sorted(the_map.keys(entry)):
                self.postings.setdefault(key, []).append(place)
        self.covers, self.behind = len(self.entries), []
        self.seal()

    def seal(self):
        self.leaves = {trees.sha256(key): self.value(postings) for key, postings in self.postings.items()}
        self.index = (b"hallmark/index/v1\ncovers %d\nkeys %d\nroot %s\nmapfn %s\n" %
                      (self.covers, len(self.leaves), b64(trees.index_root(self.leaves)), self.mapfn.encode()))
        self.hashes = [trees.leaf_hash(entry) for entry in (*self.entries, self.index, *self.behind)]
        self.text = b"%s\n%d\n%s\n" % (self.origin, len(self.hashes), b64(merkle_root(self.hashes)))
        return self

    @staticmethod
    def value(postings):
        return trees.sha256(*(number(place, 8) for place in postings))

    def lookup(self, key, postings=None, proof=None):
        postings = self.postings.get(key, []) if postings is None else postings
        if proof is None and self.leaves:
            (leaf, value), levels = index_path(self.leaves, trees.sha256(key))
            proof = levels if leaf == trees.sha256(key) else leaf + value + levels
        return key, number(len(postings), 4) + b"".join(number(place, 8) for place in postings), proof or b""

    def posted(self, place, entry=None, at=None):
        path = merkle_path(self.hashes, place)
        return (number(place if at is None else at, 8) + counted(self.entries[place] if entry is None else entry) +
                number(len(path), 1) + b"".join(path))

    def extra(self, asked, further=(), posted=(), version=2, index=None):
        key, postings, proof = asked
        head = number(version, 1) + counted(key) + counted(self.index if index is None else index) + postings
        if version == 1:
            return head + proof
        more = b"".join(counted(k) + p + counted(m) for k, p, m in further)
        return head + counted(proof) + number(len(further), 1) + more + number(len(posted), 4) + b"".join(posted)

    def answer(self, key, *further, version=2, entries=False):
        found = {place for one in (key, *further) for place in self.postings.get(one, [])}
        return self.extra(self.lookup(key), [self.lookup(one) for one in further],
                          [self.posted(place) for place in sorted(found)] if entries else (), version)

    def cosigned(self, witnesses=(0, 1, 2), times=None, log=LOG, text=None):
        text = self.text if text is None else text
        times = times or itertools.repeat(NOON)
        return text + b"\n" + log.sign(text) + b"".join(WITNESSES[n].sign(text, time) for n, time in zip(witnesses, times))

    def file(self, extra=None, note=None, index=None, path=None):
        index = len(self.entries) if index is None else index
        path = merkle_path(self.hashes, min(index, len(self.hashes) - 1)) if path is None else path
        return (b"c2sp.org/tlog-proof@v1\n" + (b"" if extra is None else b"extra " + b64(extra) + b"\n") + b"index %d\n" % index +
                b"".join(b64(one) + b"\n" for one in path) + b"\n" + (self.cosigned() if note is None else note))
