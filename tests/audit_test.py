#!/usr/bin/env python3
"""Logs that others wrote, and what audit, log and mirror say of them: whole, damaged, forged."""
import base64
import hashlib
import struct

from registering import *
from second import ed25519, trees

SECRET, NAME = bytes([7]) * 32, "other.example/log"
PUBLIC = ed25519.public_of(SECRET)
ID = hashlib.sha256(NAME.encode() + b"\n\x01" + PUBLIC).digest()[:4]
VKEY = f"{NAME}+{ID.hex()}+" + base64.b64encode(b"\x01" + PUBLIC).decode()


def root(entries):
    """RFC 6962 2.1, by its own words."""
    if len(entries) < 2:
        return trees.leaf_hash(entries[0]) if entries else trees.sha256(b"")
    half = 1 << (len(entries) - 1).bit_length() - 1
    return trees.node_hash(root(entries[:half]), root(entries[half:]))


def checkpoint(entries, more="", unknown=""):
    text = f"{NAME}\n{len(entries)}\n{base64.b64encode(root(entries)).decode()}\n{more}"
    signed = base64.b64encode(ID + ed25519.sign(SECRET, text.encode())).decode()
    return f"{text}\n{unknown}\u2014 {NAME} {signed}\n"


def tile_name(level, n, width):
    return f"tile/{level}/{n:03d}" + ("" if width == 256 else f".p/{width}")


def write(place, content):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def foreign(entries, **more):
    """A folder with the log, by tlog-tiles alone; small enough for two levels of tiles."""
    home = Path(tempfile.mkdtemp(dir=SCRATCH))
    row = [trees.leaf_hash(e) for e in entries]
    for n in range(0, len(entries), 256):
        bundle = entries[n:n + 256]
        write(home / tile_name("entries", n // 256, len(bundle)), b"".join(struct.pack(">H", len(e)) + e for e in bundle))
    for level in (0, 1):
        for n in range(0, len(row), 256):
            write(home / tile_name(level, n // 256, len(row[n:n + 256])), b"".join(row[n:n + 256]))
        row = [root(entries[n * 256:n * 256 + 256]) for n in range(len(row) // 256)]
    (home / "checkpoint").write_text(checkpoint(entries, **more))
    return home


def audit(home, *more, code=0, says=""):
    ended = done("register", "audit", home, "--key", VKEY, *more, codes=(code,))
    told = (ended.stderr if code else ended.stdout).decode()
    assert says in told, f"{told!r} does not say {says!r}"
    equal(len(ended.stderr.splitlines()), 1 if code else 0)


@test
def any_tiled_log_is_audited_as_a_tree():
    for size in (0, 1, 255, 256, 257, 600):
        audit(foreign([b"e%d" % n for n in range(size)]), says=f"{size} entr")
    audit(foreign([b"", b"\0" * 65535, b"\xff\n"], more="an extension\n", unknown="\u2014 who.example AAAAAAAAAAAA\n"),
          says="index not checked")
    full = [b"e%d" % n for n in range(256)]
    home = foreign(full)
    (home / "checkpoint").write_text(checkpoint(full[:100]))    # its partial tiles gave way to the full ones
    audit(home, says="100 entries")


@test
def a_file_holds_what_its_name_says_and_nothing_more():
    home = foreign([b"e%d" % n for n in range(300)])
    for name in ("tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"):
        good = (home / name).read_bytes()
        for bad in (b"", good[:-1], good[:-32], good + b"\0", good + b"\0" * 32, good[:9] + bytes([good[9] ^ 1]) + good[10:]):
            (home / name).write_bytes(bad)
            audit(home, code=1, says="tile/")
        (home / name).unlink()
        audit(home, code=1, says=name)
        (home / name).write_bytes(good)
    audit(home)


@test
def an_earlier_checkpoint_that_says_nothing_is_none():
    entries = [b"e%d" % n for n in range(300)]
    home, kept = foreign(entries), Path(tempfile.mkdtemp(dir=SCRATCH)) / "kept"
    for text, code in ((checkpoint(entries[:100]), 0), (checkpoint([]), 0), ("", 1), ("\n", 1), (checkpoint(entries[:100])[:-9], 1),
                       (checkpoint([b"x"]), 1), (checkpoint(entries + [b"x"]), 1)):
        kept.write_text(text)
        audit(home, "--since", kept, code=code)


@test
def entries_of_a_register_want_its_index():
    record = b"hallmark/vendor/v1\nid a\nname A\ndate 2017-01-01\n\n"
    audit(foreign([b"e", record]), code=1, says="rule R1")
    audit(foreign([b"hallmark is a word", b"hallmark/"]), says="index not checked")


@test
def what_the_checkpoint_does_not_vouch_for_is_not_listed():
    r = Register().init()
    r.load(vendors(300))
    for name in ("tile/entries/000", f"tile/entries/001.p/{r.size() % 256}"):
        good = (r.dir / name).read_bytes()
        (r.dir / name).write_bytes(good.replace(b"Vendor Number", b"Vendor Nunber"))
        ended = done("register", "log", r.dir, codes=(2,))
        equal(ended.stdout, b"")
        assert name in ended.stderr.decode(), ended.stderr
        (r.dir / name).write_bytes(good)
    done("register", "log", r.dir)


@test
def a_mirror_whose_checkpoint_was_torn_does_not_begin_anew():
    r = Register().init()
    copy = r.home / "copy"
    done("register", "mirror", r.dir, copy, "--key", r.vkey)
    (copy / "checkpoint").write_text("")
    ended = done("register", "mirror", r.dir, copy, "--key", r.vkey, codes=(1, 2))
    assert b"stays as it was" in ended.stderr, ended.stderr
    equal((copy / "checkpoint").read_text(), "")


main()
