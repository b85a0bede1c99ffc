"""The register of 2017 as its readers meet it: what it proves, at which time, and that a forged one proves nothing."""
import functools
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from registering import done
from serving import *
from tap import *

SCRATCH = tempfile.TemporaryDirectory(prefix="hallmark-story-")
PLACE = Path(SCRATCH.name)
STORY = PLACE / "story"
POLICY = STORY / "policy.txt"
NEVER = "listed:ncsc-directory:token:kaspersky"
LISTED = "listed:ncsc-directory:token:northgate"
MISSING = "report:bod-17-01:agency-c:identify"
REPORTED = "report:bod-17-01:agency-a:identify"
SIMULATED = "The clock of this register is simulated."


@functools.cache
def story():
    done = subprocess.run([SOURCE / "examples/2017/register/make", STORY], capture_output=True, timeout=300)
    equal((done.returncode, done.stdout), (0, b""))
    return STORY


def log_key():
    return next(line.split()[1] for line in POLICY.read_text().splitlines() if line.startswith("log "))


def prove(key, *more, register=None):
    """The proof's place, and what the asker was told."""
    place = PLACE / f"{abs(hash((key, more, str(register))))}.tlog-proof"
    return place, good("prove", key, "--register", register or story(), "--output", place, *more)


def verify(place, *more, policy=POLICY):
    return run("verify", place, "--policy", policy, *more)


def sentences(place, *more):
    """What a good proof says: first of all whose time it tells."""
    code, out, errors = verify(place, *more)
    equal((code, errors), (0, ""))
    equal(out.splitlines()[0], SIMULATED)
    return out.splitlines()[1:]


def answer(key, *more):
    place, told = prove(key, *more)
    assert place.stat().st_size <= 3072, place.stat().st_size
    return sentences(place, "--key", key), told


def changed(name, change):
    """A copy of the register's public files, after `change` in it."""
    place = PLACE / name
    if place.exists():
        shutil.rmtree(place)
    shutil.copytree(story(), place, ignore=shutil.ignore_patterns("private"))
    change(place)
    return place


@test
def kaspersky_was_never_listed():
    said, told = answer(NEVER)
    assert said[0].startswith(f"No entry maps to {NEVER} in the log story.example/2017/simulated-clock at size "), said
    assert said[1].endswith("(2 of 3 needed) had seen no larger tree at 2017-12-13T00:00:01Z."), said
    equal(said[2], "A quorum of 2 of 3 survives no lying witness.")
    equal(said[3], "The list ncsc-directory exists: 1 entry maps to list:ncsc-directory: 23.")
    assert "Other names are not covered." in said and "Sealed entries: 0, by the same index." in said, said
    assert ": absent at size " in told and "present from" not in told, told


@test
def northgate_is_listed():
    said, told = answer(LISTED)
    assert said[0].startswith(f"1 entry maps to {LISTED} in the log "), said
    assert "absent until 2017-01-20T12:00:00Z, present from 2017-02-02T12:00:00Z" in told, told


@test
def what_the_asker_is_told_of_time_says_whose_clock_it_is():
    for key, more in (NEVER, ()), (LISTED, ()), (REPORTED, ("--known-at", "2017-10-09")):
        _, told = prove(key, *more)
        equal(told.splitlines()[0], SIMULATED)


@test
def certified_on_2017_07_19():
    place, _ = prove("certificate:cpa/1001", "--entries")
    said = sentences(place, "--as-of", "2017-07-19")
    assert "On 2017-07-19 the certificate cpa/1001 was in-force since 2017-02-01, until 2019-02-01" in said[-1], said
    assert said[-1].endswith("which are all that the log held; versions 4.2, 4.3."), said
    assert any(line.startswith("  50: maintenance cpa/1001, date 2017-06-19") for line in said), said
    assert "was not" in sentences(place, "--as-of", "2017-01-31")[-1] or "none" in sentences(place, "--as-of", "2017-01-31")[-1]
    bare, _ = prove("certificate:cpa/1001")
    refused(1, "--entries", verify(bare, "--as-of", "2017-07-19"))


@test
def suspended_on_one_day_and_in_force_on_another():
    place, _ = prove("certificate:cpa/1002", "--entries")
    for day, state in ("2017-05-31", "in-force since 2017-02-01"), ("2017-06-10", "suspended since 2017-06-01"), \
                      ("2017-07-19", "in-force since 2017-06-20"):
        assert f"On {day} the certificate cpa/1002 was {state}" in sentences(place, "--as-of", day)[-1], day
        told = json.loads(verify(place, "--as-of", day, "--format", "json")[1])
        equal((told["standing"]["as_of"], told["standing"]["state"], told["standing"]["since"]), (day, *state.split(" since ")))
    equal([entry["type"] for entry in told["entries"]], ["certificate", "listing", "suspension", "reinstatement"])
    # before it was known that it would end, the file of that day says so
    early, _ = prove("certificate:cpa/1002", "--entries", "--known-at", "2017-06-10")
    said = sentences(early, "--as-of", "2017-07-19")
    assert "was suspended since 2017-06-01, to be decided by 2017-07-10 (which had passed), by the 2 acts" in said[-2], said
    equal(said[-1], "What was logged after 2017-06-01T12:00:00Z is not known here, and may change that.")
    told = json.loads(verify(early, "--as-of", "2017-06-01", "--format", "json")[1])
    equal((told["standing"]["until"], told["standing"]["decide_by"]), (None, "2017-07-10"))
    # a program can check the text of an entry as it was told it
    text = PLACE / "suspension.note"
    text.write_text(next(entry["text"] for entry in told["entries"] if entry["type"] == "suspension"))
    assert "The entry is at index 47 of " in sentences(early, "--entry", text)[1]


@test
def no_report_by_agency_c_at_the_deadline():
    said, _ = answer(MISSING, "--known-at", "2017-10-13")
    assert said[0].startswith(f"No entry maps to {MISSING} in the log "), said
    time = re.search(r"had seen no larger tree at (\S+)\.$", said[1])[1]
    assert "2017-10-13T23:59:59Z" < time < "2017-10-15", time
    equal(said[3], "The directive bod-17-01 exists: 2 entries map to directive:bod-17-01: 59, 61.")


@test
def a_report_is_absent_until_it_came():
    said, told = answer(REPORTED)
    assert said[0].startswith(f"1 entry maps to {REPORTED} in the log "), said
    span = "absent until 2017-09-14T12:00:00Z, present from 2017-10-10T12:00:00Z"
    assert span in told, told
    said, told = answer(REPORTED, "--known-at", "2017-10-09")
    assert said[0].startswith(f"No entry maps to {REPORTED} in the log "), said
    assert "absent at size 63, known at 2017-09-14T12:00:00Z" in told and span in told, told
    assert "absent until 2017-12-13T00:00:01Z, in every state that is kept" in prove(MISSING, "--known-at", "2017-10-13")[1]


@test
def a_program_reads_the_same_and_may_recompute():
    place, _ = prove(NEVER)
    doc = json.loads(verify(place, "--format", "json", "--recompute", story())[1])
    equal([doc[k] for k in ("proved", "key", "present", "postings", "time", "witnesses", "liars_survived", "simulated_clock", "map",
                            "recomputed", "sealed", "list_proved")],
          [True, NEVER, False, [], "2017-12-13T00:00:01Z", ["w1", "w2", "w3"], 0, True, 1, True, 0, True])
    assert "recomputed here from the entries" in sentences(place, "--recompute", story())[0]
    early, _ = prove(REPORTED, "--known-at", "2017-10-09")
    assert "at size 63, " in sentences(early, "--recompute", story())[0]
    damaged = changed("recompute", lambda d: edit(d / "tile/entries/000.p/72", b"Northgate", b"Northgoat"))
    refused(1, "recompute", verify(place, "--recompute", damaged))
    refused(2, "no/such/register: No such file", verify(place, "--recompute", PLACE / "no/such/register"))


@test
def what_the_register_does_not_have_is_no_question():
    for key, says in {
            "listed:no-such-list:token:kaspersky": "no list 'no-such-list'",
            "listed:ncsc-directory:token:Kaspersky": "'Kaspersky' is no token",
            "certified:no-such-scheme:token:kaspersky": "no scheme 'no-such-scheme'",
            "report:bod-99-99:agency-c:identify": "no directive 'bod-99-99'",
            "report:bod-17-01:agency-c:identfy": "no step 'identfy'",
            "report:bod-17-01:agency-z:identify": "no organisation 'agency-z'",
            "rubbish": "begins with no kind of key"}.items():
        refused(2, says, run("prove", key, "--register", story()))
    refused(2, "no list 'ncsc-directory'", run("prove", NEVER, "--register", story(), "--known-at", "2016-10-03"))
    refused(2, "no state that had been published by then is kept here", run("prove", NEVER, "--register", story(), "--known-at", "2016-10-02"))


def edit(place, old, new):
    found = place.read_bytes()
    assert old in found and len(old) == len(new), place
    place.write_bytes(found.replace(old, new))


def flip(place, at):
    found = bytearray(place.read_bytes())
    found[at] ^= 1
    place.write_bytes(found)


@functools.cache
def forgeries():
    """The story told again by others: with a log's key of their own, and with the log's key, stolen."""
    folder = PLACE / "forger"
    folder.mkdir()
    origin = "story.example/2017/simulated-clock"
    good("key", "new", folder / "log.key", "--name", origin, "--for", "log")
    good("key", "new", folder / "ncsc.key", "--name", "ncsc.story", "--for", "party")
    (folder / "clock").write_text("2017-12-13T00:00:01Z\n")
    directory = {"type": "list", "id": "ncsc-directory", "name": "Directory", "date": "2016-10-03"}
    for name, log in ("own", folder / "log.key"), ("stolen", f"{story()}.keys/log.key"):
        done("register", "init", folder / name, "--origin", origin, "--key", log, "--simulated-clock", folder / "clock",
             "--admit", folder / "ncsc.key")
        done("register", "load", folder / name, "-", "--key", folder / "ncsc.key", stdin=json.dumps(directory).encode())
    return folder / "own", folder / "stolen"


@test
def another_key_of_the_same_name_proves_nothing():
    """The forger's log has the origin, the list, and none of the witnesses."""
    own, stolen = forgeries()
    vkey = own.joinpath("policy.txt").read_text().split()[1]
    for forged in own, stolen:
        place, _ = prove(LISTED, register=forged)
        equal(run("verify", place, "--policy", forged / "policy.txt")[0], 0)
    refused(1, "tlog-policy: no log of the policy has signed", verify(prove(LISTED, register=own)[0]))
    refused(1, ["tlog-policy", "0 of 3 witnesses have signed"], verify(prove(LISTED, register=stolen)[0]))
    refused(2, "tlog-policy", run("prove", LISTED, "--register", own, "--policy", POLICY))
    refused(1, "checkpoint: tlog-checkpoint: no good signature by the key that was given",
            run("register", "audit", own, "--key", log_key()))
    equal(run("register", "audit", own, "--key", vkey)[0], 0)
    newest = STORY / "checkpoint"
    refused(1, "cut back", run("register", "audit", stolen, "--key", log_key(), "--since", newest))


def spliced(one, other, what):
    """A proof file with a part of another's."""
    lines, donor = one.read_bytes().split(b"\n"), other.read_bytes().split(b"\n")
    extra, index = (next(i for i, line in enumerate(lines) if line.startswith(word)) for word in (b"extra ", b"index "))
    blank, theirs = lines.index(b""), donor.index(b"")
    if what == "extra":
        lines[extra] = donor[next(i for i, line in enumerate(donor) if line.startswith(b"extra "))]
    elif what == "checkpoint":
        lines[blank:] = donor[theirs:]
    else:
        lines[index:blank] = donor[next(i for i, line in enumerate(donor) if line.startswith(b"index ")):theirs]
    place = PLACE / "spliced"
    place.write_bytes(b"\n".join(lines))
    return place


@test
def a_proof_spliced_from_two_registers_is_refused():
    honest, _ = prove(LISTED)
    early, _ = prove(LISTED, "--known-at", "2017-01-20")
    forged, _ = prove(LISTED, register=forgeries()[1])
    for other in early, forged:
        for what in "extra", "checkpoint", "inclusion":
            code, out, errors = verify(spliced(honest, other, what))
            equal((other, what, code, out, len(errors.splitlines())), (other, what, 1, "", 1))
    whole = spliced(honest, honest, "extra")
    equal((whole.read_bytes(), verify(whole)[0]), (honest.read_bytes(), 0))


@test
def a_log_whose_bytes_were_changed_is_refused():
    """Each damage: what audit says of it, naming the file; and that no proof about the changed thing is made or believed."""
    def in_bundle(d): edit(d / "tile/entries/000.p/72", b"product Northgate", b"product Northgoat")
    def in_leaf(d): edit(d / "tile/entries/000.p/72", b"\nroot ", b"\nrooT ")
    def in_tile(d): flip(d / "tile/0/000.p/72", 40)
    def in_checkpoint(d): flip(d / "checkpoint", 50)
    def in_kept(d): edit(d / "checkpoints/40", b"\n40\n", b"\n41\n")
    def cut_bundle(d): (d / "tile/entries/000.p/72").write_bytes((d / "tile/entries/000.p/72").read_bytes()[:-5])
    def cut_tile(d): (d / "tile/0/000.p/72").write_bytes((d / "tile/0/000.p/72").read_bytes()[:-5])
    def cut_checkpoint(d): (d / "checkpoint").write_bytes((d / "checkpoint").read_bytes()[:300])
    def cut_kept(d): (d / "checkpoints/40").write_bytes((d / "checkpoints/40").read_bytes()[:20])
    def no_bundle(d): (d / "tile/entries/000.p/72").unlink()
    def no_tile(d): (d / "tile/0/000.p/72").unlink()
    def no_checkpoint(d): (d / "checkpoint").unlink()
    def swapped_kept(d): shutil.copy(d / "checkpoints/47", d / "checkpoints/40")
    def older_bundle(d): shutil.copy(d / "tile/entries/000.p/70", d / "tile/entries/000.p/72")
    for damage, says in {
            in_bundle: ["entry 28 in tile/entries/000.p/72", "root of the checkpoint (RFC 9162 2.1.3.2)"],
            in_leaf: ["entry 71 in tile/entries/000.p/72", "index entry: the line 'root' is missing"],
            in_tile: ["tile/0/000.p/72", "does not hold the hashes"],
            in_checkpoint: ["checkpoint: "],
            in_kept: ["checkpoints/40", "is not signed by the log as that size"],
            cut_bundle: ["tile/entries/000.p/72", "tlog-tiles"],
            cut_tile: ["tile/0/000.p/72"],
            cut_checkpoint: ["checkpoint: signed-note, format"],
            cut_kept: ["checkpoints/40: signed-note, format"],
            no_bundle: ["tile/entries/000.p/72 is missing"],
            no_tile: ["tile/0/000.p/72 is missing"],
            no_checkpoint: ["there is no checkpoint"],
            swapped_kept: ["checkpoints/40", "is not signed by the log as that size"],
            older_bundle: ["tile/entries/000.p/72", "tlog-tiles"]}.items():
        place = changed("damaged", damage)
        refused(1, [str(place), *says], run("register", "audit", place, "--key", log_key()))
        code, out, errors = run("prove", "certificate:cpa/1001", "--entries", "--register", place, "--output", PLACE / "damaged.p")
        equal((damage.__name__, code, out, len(errors.splitlines())), (damage.__name__, 2, "", 1))
        assert str(place) in errors, errors


@test
def a_whole_log_passes_its_audit():
    out = good("register", "audit", story(), "--key", log_key(), "--since", STORY / "checkpoints/40")
    said = out.splitlines()
    assert said[0].startswith(f"{STORY}: 72 entries make the root of the checkpoint"), said
    equal(said[1], "the earlier checkpoint of size 40 is one of this log")
    assert said[2].startswith("every entry was admitted by the rules; 23 index leaves were recomputed"), said


@test
def a_log_cut_back_is_told_by_its_size_and_time():
    newest = STORY / "checkpoint"
    place = changed("cut", lambda d: shutil.copy(d / "checkpoints/61", d / "checkpoint"))
    shown, _ = prove(MISSING, register=place)
    said = sentences(shown)
    assert " at size 61, " in said[0] and "had seen no larger tree at 2017-09-13T12:00:00Z." in said[1], said
    equal(run("register", "audit", place, "--key", log_key())[0], 0)
    refused(1, ["72", "61", "cut back"], run("register", "audit", place, "--key", log_key(), "--since", newest))


@test
@scratch
def over_http_and_without_a_kept_index_the_proofs_are_the_same(folder):
    server = Process(folder, "register", "serve", story())
    bare = changed("bare", lambda d: shutil.rmtree(d / "index"))
    for key, more in (NEVER, ()), (LISTED, ()), (MISSING, ("--known-at", "2017-10-13")), ("certificate:cpa/1002", ("--entries",)), \
                     (REPORTED, ("--known-at", "2017-10-09")):
        place, told = prove(key, *more)
        for other in server.url, bare:
            same, also = prove(key, *more, register=other)
            equal(same.read_bytes(), place.read_bytes())
            equal(also, told.replace(str(place), str(same)))
    assert good("register", "audit", server.url, "--key", log_key()).startswith(f"{server.url}: 72 entries")
    equal(verify(prove(NEVER)[0], "--recompute", server.url)[0], 0)
    equal(good("register", "log", server.url, "--format", "json"), good("register", "log", story(), "--format", "json"))
    equal(server.end(), 0)
    equal(server.told(), "")


def reports(step, *more, code):
    found, out, errors = run("register", "reports", story(), "bod-17-01", step, *more)
    equal((found, errors), (code, ""))
    equal([line for line in out.splitlines() if line != line.rstrip()], [])
    equal(out.splitlines()[0], SIMULATED)
    return out.splitlines()[1:]


@test
def who_had_not_reported_and_what_that_rests_on():
    head = "bod-17-01, step identify, due 2017-10-13; as of "
    agency_a = "  reported     agency-a                 2017-10-10  logged 2017-10-10T12:00:00Z  entry 63"
    agency_b = "  reported     agency-b                 2017-10-13  logged 2017-10-13T12:00:00Z  entry 65"
    equal(reports("identify", "--known-at", "2017-10-13", code=1),
          [head + "2017-10-14, by the register at size 67, known at 2017-10-14T00:00:01Z", agency_a, agency_b,
           "  missing      agency-c"])
    early = reports("identify", "--known-at", "2017-10-12", "--as-of", "2017-10-31", code=1)
    equal(early[1:3], ["What was logged after 2017-10-10T12:00:00Z is not known here: who is missing may have reported since.",
                       agency_a])
    equal(reports("plan", "--as-of", "2017-09-12", code=0)[1:], ["On 2017-09-12 the directive asks nobody for this step."])
    rows = json.loads(run("register", "reports", story(), "bod-17-01", "identify", "--format", "json")[1])
    equal([(row["organisation"], row["report"], row["happened"], row["logged"]) for row in rows],
          [("agency-a", "reported", "2017-10-10", "2017-10-10T12:00:00Z"),
           ("agency-b", "reported", "2017-10-13", "2017-10-13T12:00:00Z"), ("agency-c", "missing", None, None)])


@test
def a_step_that_the_directive_never_had_is_no_question():
    refused(2, "the directive 'bod-17-01' has no step 'identfy'", run("register", "reports", story(), "bod-17-01", "identfy"))
    refused(2, "no directive 'bod-99-99'", run("register", "reports", story(), "bod-99-99", "identify"))


@test
def a_mirror_tells_the_same_times():
    copy = PLACE / "mirror"
    good("register", "mirror", story(), copy, "--key", log_key())
    equal((copy / "checkpoints/67.first").read_bytes(), (story() / "checkpoints/67.first").read_bytes())
    equal(good("register", "log", copy, "--format", "json"), good("register", "log", story(), "--format", "json"))
    equal(prove(REPORTED, "--known-at", "2017-10-13", register=copy)[0].read_bytes(),
          prove(REPORTED, "--known-at", "2017-10-13")[0].read_bytes())
    wrong = changed("first", lambda d: shutil.copy(d / "checkpoints/65", d / "checkpoints/67.first"))
    refused(1, "checkpoints/67.first is not signed by the log as that size", run("register", "audit", wrong, "--key", log_key()))


@test
def what_was_logged_between_two_days():
    def diff(*states):
        return json.loads(good("register", "diff", story(), *states, "--format", "json"))
    summer = diff("2017-06-01", "2017-07-31")
    equal([(row["type"], row["id"], row["happened"], row["logged"]) for row in summer],
          [("reinstatement", "cpa/1002", "2017-06-20", "2017-06-20T12:00:00Z"), ("maintenance", "cpa/1001", "2017-06-19",
                                                                                 "2017-06-20T12:00:00Z"),
           ("listing", "gsa-67", "2017-07-11", "2017-07-11T12:00:00Z"), ("listing", "gsa-70", "2017-07-11", "2017-07-11T12:00:00Z")])
    equal(diff("49", "55")[-2:], summer[-2:])
    equal(diff(STORY / "checkpoints/49", "2017-07-31"), diff("49", "55"))
    equal(diff("2017-12-13"), [])
    text = good("register", "diff", story(), "2017-06-01", "2017-07-31").splitlines()
    equal(len(text), 4)
    refused(2, "from 72 to 49", run("register", "diff", story(), "2017-12-13", "49"))


@test
def no_line_of_a_table_ends_in_blanks():
    for args in (["log"], ["show", "bod-17-01"], ["show", "cpa/1001"], ["diff", "2017-06-01"], ["reports", "bod-17-01", "identify"]):
        out = run("register", args[0], story(), *args[1:])[1]
        equal((args, [line for line in out.splitlines() if line != line.rstrip()]), (args, []))


main()
