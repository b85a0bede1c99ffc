"""hallmark verify as a user meets it: what is proved, what is refused, and how each ends."""
import json
import os
import re
import tempfile
from pathlib import Path

from tap import *

EXAMPLE = Path(os.environ["HALLMARK_FIXTURES"]) / "register/hallmark-example"
MAPFN = "sha256:f4a90354efdf4050b9cef30e987c17db730d564e098647e2751a4e5b1c58c748"
NEVER = "listed:ncsc-directory:token:examplevendor"
SCRATCH = tempfile.TemporaryDirectory(prefix="hallmark-verify-")


def example(name):
    if not EXAMPLE.exists():
        raise Skip("shared/fixtures is absent")
    return EXAMPLE / name


def scratch(name, content):
    place = Path(SCRATCH.name) / name
    place.write_bytes(content)
    return place


def verify(file, *more, policy=None, mapfn=MAPFN):
    trust = ["--mapfn", mapfn] if mapfn else []
    return run("verify", file, "--policy", policy or example("policy.txt"), *trust, *more)


def refused(code, says, done):
    found, out, errors = done
    equal((found, out), (code, ""))
    assert len(errors.splitlines()) == 1 and errors.startswith("hallmark: "), errors
    assert re.search(says, errors), f"{errors!r} does not say {says!r}"


@test
def absence_and_presence_are_told_apart():
    for name in ("absent-listed-token", "present-listed-token", "absent-artefact", "present-artefact"):
        code, out, errors = verify(example(f"{name}.tlog-proof"))
        equal((code, errors), (0, ""))
        equal(out.startswith("No entry maps to "), name.startswith("absent"))
        equal("no entry" in out.lower(), name.startswith("absent"))
        assert "had seen no larger tree at 2017-12-12T00:00:00Z" in out and "survives no lying witness" in out, out


@test
def a_program_reads_the_same():
    doc = json.loads(verify(example("absent-listed-token.tlog-proof"), "--format", "json")[1])
    equal([doc[k] for k in ("proved", "kind", "key", "present", "postings", "size", "time", "witnesses", "liars_survived",
                            "sealed", "list_proved", "map", "map_digest", "recomputed", "simulated_clock")],
          [True, "lookup", NEVER, False, [], 6, "2017-12-12T00:00:00Z", ["w1"], 0, None, False, None, MAPFN, False, False])


@test
def what_is_not_proved_is_1_and_names_the_rule():
    good = example("absent-listed-token.tlog-proof")
    text = good.read_bytes()
    refused(1, "about the key", verify(good, "--key", "listed:ncsc-directory:token:kaspersky"))
    refused(1, "map function that is not known", verify(good, mapfn=None))
    refused(1, "map function that is not known", verify(good, mapfn="sha256:" + "0" * 64))
    refused(1, "tlog-proof", verify(scratch("empty", b"")))
    refused(1, "quorum|witness", verify(scratch("alone", text[:text.rindex(b"\xe2\x80\x94")])))
    refused(1, "not the last", verify(scratch("older", text.replace(b"\nindex 5\n", b"\nindex 4\n"))))
    equal(verify(good, "--key", NEVER)[0], 0)


@test
def a_plain_proof_needs_its_entry_and_no_other():
    entries = json.loads(example("example.json").read_text())["entries"]
    proof = example("entry3.tlog-proof")
    right, wrong = scratch("right", entries[3].encode()), scratch("wrong", entries[2].encode())
    refused(1, "--entry FILE is needed", verify(proof))
    refused(1, "not the one at index 3", verify(proof, "--entry", wrong))
    code, out, errors = verify(proof, "--entry", right)
    equal((code, errors), (0, ""))
    assert out.startswith("The entry is at index 3 of register.example/hallmark at size 6.\n"), out
    refused(1, "about no key", verify(proof, "--entry", right, "--key", NEVER))


@test
def without_witnesses_the_log_alone_vouches():
    lines = example("policy.txt").read_text().splitlines()
    policy = scratch("policy", (lines[0] + "\nquorum none\n").encode())
    out = verify(example("absent-listed-token.tlog-proof"), policy=policy)[1]
    assert "No witness was asked for: the log alone vouches for this view, and no time is told." in out, out
    assert "larger tree" not in out, out


@test
def a_question_that_cannot_be_put_is_2():
    good = example("absent-listed-token.tlog-proof")
    refused(2, "--policy", run("verify", good))
    refused(2, "usage: hallmark verify", run("verify", "--policy", example("policy.txt")))
    refused(2, "/no/such", verify("/no/such"))
    refused(2, "/no/such", verify(good, policy="/no/such"))
    refused(2, "bad: ", verify(good, policy=scratch("bad", b"quorum nobody\n")))
    refused(2, "--mapfn", verify(good, mapfn="sha256:12"))
    refused(2, "papyrus", verify(good, "--format", "papyrus"))


@test
def a_long_path_does_not_hide_the_rule():
    folder = Path(SCRATCH.name) / ("long" * 40)
    folder.mkdir()
    place = folder / "empty"
    place.write_bytes(b"")
    refused(1, "long/empty: tlog-proof, format", verify(place))


main()
