"""One record a command, as a clerk gives it: from the help alone, and nothing written that is refused."""
import datetime

from registering import *


def act(register, word, *fields, key=None, codes=(0,)):
    return done("register", word, register.dir, *fields, "--key", key or register.party, codes=codes)


def entry(register, index):
    rows = json.loads(done("register", "log", register.dir, "--format", "json").stdout)
    return next(row for row in rows if row["index"] == index)


def new_key(register, name):
    file = register.home / f"{name}.key"
    return file, done("key", "new", file, "--name", name, "--for", "party").stdout.decode().split()[-1]


@test
def help_tells_every_field():
    for word, fields in {"suspend": ("certificate", "reason", "until", "date"), "certify": ("renew-by", "artefact", "lab"),
                         "list": ("type=list-change", "closed", "channel"), "rotate": ("threshold", "remove")}.items():
        text = done("register", word, "--help").stdout.decode()
        missing = [f for f in fields if f not in text]
        assert not missing, (word, missing, text)
    assert "without it: today" in done("register", "suspend", "--help").stdout.decode()
    assert "predecessor..." in done("register", "enter", "--help").stdout.decode()


@test
def an_act_without_a_day_is_of_today():
    r = Register().init()
    before = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    index = int(act(r, "scheme", "id=cpa", "name=CPA").stdout.split()[-1])
    after = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    assert before <= entry(r, index)["happened"] <= after


@test
def on_a_simulated_clock_the_clerk_says_the_day():
    clock = Path(tempfile.mkdtemp(dir=SCRATCH)) / "clock"
    clock.write_text("2017-01-02T00:00:00Z\n")
    r = Register("--simulated-clock", clock, origin="story.example/simulated-clock").init()
    refused = act(r, "scheme", "id=cpa", "name=CPA", codes=(2,)).stderr.decode()
    assert "date=YYYY-MM-DD" in refused, refused
    act(r, "scheme", "id=cpa", "name=CPA", "date=2017-01-02")


@test
def a_dry_run_tells_the_refusal_and_writes_nothing():
    r = Register().init()
    before = r.checkpoint()
    told = act(r, "suspend", "certificate=c1", "reason=x", "date=2017-01-02", "--dry-run")
    assert told.stdout.startswith(b"hallmark/suspension/v1\ncertificate c1\n"), told.stdout
    assert b"it would be refused: admission A5" in told.stderr, told.stderr
    good = act(r, "scheme", "id=cpa", "name=CPA", "date=2017-01-02", "--dry-run")
    assert good.stderr == b"", good.stderr
    assert r.checkpoint() == before
    act(r, "scheme", "id=cpa", "name=CPA", "date=2017-01-02")


@test
def what_is_not_there_is_no_refusal():
    r = Register().init()
    done("register", "scheme", r.home / "nowhere", "id=cpa", "name=CPA", "date=2017-01-02", "--key", r.party, codes=(2,))
    act(r, "scheme", "id=cpa", "name=CPA", "date=2017-01-02", key=r.home / "no.key", codes=(2,))
    act(r, "scheme", "id=CPA", "name=CPA", "date=2017-01-02", codes=(1,))


@test
def a_key_is_rotated_by_the_old_and_the_new():
    r = Register().init()
    new, _ = new_key(r, "party-2.example")
    rotation = ("party=party.example", f"add=@{new}", f"remove=@{r.party}", "reason=yearly", "date=2017-02-01")
    assert b"A12" in act(r, "rotate", *rotation, codes=(1,)).stderr
    act(r, "rotate", *rotation, "--key", new)
    assert b"A3" in act(r, "scheme", "id=cpa", "name=CPA", "date=2017-02-02", codes=(1,)).stderr
    act(r, "scheme", "id=cpa", "name=CPA", "date=2017-02-02", key=new)
    r.audit()


@test
def what_opens_a_refused_entry_is_taken_back():
    r = Register().init()
    seal, stranger = r.home / "seal.json", new_key(r, "stranger.example")[0]
    act(r, "scheme", "id=cpa", "name=CPA")
    fields = ("id=secret", "name=Secret", "--seal", seal)
    act(r, "scheme", *fields, key=stranger, codes=(1,))
    assert not seal.exists()
    act(r, "scheme", *fields, key=r.home / "no.key", codes=(1, 2))
    assert not seal.exists()
    done("register", "scheme", r.home / "nowhere", *fields, "date=2017-01-01", "--key", r.party, codes=(2,))
    assert not seal.exists()
    act(r, "scheme", *fields)
    held = seal.read_bytes()
    act(r, "scheme", *fields, codes=(1, 2))       # a seal that opens something is never overwritten, nor taken back
    equal(seal.read_bytes(), held)
    equal(done("register", "load", r.dir, seal, "--key", r.party).returncode, 0)


main()
