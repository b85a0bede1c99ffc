"""hallmark verify beside a second verifier that was written from the specifications alone (tests/second): over the
published vectors, over proofs that hallmark makes, and over the files of a keeper who lies with the log's own key,
both give the same answer and the same facts."""
import base64
import hashlib
import json
import os
import tempfile
from pathlib import Path

from second import ed25519, forge, trees
from second.compare import compare
from second.note import Refused
from second.policy import Policy
from second.proof import Keys, facts
from tap import *
from torture import mutated

FIXTURES = Path(os.environ["HALLMARK_FIXTURES"]) / "register"
EXAMPLE_MAP = "sha256:f4a90354efdf4050b9cef30e987c17db730d564e098647e2751a4e5b1c58c748"
DOCUMENT = (SOURCE / "docs/mapfn-1.txt").read_bytes()
KEYS = Keys(DOCUMENT)
SCRATCH = tempfile.TemporaryDirectory(prefix="hallmark-second-")
LISTED = b"listed:ncsc-directory:token:"
ORDER = ed25519.ORDER


def fixture(name):
    if not FIXTURES.exists():
        raise Skip("shared/fixtures is absent")
    return FIXTURES / name


def scratch(name, content):
    place = Path(SCRATCH.name) / name
    place.write_bytes(content)
    return place


def theirs(file, policy, mapfn=(), entry=None):
    """What hallmark verify says: facts, or the refusal as text."""
    more = [word for digest in mapfn for word in ("--mapfn", digest)]
    if entry is not None:
        more += ["--entry", scratch("entry", entry)]
    code, out, errors = run("verify", scratch("proof", file), "--policy", scratch("policy", policy), "--format", "json", *more)
    assert code == 0 or (out == "" and errors), (code, out, errors)
    return json.loads(out) if code == 0 else errors


def ours(file, policy, mapfn=(), entry=None):
    try:
        return facts(file, Policy(policy), KEYS, mapfn, entry)
    except Refused as why:
        return f"refused: {why}"


def judge(name, proved, file, policy, **more):
    """Both accept (proved), or both refuse."""
    mine, other = ours(file, policy, **more), theirs(file, policy, **more)
    assert isinstance(mine, dict) == proved, f"{name}: the second says {mine}"
    assert isinstance(other, dict) == proved, f"{name}: hallmark says {other}; the second {mine}"
    if proved:
        compare(mine, other)
    return mine


@test
def ed25519_is_checked_strictly():
    if not FIXTURES.exists():
        raise Skip("shared/fixtures is absent")
    loose = {"low_order_A", "low_order_R", "low_order_residue", "non_canonical_A", "non_canonical_R", "reencoded_k"}
    for one in json.loads((FIXTURES / "ed25519/ed25519vectors.json").read_text()):
        found = ed25519.verify(bytes.fromhex(one["key"]), one["msg"].encode(), bytes.fromhex(one["sig"]))
        equal((one["number"], found), (one["number"], not loose.intersection(one["flags"] or ())))


@test
def signatures_of_its_own_are_those_of_rfc_8032():
    seed = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
    equal(ed25519.public_of(seed).hex(), "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
    equal(ed25519.sign(seed, b"\xaf\x82").hex(), "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67"
          "f760984dc6594a7c15e9716ed28dc027beceea1ec40a")


@test
def merkle_proofs_agree_with_the_published_vectors():
    def raw(text):
        return base64.b64decode(text or "")

    count = 0
    for place in sorted(fixture("merkle/inclusion").rglob("*.json")):
        one = json.loads(place.read_text())
        found = trees.included(one["leafIdx"], one["treeSize"], raw(one["leafHash"]), [raw(p) for p in one["proof"] or ()],
                               raw(one["root"]))
        equal((place.name, found), (place.name, not one["wantErr"]))
        count += 1
    for place in sorted(fixture("merkle/consistency").rglob("*.json")):
        one = json.loads(place.read_text())
        found = trees.consistent(one["size1"], one["size2"], raw(one["root1"]), raw(one["root2"]),
                                 [raw(p) for p in one["proof"] or ()])
        equal((place.name, found), (place.name, not one["wantErr"]))
        count += 1
    equal(count, 196)


@test
def index_proofs_agree_with_the_published_vectors():
    found = json.loads(fixture("mpt/mpt_vectors.json").read_text())
    raw = bytes.fromhex
    for one in found["golden"]:
        equal(trees.index_root({raw(k): raw(v) for k, v in one["kvs"]}).hex(), one["root"])
    roots = {one["n"]: raw(one["root"]) for one in found["random"]}
    for one in found["random"]:
        for proof in one["present"] + one["absent"]:
            value = raw(proof["val"]) if "val" in proof else None
            equal(hashlib.sha256(proof["key"].encode()).hexdigest(), proof["keyhash"])
            assert trees.looked_up(raw(one["root"]), raw(proof["keyhash"]), value, raw(proof["proof"])), proof
    for one in found["negative"]:
        root = raw(one["root"]) if "root" in one else roots[one["n"]]
        value = raw(one["val"]) if one["val"] else None
        assert not trees.looked_up(root, raw(one["keyhash"]), value, raw(one["proof"])), one


@test
def the_worked_example_is_read_alike():
    policy = fixture("hallmark-example/policy.txt").read_bytes()
    example = json.loads(fixture("hallmark-example/example.json").read_text())
    for name in ("absent-listed-token", "present-listed-token", "absent-artefact", "present-artefact"):
        file = fixture(f"hallmark-example/{name}.tlog-proof").read_bytes()
        found = judge(name, True, file, policy, mapfn=[EXAMPLE_MAP])
        equal(found["present"], name.startswith("present"))
        equal((found["origin"], found["size"], found["time"], found["shared"]), ("register.example/hallmark", 6, example["cosign_time"], 1))
        judge(name + ", its map unknown", False, file, policy)
    for place in (2, 3):
        file = fixture(f"hallmark-example/entry{place}.tlog-proof").read_bytes()
        judge("entry", True, file, policy, entry=example["entries"][place].encode())
        judge("another entry", False, file, policy, entry=example["entries"][5 - place].encode())


ENTRIES = [{"type": "scheme", "id": "cpa", "name": "Commercial Product Assurance", "date": "2017-01-02"},
           {"type": "list", "id": "ncsc-directory", "name": "NCSC directory", "date": "2017-01-02"},
           *({
               "type": "vendor",
               "id": f"v{n}",
               "name": f"Vendor number {n} Ltd.",
               "date": "2017-01-03",
           } for n in range(300)),
           {
               "type": "listing",
               "list": "ncsc-directory",
               "action": "add",
               "vendor": "v7",
               "vendor-name": "Vendor number 7 Ltd.",
               "date": "2017-02-02",
           },
           {"type": "alias", "vendor": "v7", "name": "Søværn", "date": "2017-02-03"}]


def made(*args, stdin=None):
    code, out, errors = run(*args, stdin=stdin)
    equal((code, errors), (0, ""))
    return out


def register():
    """A register made by hallmark, of 307 entries."""
    home = Path(SCRATCH.name)
    if not (home / "r").exists():
        made("key", "new", home / "log.key", "--name", "bar.example/register", "--for", "log")
        made("key", "new", home / "party.key", "--name", "party.example", "--for", "party")
        made("register", "init", home / "r", "--origin", "bar.example/register", "--key", home / "log.key", "--admit", home / "party.key")
        with scratch("entries", "".join(json.dumps(one) + "\n" for one in ENTRIES).encode()).open("rb") as lines:
            made("register", "load", home / "r", "-", "--key", home / "party.key", stdin=lines)
    return home / "r"


@test
def proofs_that_hallmark_makes_are_read_alike():
    folder = register()
    policy, out = (folder / "policy.txt").read_bytes(), Path(SCRATCH.name) / "made"
    for key in ("listed:ncsc-directory:token:kaspersky", "listed:ncsc-directory:token:7", "listed:ncsc-directory:vendor:v7",
                "vendor:v7", "vendor:nobody", "vendor-token:vendor", "alias:søværn", "type:sealed", "type:listing", "scheme:cpa",
                "certified:cpa:token:kaspersky", "artefact:sha256:" + "0" * 64):
        for more in ([], ["--plain"], ["--entries"]):
            made("prove", key, "--register", folder, "-o", out, *more)
            found = judge(f"{key} {more}", True, out.read_bytes(), policy)
            equal(found["key"], key)


HONEST = forge.Register(DOCUMENT)
TWO_OF_THREE = forge.policy(b"group two 2 w1 w2 w3\nquorum two\n")


@test
def an_honest_keeper_is_believed():
    for key in (LISTED + b"kaspersky", LISTED + b"northgate", b"vendor:northgate", "alias:café".encode(), b"type:listing",
                b"report:bod-17-01:agency-b:identify", b"report:bod-17-01:agency-a:identify", b"type:unknown", b"lab:nowhere"):
        judge(f"{key}, 1", True, HONEST.file(HONEST.answer(key, version=1)), TWO_OF_THREE)
        judge(f"{key}, 2", True, HONEST.file(HONEST.answer(key)), TWO_OF_THREE)
        judge(f"{key}, all", True, HONEST.file(HONEST.answer(key, b"type:sealed", b"list:ncsc-directory", b"directive:bod-17-01",
                                                             entries=True)), TWO_OF_THREE)
    empty = forge.Register(DOCUMENT, records=())
    found = judge("an empty index", True, empty.file(empty.answer(b"vendor:northgate")), TWO_OF_THREE)
    equal((found["size"], found["present"]), (1, False))
    told = forge.Register(DOCUMENT, origin=forge.ORIGIN + b"/simulated-clock")
    log = forge.Signer(told.origin, b"log", 1)
    judge("a simulated clock", True, told.file(told.answer(b"vendor:x"), told.cosigned(log=log)), forge.policy(b"quorum w1\n", log=log))


@test
def key_strings_that_no_map_emits_are_refused():
    for key in (b"", b"token:kaspersky", LISTED + b"Kaspersky", LISTED + b"kasper sky", LISTED + b"kaspersky\n", LISTED, LISTED + b"a-b",
                b"vendor:", b"vendor:North", b"vendor:-a", b"vendor:a:b", b"vendor:" + b"a" * 129, b"type:", b"type:index", b"type:Vendor",
                b"listed:ncsc-directory:artefact:sha256:0", b"artefact:sha256:" + b"A" * 64, b"artefact:" + b"0" * 64, b"list",
                LISTED + b"caf\xe9", LISTED + "a\u202eb".encode(), LISTED + "a\u0085b".encode(), LISTED + b"a" * 1025, b"alias:\xc3",
                b"report:bod-17-01:agency-b", b"report:bod-17-01:agency-b:identify:x", b"key:0", b"register:x", b" vendor:x", b"vendor:x "):
        judge(f"{key}", False, HONEST.file(HONEST.answer(key)), TWO_OF_THREE)
        judge(f"{key}, further", False, HONEST.file(HONEST.answer(b"vendor:x", key)), TWO_OF_THREE)
    for key in (b"vendor:" + b"a" * 128, LISTED + b"a" * 1024, LISTED + "ſøß".encode(), b"vendor:a/b._-", b"key:" + b"0" * 64,
                b"observation:kev", b"reports:bod-17-01:identify", b"directive-token:x", b"row:kev:" + b"a" * 64):
        judge(f"{key}", True, HONEST.file(HONEST.answer(key)), TWO_OF_THREE)


@test
def a_keeper_who_lies_in_the_index_is_refused():
    there, never = LISTED + b"northgate", LISTED + b"kaspersky"
    good = HONEST.lookup(there)
    other = next(iter(HONEST.leaves.items()))
    cases = {
        "absence of what is there": (there, b"\0\0\0\0", b"".join(other) + good[2]),
        "absence by its own leaf": (there, b"\0\0\0\0", trees.sha256(there) + HONEST.value(HONEST.postings[there]) + good[2]),
        "absence by another's walk": (there, b"\0\0\0\0", HONEST.lookup(never)[2]),
        "absence without a word": (there, b"\0\0\0\0", b""),
        "other postings": HONEST.lookup(there, postings=[3, 7], proof=good[2]),
        "fewer postings": HONEST.lookup(b"list:ncsc-directory", postings=[]),
        "a level more": (*good[:2], good[2] + good[2][-33:]),
        "a level less": (*good[:2], good[2][:-33]),
        "half a level": (*good[:2], good[2][:-1]),
        "presence as an absence is proved": (*good[:2], b"".join(other) + good[2]),
    }
    for name, lookup in cases.items():
        for version in (1, 2):
            judge(f"{name}, {version}", False, HONEST.file(HONEST.extra(lookup, version=version)), TWO_OF_THREE)
        judge(f"{name}, further", False, HONEST.file(HONEST.extra(HONEST.lookup(never), [lookup])), TWO_OF_THREE)


def crooked(**changes):
    made_so = forge.Register(DOCUMENT)
    for name, value in changes.items():
        setattr(made_so, name, value)
    return made_so.seal()


@test
def what_is_said_of_postings_must_be_possible():
    key = b"vendor:northgate"
    for name, postings in {
        "not rising": [4, 3],
        "twice": [3, 3],
        "not covered": [2, 9],
        "far": [2, 2 ** 64 - 1],
    }.items():
        bad = crooked(postings={**HONEST.postings, key: postings})
        judge(name, False, bad.file(bad.answer(key)), TWO_OF_THREE)
    hidden = crooked(postings={k: p for k, p in HONEST.postings.items() if k != key})
    judge("a root of its own, wrong but signed", True, hidden.file(hidden.answer(key)), TWO_OF_THREE)


@test
def the_index_leaf_is_the_last_and_covers_what_is_before():
    key = b"vendor:northgate"
    for name, changes in {
        "covers one less": {"covers": 8},
        "covers one more": {"covers": 10},
        "covers none": {"covers": 0},
        "an entry behind it": {"behind": [b"hallmark/vendor/v1\n"]},
        "itself once more": {"behind": [HONEST.index]},
    }.items():
        bad = crooked(**changes)
        judge(name, False, bad.file(bad.answer(key)), TWO_OF_THREE)
    for name, mapfn in {"a map that nobody knows": "sha256:" + "0" * 64}.items():
        bad = crooked(mapfn=mapfn)
        judge(name, False, bad.file(bad.answer(key)), TWO_OF_THREE)
        judge(name + ", trusted", True, bad.file(bad.answer(key)), TWO_OF_THREE, mapfn=[mapfn])
    judge("the index of an entry", False, HONEST.file(HONEST.answer(key), index=3), TWO_OF_THREE)
    judge("another leaf's path", False, HONEST.file(HONEST.answer(key), path=forge.merkle_path(HONEST.hashes, 8)), TWO_OF_THREE)
    older = forge.Register(DOCUMENT, records=forge.RECORDS[:4])
    judge("an older index leaf", False, HONEST.file(older.answer(LISTED + b"x")), TWO_OF_THREE)


@test
def an_index_leaf_is_five_lines_to_the_byte():
    lines = HONEST.index.split(b"\n")
    for name, text in {
        "a space": HONEST.index.replace(b"covers ", b"covers  "),
        "a zero": HONEST.index.replace(b"covers 9", b"covers 09"),
        "a line more": HONEST.index + b"x\n",
        "a line less": b"\n".join(lines[:4]) + b"\n",
        "no end": HONEST.index[:-1],
        "lines swapped": b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]),
        "capitals": HONEST.index.upper(),
        "keys of 19 digits": HONEST.index.replace(b"keys ", b"keys 1000000000000000000"),
        "a root of bits unused": HONEST.index.replace(lines[3][-2:], bytes([lines[3][-2] + 1]) + b"="),
        "version 2": HONEST.index.replace(b"index/v1", b"index/v2"),
        "nothing": b"",
    }.items():
        bad = forge.Register(DOCUMENT)
        bad.index, bad.hashes = text, [*bad.hashes[:-1], trees.leaf_hash(text)]
        bad.text = b"%s\n%d\n%s\n" % (bad.origin, len(bad.hashes), forge.b64(forge.merkle_root(bad.hashes)))
        judge(name, False, bad.file(bad.answer(b"vendor:x")), TWO_OF_THREE)


@test
def extra_is_read_to_its_last_byte():
    good = HONEST.answer(LISTED + b"northgate", b"list:ncsc-directory", entries=True)
    plain = HONEST.answer(LISTED + b"northgate", version=1)
    for name, extra in {
        "a byte more": good + b"\0",
        "a byte less": good[:-1],
        "nothing": b"",
        "version 0": b"\0" + good[1:],
        "version 3": b"\3" + good[1:],
        "version 1 read as 2": b"\2" + plain[1:],
        "version 2 read as 1": b"\1" + good[1:],
        "a byte more, 1": plain + b"\0",
        "only a version": b"\2",
    }.items():
        judge(name, False, HONEST.file(extra), TWO_OF_THREE)


@test
def posted_entries_are_those_of_the_log_and_of_a_key_in_the_file():
    key = b"vendor:northgate"
    asked, places = HONEST.lookup(key), HONEST.postings[key]
    posted = [HONEST.posted(place) for place in places]
    cases = {"another's text": [HONEST.posted(2, entry=HONEST.entries[4])], "another's place": [HONEST.posted(2, at=3)],
             "of no key in the file": [HONEST.posted(0)], "the index leaf": [HONEST.posted(9, entry=HONEST.index)],
             "behind the end": [HONEST.posted(2, at=10)], "out of order": posted[::-1], "twice": [posted[0], posted[0]]}
    for name, given in cases.items():
        judge(name, False, HONEST.file(HONEST.extra(asked, posted=given)), TWO_OF_THREE)
    judge("a key twice", False, HONEST.file(HONEST.extra(asked, [asked])), TWO_OF_THREE)
    judge("some of them", True, HONEST.file(HONEST.extra(asked, posted=posted[1:])), TWO_OF_THREE)
    wrong = crooked(postings={**HONEST.postings, key: [0, 2]})
    judge("an entry that does not map to it", False, wrong.file(wrong.extra(wrong.lookup(key), posted=[wrong.posted(0)])), TWO_OF_THREE)
    hidden = crooked(postings={**HONEST.postings, b"alias:nordtor": []} | {b"vendor-token:nordtor": [4]})
    del hidden.postings[b"alias:nordtor"]
    hidden.seal()
    judge("an entry that maps to what is said absent", False,
          hidden.file(hidden.extra(hidden.lookup(key), [hidden.lookup(b"alias:nordtor")], [hidden.posted(4)])), TWO_OF_THREE)


@test
def the_frame_of_a_proof_file_is_exact():
    extra = HONEST.answer(b"vendor:northgate")
    good = HONEST.file(extra)
    lines = good.split(b"\n")
    first, hashes = lines[3], lines[3:lines.index(b"")]
    for name, file in {
        "version 2": good.replace(b"@v1", b"@v2"),
        "carriage returns": good.replace(b"\n", b"\r\n"),
        "a line before": b"\n" + good,
        "a leading zero": good.replace(b"\nindex 9", b"\nindex 09"),
        "a sign": good.replace(b"\nindex 9", b"\nindex +9"),
        "a space": good.replace(b"\nindex 9", b"\nindex 9 "),
        "no index": good.replace(b"\nindex 9", b""),
        "index twice": good.replace(b"\nindex 9", b"\nindex 9\nindex 9"),
        "extra behind index": good.replace(lines[1] + b"\n", b"").replace(b"\nindex 9\n", b"\nindex 9\n" + lines[1] + b"\n"),
        "a hash more": good.replace(first, first + b"\n" + first, 1),
        "a hash less": good.replace(first + b"\n", b"", 1),
        "a hash without padding": good.replace(first, first[:-1], 1),
        "64 hashes": good.replace(first, b"\n".join([first] * 64), 1),
        "hashes swapped": good.replace(b"\n".join(hashes), b"\n".join(hashes[::-1])) if len(hashes) > 1 else b"",
        "a space in extra": good.replace(b"extra ", b"extra  "),
        "extra without padding": good.replace(lines[1], lines[1].rstrip(b"=") + b"A"),
        "an empty line more": good.replace(b"\n\n" + forge.ORIGIN, b"\n\n\n" + forge.ORIGIN),
        "no end": good[:-1],
        "bytes behind": good + b"\n",
        "nothing": b"",
        "the checkpoint alone": HONEST.cosigned(),
    }.items():
        judge(name, False, file, TWO_OF_THREE)


def line_of(note, name):
    return next(line for line in note.split(b"\n") if name in line and line.startswith("— ".encode())) + b"\n"


@test
def signatures_of_known_keys_hold_and_others_are_passed_over():
    extra, note = HONEST.answer(b"vendor:northgate"), HONEST.cosigned()
    log, w1 = line_of(note, forge.ORIGIN), line_of(note, b"/w1")
    w3 = line_of(note, b"/w3")
    broken = forge.LOG.line(bytes(64))
    stranger = forge.Signer(b"stranger.example", b"stranger", 1)
    strange = stranger.sign(HONEST.text)
    lots = b"".join(stranger.line(bytes([n]) * 70) for n in range(60))
    proved = {
        "as it is": note,
        "a witness less": note.replace(w1, b""),
        "a stranger": note + strange,
        "a stranger before": note.replace(log, strange + log),
        "the log's name with another id": note + forge.LOG.line(bytes(64), number=b"\1\2\3\4"),
        "the log's id with another name": note + forge.LOG.line(bytes(64), name=b"x"),
        "the log behind": note.replace(log, b"") + log,
        "64 lines": note + lots,
        "a witness of whom nobody knows": note + forge.WITNESSES[4].sign(HONEST.text),
    }
    refused = {
        "no log": note.replace(log, b""),
        "two witnesses less": note.replace(w1, b"").replace(w3, b""),
        "the log's broken": note.replace(log, broken),
        "the log's good and broken": note + broken,
        "the log's broken and good": note.replace(log, broken + log),
        "a witness's broken": note + forge.WITNESSES[0].line(number_of(NOON_LATER) + bytes(64)),
        "a witness's too short": note + forge.WITNESSES[0].line(bytes(71)),
        "a witness's too long": note + forge.WITNESSES[0].line(bytes(73)),
        "the log's too short": note + forge.LOG.line(bytes(63)),
        "a line that is none": note + b"x\n",
        "a hyphen for the dash": note.replace(log, b"-" + log[3:]),
        "two spaces": note.replace(log, log.replace(b" ", b"  ", 1)),
        "a signature of four bytes": note + stranger.line(b""),
        "no base64": note + "— x ====\n".encode(),
        "a name with a plus": note + stranger.line(bytes(64), name=b"a+b"),
        "a name with a space": note + stranger.line(bytes(64), name="a\u2003b".encode()),
        "65 lines": note + lots + strange,
        "a line of 9000 bytes": note + stranger.line(bytes(6600)),
        "a time past 2^63": note.replace(w1, forge.WITNESSES[0].sign(HONEST.text, 2 ** 63)),
        "the text changed": note.replace(b"\n10\n", b"\n11\n"),
        "bytes that are no UTF-8": note + b"\xff",
        "a control character": note.replace(b"\n\n", b"\n\x07\n\n"),
    }
    for name, changed in proved.items():
        judge(name, True, HONEST.file(extra, changed), TWO_OF_THREE)
    for name, changed in refused.items():
        judge(name, False, HONEST.file(extra, changed), TWO_OF_THREE)


NOON_LATER = forge.NOON + 3600


def number_of(value):
    return value.to_bytes(8, "big")


@test
def a_checkpoint_is_three_lines_and_of_its_origin():
    extra = HONEST.answer(b"vendor:northgate")
    origin, size, root, _ = HONEST.text.split(b"\n")
    for name, text in {
        "size with a zero": b"\n".join([origin, b"0" + size, root, b""]),
        "two lines": b"\n".join([origin, size, b""]),
        "a short root": b"\n".join([origin, size, root[:-4], b""]),
        "root of another": b"\n".join([origin, size, forge.b64(bytes(32)), b""]),
        "another origin": b"\n".join([b"else.example", size, root, b""]),
        "no size": b"\n".join([origin, b"", root, b""]),
        "size signed": b"\n".join([origin, b"+" + size, root, b""]),
        "an empty extension": HONEST.text + b"\n",
    }.items():
        judge(name, False, HONEST.file(extra, HONEST.cosigned(text=text)), TWO_OF_THREE)
    judge("an extension line", True, HONEST.file(extra, HONEST.cosigned(text=HONEST.text + b"extension\n")), TWO_OF_THREE)


@test
def signatures_at_the_edge_of_the_curve_are_judged_alike():
    """The log's key is the forger's: with S past the order, R of small order, a key with a part of small order."""
    extra, text = HONEST.answer(b"vendor:northgate"), HONEST.text
    small = ed25519.decode(bytes(32))  # of order 4
    a = 2 ** 254 + 8 * 12345
    public = ed25519.encode(ed25519.twice(a, ed25519.BASE, 0, ed25519.NEUTRAL))
    mixed = ed25519.encode(ed25519.add(ed25519.decode(public), small))

    def file(key, signature):
        log = forge.Signer(forge.ORIGIN, b"", 1)
        log.public = key
        log.id = hashlib.sha256(log.name + b"\n\1" + key).digest()[:4]
        return HONEST.file(extra, text + b"\n" + log.line(signature)), forge.policy(b"quorum none\n", log=log)

    good = ed25519.sign_with(a, 7, text)
    s = int.from_bytes(good[32:], "little")
    judge("an ordinary one", True, *file(public, good))
    judge("S and the order", False, *file(public, good[:32] + (s + ORDER).to_bytes(32, "little")))
    judge("R is neutral", False, *file(public, ed25519.sign_with(a, 0, text)))
    judge("R of a small part", False, *file(public, ed25519.sign_with(a, 7, text, spoiled=small)))
    answers = [ed25519.verify(mixed, text, ed25519.sign_with(a, r, text, public=mixed)) for r in range(1, 40)]
    assert True in answers and False in answers
    for r in (answers.index(True) + 1, answers.index(False) + 1):
        judge(f"a key of a small part, {r}", answers[r - 1], *file(mixed, ed25519.sign_with(a, r, text, public=mixed)))
    for key in (bytes(32), b"\1" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f", b"\xee" + b"\xff" * 30 + b"\x7f", b"\2" + bytes(31)):
        judge(f"key {key.hex()}", False, *file(key, b"\1" + bytes(63)))


@test
def quorums_are_weighed_alike():
    extra = HONEST.answer(b"vendor:northgate")
    times = [100, 500, 300, 200, 400, 600]
    for quorum, shared in {
        b"quorum none\n": None,
        b"quorum w4\n": 1,
        b"group g any w1 w2\nquorum g\n": 0,
        b"group g all w1 w2 w3\nquorum g\n": 3,
        b"group g 2 w1 w2 w3\nquorum g\n": 1,
        b"group g 4 w1 w2 w3 w4 w5 w6\nquorum g\n": 2,
        b"group g 3 w1 w2 w3 w4\nquorum g\n": 2,
        b"group a 2 w1 w2 w3\ngroup b any w4 w5\ngroup c all a b\nquorum c\n": 1,
        b"group a all w1 w2\ngroup b all w3 w4\ngroup c 2 a b w5\nquorum c\n": 1,
        b"group a 2 w1 w2 w3\ngroup c 2 a w4 w5\nquorum c\n": 1,
    }.items():
        policy = forge.policy(quorum, 6)
        for present in ((0, 1, 2, 3, 4, 5), (0, 1), (1, 2, 3), (3, 4), (5,), ()):
            note = HONEST.cosigned(present, [times[n] for n in present])
            found = ours(HONEST.file(extra, note), policy)
            judge(f"{quorum} {present}", isinstance(found, dict), HONEST.file(extra, note), policy)
            if isinstance(found, dict):
                equal(found["shared"], shared)
    note = HONEST.cosigned((0, 1, 2), (100, 200, 300)) + forge.WITNESSES[0].sign(HONEST.text, 250)
    equal(judge("a witness twice", True, HONEST.file(extra, note), TWO_OF_THREE)["time"], 250)


@test
def a_policy_is_read_to_the_letter():
    file = HONEST.file(HONEST.answer(b"vendor:northgate"))
    log, w1, w2 = forge.policy(b"", 2).splitlines(keepends=True)
    key1, other = forge.WITNESSES[0].vkey(), forge.Signer(b"other.example", b"other", 1)
    renamed = forge.Signer(b"renamed.example", b"witness 1", 4)
    wrong_kind = forge.Signer(b"witness.example/w1", b"witness 1", 1)
    proved = {
        "tabs and spaces": b"\t" + log.replace(b" ", b" \t ") + w1 + b"quorum\tw1 \n",
        "comments": b"# x\n\n \t\n  # y\n" + log + w1 + b"quorum w1\n",
        "addresses": log[:-1] + b" https://x\n" + w1[:-1] + b" https://y\n" + b"quorum w1\n",
        "quorum first": log + w1 + b"quorum w1\n" + w2,
        "two logs": b"log " + other.vkey() + b"\n" + log + w1 + b"quorum w1\n",
        "names of octets": log + b"witness \xe9# " + key1 + b"\nquorum \xe9#\n",
        "k is n": log + w1 + w2 + b"group g 2 w1 w2\nquorum g\n",
    }
    refused = {
        "no quorum": log + w1,
        "two quorums": log + w1 + b"quorum w1\nquorum w1\n",
        "quorum before": log + b"quorum w1\n" + w1,
        "no log": w1 + b"quorum w1\n",
        "another log": b"log " + other.vkey() + b"\n" + w1 + b"quorum w1\n",
        "a log twice": log + log + w1 + b"quorum w1\n",
        "a witness twice": log + w1 + b"witness w9 " + key1 + b"\nquorum w1\n",
        "a key twice": log + w1 + b"witness w9 " + renamed.vkey() + b"\nquorum w1\n",
        "a name twice": log + w1 + w2.replace(b"w2 ", b"w1 ", 1) + b"quorum w1\n",
        "a member twice": log + w1 + w2 + b"group g 2 w1 w1\nquorum g\n",
        "a member of two": log + w1 + w2 + b"group g any w1\ngroup h all w1 w2\nquorum h\n",
        "none as a member": log + w1 + b"group g any w1 none\nquorum g\n",
        "none as a name": log + w1.replace(b" w1 ", b" none ") + b"quorum none\n",
        "k of 0": log + w1 + b"group g 0 w1\nquorum g\n",
        "k too great": log + w1 + b"group g 2 w1\nquorum g\n",
        "k in words": log + w1 + b"group g one w1\nquorum g\n",
        "no members": log + w1 + b"group g any\nquorum g\n",
        "a group of the future": log + w1 + b"group g any h\ngroup h any w1\nquorum g\n",
        "a line unknown": log + w1 + b"quorum w1\nexpires 2030\n",
        "a word more": log + w1 + b"quorum w1 w1\n",
        "a carriage return": log + w1 + b"quorum w1\r\n",
        "a delete": log + w1 + b"# \x7f\nquorum w1\n",
        "a log's key for a witness": log + b"witness w1 " + wrong_kind.vkey() + b"\nquorum w1\n",
        "a witness's key for a log": b"log " + key1 + b"\n" + log + w1 + b"quorum w1\n",
        "an id of another": log + w1.replace(forge.WITNESSES[0].id.hex().encode(), b"00000000") + b"quorum w1\n",
        "an id in capitals": log + w1.replace(forge.WITNESSES[0].id.hex().encode(), forge.WITNESSES[0].id.hex().upper().encode()) + b"quorum w1\n",
        "nothing": b"",
    }
    for name, policy in proved.items():
        judge(name, True, file, policy)
    for name, policy in refused.items():
        judge(name, False, file, policy)


def torturer():
    program = os.environ.get("HALLMARK_MUTATE")
    if not program or not Path(program).exists():
        raise Skip("tests/torture/mutate is not built")
    return program


@test
def what_survives_a_change_says_what_it_may():
    seeds = [*mutated.forged(DOCUMENT), *made_seeds(), *mutated.fixtures(FIXTURES)]
    count = mutated.torture(torturer(), seeds, 20_000, 2017, KEYS, [EXAMPLE_MAP])
    print(f"# {count}")
    assert count.judged > 100 and count.other > 10 and count.refused > 50, count


@test
def a_keeper_who_lies_at_random_gets_one_answer():
    count = mutated.lies(torturer(), 40, 2017, KEYS, DOCUMENT)
    print(f"# {count}")
    assert count.judged > 100 and count.refused > 100, count


def made_seeds():
    policy, out = (register() / "policy.txt").read_bytes(), Path(SCRATCH.name) / "made"
    for key in ("listed:ncsc-directory:token:kaspersky", "vendor:v7", "type:listing"):
        for more in ([], ["--plain"], ["--entries"]):
            made("prove", key, "--register", register(), "-o", out, *more)
            yield out.read_bytes(), policy


main()
