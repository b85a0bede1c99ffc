"""hallmark register serve as those meet it who submit and read: admitted or not, many at once, killed, crowded, full."""
import http.client
import socket
import threading
import time
import urllib.request

from registering import *
from second.forge import Signer
from serving import *

PARTY = Signer(b"clerk.example", b"clerk", 1)
STRANGER = Signer(b"stranger.example", b"stranger", 1)


def entry(name, signer=PARTY, more=""):
    """A signed note, made here and not by the program."""
    text = f"hallmark/vendor/v1\nid {name}\nname {name} Ltd.\ndate 2017-01-03\n{more}".encode()
    return text + b"\n" + signer.sign(text)


class Service:
    """A register with a clerk who submits from afar, and the process that serves it."""

    def __init__(self, folder, home=None):
        self.folder = folder
        self.register = Register(home=home or folder)
        self.register.init()
        self.dir = self.register.dir
        done("register", "admit", self.dir, PARTY.vkey().decode(), "--id", "clerk")
        self.start()

    def start(self, *more):
        self.process = Process(self.folder, "register", "serve", self.dir, *more)
        self.url = self.process.url

    def ask(self, method, path, body=None, by="127.0.0.1", address=None):
        c = http.client.HTTPConnection(address or self.process.address, timeout=30, source_address=(by, 0))
        try:
            c.request(method, path, body)
            answer = c.getresponse()
            return answer.status, answer.read().decode()
        finally:
            c.close()

    def post(self, body, **more):
        return self.ask("POST", "/entries", body, **more)

    def index(self, body, **more):
        """Of an entry that is taken."""
        status, text = self.post(body, **more)
        equal((status, text[:9]), (200, '{"index":'))
        return json.loads(text)["index"]

    def size(self):
        return size_of(self.ask("GET", "/checkpoint")[1])

    def published(self, index):
        eventually(lambda: self.size() > index, f"entry {index} is published")

    def end(self):
        equal(self.process.end(), 0)
        return self.register.audit()


def threads(count, work):
    """work(n) in threads, all begun together; what went wrong in one is told."""
    wrong, gate = [], threading.Barrier(count)

    def run(n):
        try:
            gate.wait()
            work(n)
        except Exception as what:  # pylint: disable=broad-except
            wrong.append(f"{n}: {what!r}")
    all_of_them = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for one in all_of_them:
        one.start()
    for one in all_of_them:
        one.join()
    assert not wrong, f"{len(wrong)} of {count}: {wrong[:3]}"


@test
@scratch
def a_folder_without_a_register_is_not_served(folder):
    (folder / "empty").mkdir()
    refused(2, ("empty: holds no register", "checkpoint"), tap.run("register", "serve", folder / "empty", "--listen", "127.0.0.1:0"))
    equal(list((folder / "empty").iterdir()), [])
    refused(2, "nowhere", tap.run("register", "serve", folder / "nowhere", "--listen", "127.0.0.1:0"))


@test
@scratch
def an_admitted_party_enters_a_record_and_takes_its_receipt(folder):
    s = Service(folder)
    words = ["type=vendor", "id=northgate", "name=Northgate Systems Ltd.", "date=2017-01-03", "--key", s.register.party]
    receipt, text = folder / "receipt", folder / "entry"
    text.write_text(good("register", "enter", s.url, *words, "--dry-run"))
    index = int(good("register", "enter", s.url, *words, "--receipt", receipt).split()[-1])
    equal((folder / "receipt.entry").read_bytes(), text.read_bytes())
    out = good("verify", receipt, "--policy", s.dir / "policy.txt", "--entry", f"{receipt}.entry")
    assert out.startswith(f"The entry is at index {index} of {ORIGIN} at size "), out
    equal(s.register.listed()[index], "northgate")
    refused(1, ["400", "admission A"], run("register", "enter", s.url, *words))
    refused(2, ["is no FIELD=VALUE"], run("register", "enter", s.url, "vendor", *words))
    refused(2, ["no.key"], run("register", "enter", s.url, *words[:-1], folder / "no.key"))
    refused(2, ["127.0.0.1:9"], run("register", "enter", "http://127.0.0.1:9", *words))
    refused(2, ["no-register"], run("register", "enter", folder / "no-register", *words))
    s.end()


@test
@scratch
def what_may_not_be_written_is_refused_with_the_rule(folder):
    s = Service(folder)
    before = tree(s.dir)
    for body, status, says in (
            (entry("v1", STRANGER), 403, "admission A3"),
            (entry("v1").replace(b"v1 Ltd.", b"v2 Ltd."), 403, "admission A3"),
            (entry("v1", more="colour red\n"), 400, "colour"),
            (entry("v1").replace(b"2017-01-03", b"2017-02-30"), 400, "2017-02-30"),
            (b"rubbish", 400, "signed-note"),
            (b"", 400, "empty"),
            (entry("v1", more="x" * 70000 + "\n"), 413, "65535"),
            (entry("v1", more="note " + "x" * 65000 + "\n"), 400, "")):
        found, text = s.post(body)
        equal((status, found, text.count("\n")), (status, status, 1))
        assert says in text, text
    equal(s.ask("GET", "/entries")[0], 404)
    equal(s.ask("PUT", "/checkpoint", b"x")[0], 405)
    equal(s.ask("GET", "/private/journal")[0], 404)
    equal(s.ask("GET", "/tile/../private/journal")[0], 404)
    key = folder / "stranger.key"
    good("key", "new", key, "--name", "stranger.example", "--for", "party")
    refused(1, ["403", "admission A3"], run("register", "enter", s.url, "type=vendor", "id=v1", "name=V", "date=2017-01-03", "--key", key))
    refused(1, "400", run("register", "enter", s.url, "type=vendor", "id=v1", "name=V", "date=2999-01-03", "--key", s.register.party))
    s.end()
    changed = {name for name, data in tree(s.dir).items() if before.get(name) != data}
    equal(changed - {"private/journal"}, set())
    equal((s.dir / "private/journal").read_bytes(), before["private/journal"])


@test
@scratch
def two_hundred_at_once_have_each_an_index_of_their_own(folder):
    """From four addresses: one may hold no more than 64 connections."""
    s = Service(folder)
    bodies = [entry(f"many{n}") for n in range(200)]
    known = {}

    def submit(n):
        known[s.index(bodies[n], by=f"127.0.0.{2 + n % 4}")] = f"many{n}"
    threads(200, submit)
    equal(len(known), 200)
    s.published(max(known))
    listed = s.register.listed()
    equal({index: listed[index] for index in known}, known)
    s.end()


@test
@scratch
def what_a_killed_server_had_acknowledged_is_there(folder):
    s = Service(folder)
    bodies, known, dice = {n: entry(f"killed{n}") for n in range(240)}, {}, random.Random(11)
    for round in range(4):
        heard, pause = threading.Event(), dice.uniform(0, 0.2)

        def kill():
            heard.wait(30)    # a slow machine must have acknowledged something
            time.sleep(pause)
            s.process.kill()
        killer = threading.Thread(target=kill)

        def submit(n, first=round * 60):
            for i in range(first + n, first + 60, 12):
                try:
                    known[s.index(bodies[i], by=f"127.0.0.{2 + n}")] = f"killed{i}"
                    heard.set()
                except (OSError, http.client.HTTPException):
                    return  # killed in the middle: not acknowledged
        killer.start()
        threads(12, submit)
        killer.join()
        s.process.kill()
        s.start()
    last = s.index(entry("last"))
    s.published(last)
    listed = s.register.listed()
    assert known and max(known) < last, known
    equal({index: listed[index] for index in known}, known)
    s.end()


@test
@scratch
def a_server_told_to_end_answers_what_it_has_taken(folder):
    s = Service(folder)
    bodies, known, dice = [entry(f"ended{n}") for n in range(120)], {}, random.Random(5)
    for round in range(4):
        stopper = threading.Timer(dice.uniform(0.005, 0.1), s.process.process.send_signal, [signal.SIGTERM])

        def submit(n, first=round * 30):
            for i in range(first + n, first + 30, 10):
                try:
                    status, text = s.post(bodies[i], by=f"127.0.0.{2 + n}")
                except (OSError, http.client.HTTPException):
                    return
                if status != 200:
                    equal((status, text), (503, "the server is stopping\n"))
                    return
                known[json.loads(text)["index"]] = f"ended{i}"
        stopper.start()
        threads(10, submit)
        stopper.join()
        equal((s.process.process.wait(30), s.process.told()), (0, ""))
        s.start()
    s.published(s.index(entry("last")))
    listed = s.register.listed()
    equal({index: listed[index] for index in known}, known)
    s.end()


@test
@scratch
def reading_and_writing_go_on_beside_who_dribbles(folder):
    s = Service(folder)
    host, port = s.process.address.split(":")
    slow = []
    for n in range(100):
        c = socket.create_connection((host, int(port)), timeout=30, source_address=(f"127.0.1.{1 + n % 2}", 0))
        c.sendall((b"GET /checkpoint HTTP/1.1\r\nHost: x\r\nX-A", b"POST /entries HTTP/1.1\r\nHost: x\r\nContent-Length: 300\r\n\r\nhall",
                   b"GET", b"")[n % 4])
        slow.append(c)
    began = time.monotonic()
    for n in range(10):
        for c in slow:
            c.sendall(b"a")
        index = s.index(entry(f"beside{n}"))
        equal(s.ask("GET", "/checkpoint")[0], 200)
    took = time.monotonic() - began
    assert took < 8, f"{took:.1f} s for ten entries"
    s.published(index)
    for c in slow:
        c.close()
    s.end()


@test
@scratch
def of_two_servers_one_writes_at_a_time_and_both_read(folder):
    s = Service(folder)
    other = Process(folder, "register", "serve", s.dir)
    index = s.index(entry("first"))
    began = time.monotonic()
    status, text = s.post(entry("second"), address=other.address)
    equal((status, text.count("\n")), (503, 1))
    assert "cannot be written now" in text and time.monotonic() - began < 1, text
    assert "one writer at a time" in other.told(), other.told()
    equal(s.ask("GET", "/checkpoint", address=other.address)[0], 200)
    s.published(index)
    equal(s.ask("GET", "/checkpoint", address=other.address), s.ask("GET", "/checkpoint"))
    # the first has nothing more to write: it lets go
    eventually(lambda: s.post(entry("second"), address=other.address)[0] == 200, "the other may write")
    equal(s.post(entry("third"))[0], 503)
    eventually(lambda: s.post(entry("third"))[0] == 200, "and the first again")
    equal(other.end(), 0)
    s.end()
    equal(sorted(name for name in s.register.listed().values() if name in ("first", "second", "third")), ["first", "second", "third"])


@test
@scratch
def a_command_writes_while_the_server_idles(folder):
    s = Service(folder)
    s.published(s.index(entry("before")))

    def load():
        return s.register.load(vendors(3), codes=(0, 2)).returncode == 0
    eventually(load, "the server lets go of the lock")
    size = s.size()
    equal(size, s.register.size())
    s.published(s.index(entry("after")))
    assert s.size() > size
    s.end()
    equal({"before", "after", "v0000002"} - set(s.register.listed().values()), set())


@test
@scratch
def on_a_full_disk_reading_goes_on_and_writing_when_there_is_room_again(folder):
    home = folder / "small"
    home.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", home], capture_output=True).returncode:
        raise Skip("no file system of its own can be mounted here")
    try:
        s = Service(folder, home=home)
        known = {s.index(entry("early")): "early"}
        filler = home / "filler"

        def fill():
            with filler.open("wb", buffering=0) as file:
                for size in 65536, 4096, 1:
                    try:
                        while file.write(b"x" * size) == size:
                            pass
                    except OSError:
                        pass
        for name in "while", "closed":
            if name == "closed":
                s.published(max(known))
                s.process.end()
                s.start()
            else:
                s.published(max(known))
            journal = (s.dir / "private/journal").read_bytes()
            fill()
            # what still has room in a block of the journal may be taken; then nothing is
            for n in range(200):
                status, text = s.post(entry(f"{name}{n}"))
                if status != 200:
                    break
                known[json.loads(text)["index"]] = f"{name}{n}"
            equal((status, text.count("\n")), (503, 1))
            assert "cannot be written now" in text, text
            equal(s.post(entry(f"{name}-again"))[0], 503)
            assert (s.dir / "private/journal").read_bytes().startswith(journal)
            equal(s.ask("GET", "/checkpoint")[0], 200)
            good("prove", "vendor:early", "--register", s.url, "--output", folder / "p")
            assert "No space left" in s.process.told(), s.process.told()
            filler.unlink()
            known[s.index(entry(f"{name}-then"))] = f"{name}-then"
        s.published(max(known))
        s.end()
        listed = s.register.listed()
        equal({index: listed[index] for index in known}, known)
    finally:
        for process in STARTED[-2:]:
            process.kill()
            process.wait()
        subprocess.run(["umount", "-l", home], check=True)


main()
