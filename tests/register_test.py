"""A register as its keeper meets it: made, written, killed, filled up, damaged; and what then is told."""
import re
import shutil
import socket
import stat

from registering import *


def refused(ended, *words, code=2):
    """One line on standard error with these words, nothing on standard output."""
    lines = ended.stderr.decode().splitlines()
    equal((ended.returncode, len(lines), ended.stdout), (code, 1, b""))
    for word in words:
        assert re.search(word, lines[0]), f"{lines[0]!r} does not say {word!r}"


@test
def a_key_is_written_once_and_for_its_owner_alone():
    place = Path(tempfile.mkdtemp(dir=SCRATCH)) / "a.key"
    out = done("key", "new", place, "--name", "a.example", "--for", "party").stdout.decode()
    assert re.fullmatch(r"a\.example\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}\n", out), out
    equal(stat.S_IMODE(place.stat().st_mode), 0o600)
    before = place.read_bytes()
    refused(done("key", "new", place, "--name", "a.example", "--for", "party", codes=(2,)), "a.key")
    equal(place.read_bytes(), before)
    other = place.parent / "b.key"
    for more, word in ((["--name", "a b", "--for", "log"], "--name"), (["--name", "x", "--for", "fun"], "log, witness or party"),
                       (["--name", "x"], "--for is missing"), (["--for", "log"], "--name is missing")):
        refused(done("key", "new", other, *more, codes=(2,)), word)
    for hidden in ("a\x7f", "a\u200bb", "\u202ea", "a\u00ad", "a\u3164"):
        refused(done("key", "new", other, "--name", hidden, "--for", "log", codes=(2,)), "cannot be seen")
    assert not other.exists()


@test
def a_key_whose_verifier_key_nobody_heard_is_not_kept():
    place = Path(tempfile.mkdtemp(dir=SCRATCH)) / "a.key"
    end, gone = os.pipe()
    os.close(end)
    for out in (open("/dev/full", "wb"), open(gone, "wb")):
        with out:
            ended = subprocess.run([HALLMARK, "key", "new", place, "--name", "a.example", "--for", "log"], stdout=out, stderr=subprocess.PIPE)
        equal(ended.returncode, 2)
        assert b"a.key" in ended.stderr and b"standard output" in ended.stderr, ended.stderr
        assert not place.exists()


@test
def a_new_register_is_published_and_holds_no_secret():
    r = Register().init()
    equal(r.checkpoint().split("\n")[:2], [ORIGIN, "3"])
    equal(r.listed(), {0: ORIGIN, 1: "party.example", 2: None})
    r.audit()
    for name in ("tile/0/000.p/3", "tile/entries/000.p/3", "checkpoints/3", "policy.txt"):
        assert (r.dir / name).exists(), name
    equal(stat.S_IMODE((r.dir / "private").stat().st_mode), 0o700)
    secret = r.log.read_text().strip().split("+", 4)[4]
    assert len(secret) >= 40
    for path in r.dir.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), path
    assert r.vkey in (r.dir / "policy.txt").read_text()
    told = r.status()
    equal((told["origin"], told["size"], told["pending"], told["published"]["size"], told["index"]["covers"]), (ORIGIN, 3, 0, 3, 2))
    text = done("register", "status", r.dir).stdout.decode()
    assert "bar.example/register" in text and "3 entries" in text, text
    refused(done("register", "init", r.dir, "--origin", ORIGIN, "--key", r.log, codes=(2,)), "holds a register already")
    refused(done("register", "init", r.home / "other", "--origin", "x.example", "--key", r.log, codes=(2,)), "the key's name")
    assert not (r.home / "other").exists()


@test
def what_is_private_stays_in_the_folder_and_closed():
    r, elsewhere = Register(), Path(tempfile.mkdtemp(dir=SCRATCH))
    r.dir.mkdir()
    (r.dir / "private").symlink_to(elsewhere)
    refused(done("register", "init", r.dir, "--origin", ORIGIN, "--key", r.log, codes=(2,)), "private")
    equal(list(elsewhere.iterdir()), [])
    (r.dir / "private").unlink()
    (r.dir / "private").mkdir(mode=0o755)
    r.init()
    equal(stat.S_IMODE((r.dir / "private").stat().st_mode), 0o700)
    journal = r.dir / "private/journal"
    journal.unlink()
    os.mkfifo(journal)
    refused(done("register", "status", r.dir, codes=(2,), timeout=20), "private/journal")


@test
def a_register_is_made_with_all_its_parties_or_not_at_all():
    r = Register()
    vkey = lambda name, purpose: done("key", "new", r.home / name, "--name", name, "--for", purpose).stdout.decode().split()[-1]
    first, second, witness = vkey("one.example", "party"), vkey("two.example", "party"), vkey("w.example", "witness")
    for more, rule in (([first, "--as", "king"], "A1|kind"), ([witness], "admission"), ([r.vkey], "A2"), ([r.log], "A2"),
                       ([first, "--admit", first], "admission"), ([first, "--admit", second, "--admit", r.home / "one.example"], "admission")):
        refused(done("register", "init", r.dir, "--origin", ORIGIN, "--key", r.log, "--admit", *more, codes=(1,)), "--admit", rule, code=1)
        assert not r.dir.exists(), (more, list(r.dir.rglob("*")))
    done("register", "init", r.dir, "--origin", ORIGIN, "--key", r.log, "--admit", first, "--admit", second, "--as", "lab")
    equal(r.listed(), {0: ORIGIN, 1: "one.example", 2: "two.example", 3: None})


@test
def what_is_left_of_a_register_is_not_built_upon():
    r = Register()
    for trace in ("checkpoint", "tile/0/000", "checkpoints/3", "private/signed"):
        shutil.rmtree(r.dir, ignore_errors=True)
        (r.dir / trace).parent.mkdir(parents=True)
        (r.dir / trace).write_text("x")
        before = sorted(r.dir.rglob("*"))
        refused(done("register", "init", r.dir, "--origin", ORIGIN, "--key", r.log, codes=(2,)), "holds a register already", trace.split("/")[0])
        equal(sorted(r.dir.rglob("*")), before)
    shutil.rmtree(r.dir)
    r.dir.mkdir()
    r.init().audit()      # an empty folder is as good as none


@test
def entries_are_acknowledged_by_index_and_published():
    r = Register().init()
    equal(r.load(vendors(600)).stdout.decode().split(), [str(n) for n in range(3, 603)])
    equal(r.listed()[3], "v0000000")
    equal(r.listed()[602], "v0000599")
    before, size = r.checkpoint(), r.size()
    assert size > 603
    equal(r.load(b"").stdout, b"")
    equal(r.checkpoint(), before)                   # nothing new, nothing published
    assert not (r.dir / "tile/0/000.p").exists()    # it became full
    r.audit()
    r.load(b"\n" + vendor(600).encode().rstrip(b"\n"))    # an empty line, and a last one without its end
    equal(r.size(), size + 2)
    r.audit()


@test
def a_refused_line_is_named_and_what_stood_before_it_stays():
    r = Register().init()
    bad = (('{"type":"vendor","id":"x","name":"X","date":"2017-02-30"}', "date"), ('{"type":"vendor","id":"x"', "line 3"),
           ('{"type":"certifcate","id":"x"}', "did you mean|certificate"), (json.dumps({"type": "vendor", "id": "w", "name": "W" * 70_000,
            "date": "2017-01-01"}), "name"), (" " * 600_000 + "x", "longer than"), (vendor(0).strip(), "same"))
    for n, (line, word) in enumerate(bad):
        more = 2 * n
        ended = r.load(vendors(2, more) + line.encode() + b"\n" + vendors(5, 1000), codes=(1,))
        equal(len(ended.stdout.split()), 2)
        lines = ended.stderr.decode().splitlines()
        assert len(lines) == 1 and "line 3: " in lines[0] and (re.search(word, lines[0]) or word == "same"), lines
        equal(r.status()["pending"], 0)
        assert sorted(name for name in r.listed().values() if name and name.startswith("v"))[-1] == f"v{more + 1:07d}"
    stranger = r.home / "stranger.key"
    done("key", "new", stranger, "--name", "stranger.example", "--for", "party")
    before = r.checkpoint()
    refused(done("register", "load", r.dir, "-", "--key", stranger, stdin=vendor(5000).encode(), codes=(1,)), "line 1", "admission", code=1)
    equal(r.checkpoint(), before)
    r.audit()


@test
def an_admitted_party_writes_what_its_kind_may():
    r = Register().init()
    lab = r.home / "lab.key"
    vkey = done("key", "new", lab, "--name", "lab.example", "--for", "party").stdout.decode().split()[-1]
    equal(done("register", "admit", r.dir, vkey, "--as", "lab", "--id", "the-lab", "--name", "The Lab Ltd.").stdout, b"3\n")
    equal(r.listed()[3], "the-lab")
    refused(done("register", "load", r.dir, "-", "--key", lab, stdin=b'{"type":"authority","id":"a","name":"A","date":"2017-01-01"}\n',
                 codes=(1,)), "line 1", "admission", code=1)
    refused(done("register", "admit", r.dir, vkey, "--as", "king", codes=(1,)), "king|kind", code=1)
    refused(done("register", "admit", r.dir, "no key", codes=(2,)), "no key")
    r.audit()


@test
def an_entry_is_acknowledged_though_the_input_stays_open():
    r = Register().init()
    loader = r.loader()
    waits = []
    for n in range(15):
        start = time.monotonic()
        loader.stdin.write(vendor(n).encode())
        loader.stdin.flush()
        equal(loader.stdout.readline().strip().isdigit(), True)
        waits.append(time.monotonic() - start)
        time.sleep(0.02)
    time.sleep(1.5)
    assert r.size() >= 3 + 15, "not published while the input is open"
    loader.stdin.close()
    equal(loader.wait(30), 0)
    loader.stdout.close()
    assert sorted(waits)[7] < 0.1, waits
    r.audit()


@test
def there_is_one_writer_at_a_time():
    r = Register().init()
    loader = r.loader()
    loader.stdin.write(vendor(0).encode())
    loader.stdin.flush()
    loader.stdout.readline()
    refused(r.load(vendor(1).encode(), codes=(2,)), "private/lock", "one writer at a time")
    done("register", "log", r.dir)     # readers are served
    assert r.status()["size"] >= 4
    loader.communicate(vendor(2).encode(), timeout=30)
    equal(loader.returncode, 0)
    assert {"v0000000", "v0000002"} <= set(r.listed().values())
    r.audit()


@test
def what_was_acknowledged_survives_being_killed():
    assert kill_loop(Register().init(), 20)


@test
def a_full_disk_refuses_and_loses_nothing():
    r = Register(home=tempfile.mkdtemp(dir=SCRATCH))
    r.dir.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", r.dir], capture_output=True).returncode:
        raise Skip("no file system of its own can be mounted here")
    try:
        r.init()
        known, sent = {}, 0
        while sent < 40_000:
            ended = r.load(vendors(1000, sent), codes=(0, 2))
            known |= acknowledged(ended.stdout, sent)
            sent += 1000
            if ended.returncode:
                break
        lines = ended.stderr.decode().splitlines()
        assert ended.returncode == 2 and lines and all("No space left" in line for line in lines), lines
        again = r.load(vendors(1000, sent), codes=(2,))
        known |= acknowledged(again.stdout, sent)
        done("register", "audit", r.dir, "--key", r.vkey)
        subprocess.run(["mount", "-o", "remount,size=20m", r.dir], check=True)
        r.load(vendors(10, 100_000))
        listed = r.listed()
        equal([index for index, name in known.items() if listed.get(index) != name], [])
        r.audit()
    finally:
        subprocess.run(["umount", "-l", r.dir], check=True)


def edge(r):
    """The partial tile and bundle at the right edge."""
    if r.size() % 256 == 0:
        r.load(vendor(8000).encode())
    n, width = divmod(r.size(), 256)
    return [f"tile/0/{n:03d}.p/{width}", f"tile/entries/{n:03d}.p/{width}"]


@test
def a_torn_tile_is_mended_where_the_journal_holds_its_entries():
    r = Register().init()
    r.load(vendors(300))
    for name in edge(r):
        path = r.dir / name
        good = path.read_bytes()
        for damaged in (good[:-1], b"", good[:50] + bytes([good[50] ^ 1]) + good[51:]):
            path.write_bytes(damaged)
            r.load(b"")
            equal(path.read_bytes(), good)
    r.audit()


@test
def damage_is_named_and_nothing_is_written():
    r = Register().init()
    r.load(vendors(8000))    # more than is worth reading through again: the journal begins anew
    tile, bundle = edge(r)
    for name in (tile, bundle, "checkpoint", "private/signed", "private/settings"):
        path = r.dir / name
        good = path.read_bytes()
        path.write_bytes(good[:len(good) // 2])
        files = {p: p.read_bytes() for p in r.dir.rglob("*") if p.is_file() and "index" not in p.parts}
        refused(r.load(vendor(9000).encode(), codes=(2,)), name)
        equal({p: p.read_bytes() for p in r.dir.rglob("*") if p.is_file() and "index" not in p.parts}, files)
        path.write_bytes(good)
    shutil.rmtree(r.dir / "index")     # a cache
    r.load(vendor(9001).encode())
    r.audit()


@test
def a_damaged_bundle_is_named_and_no_line_is_blamed_for_it():
    r = Register().init()
    r.load(vendors(8000))
    bundle, tile = r.dir / "tile/entries/000", r.dir / "tile/0/000"
    good, hashes = bundle.read_bytes(), tile.read_bytes()
    name = good.index(b"kind any")    # the party's own entry: to read it otherwise would be another history
    product = b'{"type":"product","id":"p","name":"P","vendor":"v0000009","date":"2017-01-03"}\n'
    for path, damaged in ((bundle, good[:100]), (bundle, b""), (bundle, None), (bundle, good[:name + 5] + b"lab" + good[name + 8:]),
                          (bundle, good.replace(b"Vendor Number 9 ", b"Vendor Number 8 ")), (tile, None), (tile, hashes[:-1]),
                          (tile, bytes(32) + hashes[32:64] + bytes(32 * 254))):
        path.unlink()
        if damaged is not None:
            path.write_bytes(damaged)
        before, size = (r.dir / "private/journal").read_bytes(), r.size()
        refused(r.load(product, codes=(2,)), path.relative_to(r.dir).as_posix(), "tlog-tiles")
        equal(((r.dir / "private/journal").read_bytes(), r.size()), (before, size))
        bundle.write_bytes(good)
        tile.write_bytes(hashes)
    r.load(product)
    r.audit()


@test
def a_damaged_index_is_made_anew_wherever_it_is_damaged():
    r = Register().init()
    r.load(vendors(600))
    inner = r.dir / "index/inner"
    for n, place in enumerate(range(0, inner.stat().st_size, inner.stat().st_size // 8)):
        damaged = bytearray(inner.read_bytes())
        damaged[place:place + 2000] = bytes(byte ^ 0xff for byte in damaged[place:place + 2000])
        inner.write_bytes(damaged)
        for again in ((2000 + n) % 600, 1000 + n):      # one that is refused, as it stands there already, and one that is new
            r.load(vendor(again).encode(), codes=(0 if again >= 600 else 1,))
    r.audit()


@test
def a_checkpoint_of_another_history_is_no_end_of_a_diff():
    r, other, fork = Register().init(), Register(origin="other.example/register").init(), Register()
    r.load(vendors(3))
    earlier = r.home / "earlier"
    earlier.write_text(r.checkpoint())
    r.load(vendors(3, 10))
    fork.log, fork.party = r.log, r.party       # the log's own key signs another history
    fork.init().load(vendors(3, 20))
    diff = lambda *states, codes=(0,): done("register", "diff", r.dir, *states, "--format", "json", codes=codes)
    equal([row["id"] for row in json.loads(diff(earlier).stdout)], ["v0000010", "v0000011", "v0000012"])
    equal(json.loads(diff(r.dir / "checkpoint").stdout), [])
    refused(diff(fork.dir / "checkpoint", codes=(2,)), "checkpoint", "forked or changed")
    refused(diff(3, fork.dir / "checkpoint", codes=(2,)), "forked or changed")
    refused(diff(other.dir / "checkpoint", codes=(2,)), "another log")


@test
def indices_are_told_after_a_sync():
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    r = Register().init()
    trace = r.home / "trace"
    # leaks cannot be looked for under a tracer
    ended = subprocess.run(["strace", "-f", "-o", trace, "-e", "trace=fsync,fdatasync,write,writev", HALLMARK, "register", "load", r.dir,
                            "-", "--key", r.party], input=vendors(2000), capture_output=True, timeout=300,
                           env=os.environ | {"ASAN_OPTIONS": "detect_leaks=0"})
    equal((ended.returncode, len(ended.stdout.split())), (0, 2000))
    synced, told = False, 0
    for line in trace.read_text(errors="replace").splitlines():
        if re.search(r"f(data)?sync\(\d+\)\s+= 0|f(data)?sync resumed.*= 0", line):
            synced = True
        elif re.search(r"writev?\(1, ", line):
            assert synced, line
            told, synced = told + 1, False
    assert told


@test
def a_story_has_its_own_clock_and_says_so():
    clock = Path(tempfile.mkdtemp(dir=SCRATCH)) / "clock"
    clock.write_text("2017-09-13T12:00:00Z\n")
    plain = Register("--simulated-clock", clock)
    refused(done("register", "init", plain.dir, "--origin", ORIGIN, "--key", plain.log, "--simulated-clock", clock, codes=(2,)),
            "/simulated-clock")
    r = Register("--simulated-clock", clock, origin="bar.example/simulated-clock").init()
    equal(r.status()["clock"], {"simulated": True, "now": "2017-09-13T12:00:00Z"})
    assert b"clock simulated\ndate 2017-09-13\n" in (r.dir / "tile/entries/000.p/3").read_bytes()
    r.load(vendor(0).encode())
    clock.write_text("2017-09-12T12:00:00Z\n")
    before = r.checkpoint()
    refused(r.load(vendor(1).encode(), codes=(2,)), "backwards", "2017-09-12T12:00:00Z")
    equal(r.checkpoint(), before)
    clock.write_text("2017-09-14T12:00:00Z\n")
    r.load(vendor(1).encode())
    r.audit()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Witness:
    def __init__(self, home, number, log):
        self.name, self.home, self.port, self.log = f"w{number}.example", home, free_port(), log
        self.key = home / f"w{number}.key"
        self.vkey = done("key", "new", self.key, "--name", self.name, "--for", "witness").stdout.decode().split()[-1]
        self.process = None

    def start(self):
        ready = self.home / f"{self.name}.ready"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen([HALLMARK, "witness", "--key", self.key, "--state", self.home / self.name, "--listen",
                                         f"127.0.0.1:{self.port}", "--log", self.log, "--ready", ready], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(400):
            if ready.exists():
                return
            time.sleep(0.05)
        raise AssertionError(f"{self.name} does not listen")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None


@test
def what_the_quorum_has_not_signed_is_not_published():
    r = Register("--witnesses", "", origin=ORIGIN)
    file = r.home / "witnesses"
    r.options = ("--witnesses", file)
    all_three = [Witness(r.home, n, r.vkey) for n in (1, 2, 3)]
    file.write_text("".join(f"witness {w.name} {w.vkey} http://127.0.0.1:{w.port}\n" for w in all_three)
                    + "group quorum-of-them 2 w1.example w2.example w3.example\nquorum quorum-of-them\n")
    try:
        for w in all_three:
            w.start()
        r.init()
        equal((r.size(), len(re.findall("^\u2014 w", r.checkpoint(), re.M)) >= 2), (3, True))
        all_three[0].stop()
        r.load(vendors(10))
        equal(r.size(), 14)
        signed = {w["name"]: w["signed"] for w in r.status()["witnesses"]}
        equal([name for name, when in signed.items() if when is None], ["w1.example"])
        all_three[1].stop()
        ended = r.load(vendors(10, 10), codes=(3,))
        equal(len(ended.stdout.split()), 10)
        assert b"not yet published" in ended.stderr and b"w1.example" in ended.stderr, ended.stderr
        equal((r.size(), r.status()["pending"], r.status()["candidate"]["size"]), (14, 11, 25))
        r.load(b"", codes=(3,))
        equal(r.status()["candidate"]["size"], 25)    # the same, not another
        all_three[0].start()
        r.load(b"")
        equal((r.size(), r.status()["pending"], r.status()["candidate"]), (25, 0, None))
        done("register", "audit", r.dir, "--key", r.vkey)
    finally:
        for w in all_three:
            w.stop()


main()
