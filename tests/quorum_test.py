"""A register and its witnesses as processes: how many may be gone, late or lying, and what is proved and refused then."""
import http.server
import re
import threading
import urllib.request

from registering import *
from second.forge import Signer
from serving import *

ORIGIN = "log.example"
LISTED = "listed:directory:token:northgate"


class Puppet:
    """What stands at a witness's address and is none of ours: it answers as it is told, and keeps what it was asked."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []
        puppet = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                puppet.asked.append(body)
                status, answer, kind = puppet.answer(body)
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(answer)))
                    self.end_headers()
                    self.wfile.write(answer)
                except OSError:
                    pass  # who asked has gone

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


LIAR = Signer(b"liar.example", b"liar", 4)


def lie(body):
    """Whatever it is, it is cosigned."""
    note = body.split(b"\n\n", 1)[1]
    return 200, LIAR.sign(note[:note.index(b"\n\n") + 1], time=int(time.time())), "text/plain"


class Network:
    """Witnesses as processes, others by their address, and a register that asks them all."""

    def __init__(self, folder, count, need, others=()):
        self.folder = folder
        self.register = Register(origin=ORIGIN, home=folder)
        self.names = [f"w{n}" for n in range(1, count + 1)]
        vkeys = {name: good("key", "new", folder / f"{name}.key", "--name", f"{name}.example", "--for", "witness").split()[-1]
                 for name in self.names}
        self.process = {name: self.start(name) for name in self.names}
        lines = [f"witness {name} {vkeys[name]} {self.process[name].url}" for name in self.names]
        lines += [f"witness {name} {signer.vkey().decode()} {url}" for name, signer, url in others]
        every = self.names + [name for name, _, _ in others]
        (folder / "witnesses").write_text("\n".join(lines) + f"\ngroup all {need} {' '.join(every)}\nquorum all\n")
        self.register.options = ("--witnesses", folder / "witnesses")
        self.register.init()
        self.dir, self.policy = self.register.dir, self.register.dir / "policy.txt"

    def start(self, name, listen="127.0.0.1:0"):
        return Process(self.folder, "witness", "--key", self.folder / f"{name}.key", "--state", self.folder / name,
                       "--log", self.register.vkey, listen=listen)

    def stop(self, *names):
        for name in names:
            equal(self.process[name].end(), 0)

    def back(self, *names):
        for name in names:
            self.process[name] = self.start(name, self.process[name].address)

    def load(self, *records, into=None, codes=(0,)):
        data = "".join(json.dumps(one) + "\n" for one in records).encode()
        return done("register", "load", into or self.dir, "-", "--key", self.register.party, stdin=data, codes=codes)

    def verify(self, place, *more):
        return run("verify", place, "--policy", self.policy, *more)

    def proof(self, of, name, *more):
        place = self.folder / f"{name}.tlog-proof"
        good("prove", LISTED, "--register", of, "--output", place, *more)
        return place


def signed(register):
    return re.findall("^— (?:w|liar)[^ ]*", (register / "checkpoint").read_text(), re.M)


def text_of(note):
    return note.split("\n\n")[0]


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


LIST = {"type": "list", "id": "directory", "name": "The directory", "date": "2017-01-02"}
NORTHGATE = {"type": "vendor", "id": "northgate", "name": "Northgate Systems Ltd.", "date": "2017-01-03"}
LISTING = {"type": "listing", "list": "directory", "action": "add", "vendor": "northgate", "vendor-name": "Northgate Systems Ltd.",
           "date": "2017-02-02"}
OTHER = {"type": "vendor", "id": "harrow", "name": "Harrow Networks", "date": "2017-01-03"}


@test
@scratch
def four_of_six_do_without_two(folder):
    net = Network(folder, 6, 4)
    assert len(signed(net.dir)) >= 4, signed(net.dir)
    service = Process(folder, "register", "serve", net.dir)
    net.stop("w1")
    net.load(LIST)
    assert len(signed(net.dir)) >= 4 and "— w1.example" not in signed(net.dir), signed(net.dir)

    net.stop("w3", "w5")
    before, began = net.register.checkpoint(), time.monotonic()
    ended = net.load(NORTHGATE, LISTING, codes=(3,))
    assert time.monotonic() - began < 5, "whose port is closed is not waited for"
    indices = [int(line) for line in ended.stdout.split()]
    told = ended.stderr.decode()
    equal(len(told.splitlines()), 1)
    for word in "written, and not yet published", "the quorum has not signed", "w1: unreachable", "w3: unreachable", "w5: unreachable":
        assert word in told, told
    equal((net.register.checkpoint(), get(f"{service.url}/checkpoint")), (before, before))
    status = net.register.status()
    candidate = (net.dir / "private/candidate").read_text()
    equal((status["published"]["size"], status["size"], status["pending"]), (size_of(before), size_of(candidate),
                                                                            size_of(candidate) - size_of(before)))
    equal(net.verify(net.proof(service.url, "meanwhile"))[1].split(",")[0],
          f"No entry maps to {LISTED} in the log {ORIGIN} at size {size_of(before)}")

    # three are back, one of them with the memory of an older size: the very candidate is published
    net.back("w1", "w3", "w5")
    net.load()
    equal(text_of(net.register.checkpoint()), text_of(candidate))
    equal(get(f"{service.url}/checkpoint"), net.register.checkpoint())
    listed = net.register.listed()
    equal([listed[index] for index in indices], ["northgate", "directory"])
    out = net.verify(net.proof(service.url, "then"))[1]
    assert out.startswith(f"1 entry maps to {LISTED} ") and "A quorum of 4 of 6 survives 1 lying witness." in out, out
    net.register.audit("--since", save(folder / "before", before))
    equal((service.end(), service.told()), (0, ""))


def save(place, text):
    place.write_text(text)
    return place


@test
@scratch
def a_service_takes_entries_while_the_quorum_is_gone(folder):
    net = Network(folder, 3, 2)
    service = Process(folder, "register", "serve", net.dir)
    net.stop("w1", "w2")
    before = net.register.checkpoint()
    entry = ("register", "enter", service.url, *[f"{k}={v}" for k, v in LIST.items()], "--key", net.register.party)
    index = int(good(*entry).split()[-1])
    eventually(lambda: "the quorum has not signed" in service.told(), "the operator is told")
    equal(get(f"{service.url}/checkpoint"), before)
    net.back("w1", "w2")
    eventually(lambda: size_of(get(f"{service.url}/checkpoint")) > index, "published once the quorum is back")
    equal(net.register.listed()[index], "directory")
    equal(service.end(), 0)
    net.register.audit()


@test
@scratch
def what_was_left_unpublished_is_published_by_the_next_service_or_heartbeat(folder):
    net = Network(folder, 2, 2)
    net.stop("w2")
    net.load(LIST, codes=(3,))
    ended = done("register", "heartbeat", net.dir, codes=(1,))
    assert b"w2: unreachable" in ended.stderr, ended.stderr
    net.back("w2")
    equal(good("register", "heartbeat", net.dir), "size 5: published\n")
    equal(size_of(net.dir / "checkpoint"), 5)
    equal(good("register", "heartbeat", net.dir), "size 5: cosigned anew\n")
    net.stop("w2")
    ended = done("register", "heartbeat", net.dir, codes=(1,))
    assert b"w2: unreachable" in ended.stderr, ended.stderr
    net.load(NORTHGATE, codes=(3,))
    net.back("w2")
    service = Process(folder, "register", "serve", net.dir)
    eventually(lambda: size_of(get(f"{service.url}/checkpoint")) == 7, "published though nobody submits")
    equal((service.end(), service.told()), (0, ""))


@test
@scratch
def a_heartbeat_makes_the_time_new_and_keeps_no_entry_out(folder):
    pause = [0]

    def slowly(body):
        time.sleep(pause[0])
        return lie(body)
    puppet = Puppet(slowly)
    net = Network(folder, 0, 1, [("liar", LIAR, puppet.url)])
    service = Process(folder, "register", "serve", net.dir, "--heartbeat", "1")
    first = get(f"{service.url}/checkpoint")
    eventually(lambda: get(f"{service.url}/checkpoint") != first, "the same size cosigned anew")
    equal(text_of(get(f"{service.url}/checkpoint")), text_of(first))
    pause[0], asked = 2, len(puppet.asked)
    eventually(lambda: len(puppet.asked) > asked, "the next heartbeat")
    index = int(good("register", "enter", service.url, *[f"{k}={v}" for k, v in LIST.items()], "--key", net.register.party).split()[-1])
    pause[0] = 0
    eventually(lambda: size_of(get(f"{service.url}/checkpoint")) > index, "published")
    equal((service.end(), service.told()), (0, ""))


def fork(net, name, replaced=()):
    """A second copy of the log's folder, which signs with the same key; it reaches other witnesses than the first."""
    place = net.folder / name
    shutil.copytree(net.dir, place)
    settings = place / "private/witnesses"
    for old, new in replaced:
        assert old in settings.read_text(), settings.read_text()
        settings.write_text(settings.read_text().replace(old, new))
    return place


@test
@scratch
def a_fork_that_one_liar_signs_has_no_quorum_of_four_of_six(folder):
    liar = Puppet(lie)
    net = Network(folder, 5, 4, [("liar", LIAR, liar.url)])
    other = fork(net, "fork")
    net.load(LIST, NORTHGATE)
    ended = net.load(LIST, NORTHGATE, LISTING, into=other, codes=(3,))
    told = ended.stderr.decode()
    assert "liar" not in told and all(f"w{n}: refused" in told for n in (1, 2)), told
    equal(size_of(other / "checkpoint"), 3)

    # what the liar signed, shown as a proof: to who trusts him alone it is one, to the quorum it is none
    candidate = (other / "private/candidate").read_text()
    note = candidate + lie(b"old 3\n\n" + candidate.encode())[1].decode()
    (other / "checkpoint").write_text(note)
    own = save(folder / "liars-policy", re.sub("quorum all", "quorum liar", net.policy.read_text()))
    place = net.proof(other, "forked", "--policy", own)
    equal(run("verify", place, "--policy", own)[0], 0)
    refused(1, ["tlog-policy", "1 of 6 witnesses have signed"], net.verify(place))
    done("register", "audit", other, "--key", net.register.vkey)
    ended = done("register", "audit", other, "--key", net.register.vkey, "--since", net.dir / "checkpoint", codes=(1,))
    assert b"the log was forked or changed" in ended.stderr, ended.stderr
    out = net.verify(net.proof(net.dir, "honest"))[1]
    assert out.startswith("No entry maps to ") and "A quorum of 4 of 6 survives 1 lying witness." in out, out


@test
@scratch
def two_of_three_with_one_liar_is_refused_nowhere_but_announced(folder):
    liar, nobody = Puppet(lie), "http://127.0.0.1:9"
    net = Network(folder, 2, 2, [("liar", LIAR, liar.url)])
    first = fork(net, "first", [(net.process["w2"].url, nobody)])
    second = fork(net, "second", [(net.process["w1"].url, nobody)])
    net.load(LIST, NORTHGATE, LISTING, into=first)
    net.load(LIST, NORTHGATE, OTHER, into=second)
    equal((signed(first), signed(second)), (["— w1.example", "— liar.example"], ["— w2.example", "— liar.example"]))
    equal(size_of(first / "checkpoint"), size_of(second / "checkpoint"))

    yes, no = net.proof(first, "yes"), net.proof(second, "no")
    for place, says in (yes, "1 entry maps to "), (no, "No entry maps to "):
        code, out, errors = net.verify(place)
        equal((code, errors), (0, ""))
        assert out.startswith(says) and "A quorum of 2 of 3 survives no lying witness." in out, out
        equal(json.loads(net.verify(place, "--format", "json")[1])["liars_survived"], 0)

    # who holds both, or what the other was shown, sees the fork
    for mine, theirs in (first, second), (second, first):
        done("register", "audit", mine, "--key", net.register.vkey)
        ended = done("register", "audit", mine, "--key", net.register.vkey, "--since", theirs / "checkpoint", codes=(1,))
        assert b"the earlier checkpoint has another root" in ended.stderr and b"forked or changed" in ended.stderr, ended.stderr
    refused(1, ["--recompute", "two histories, each signed"], net.verify(yes, "--recompute", second))
    # and the honest witness of the one history signs nothing of the other, ever
    ended = net.load(NORTHGATE, OTHER, codes=(3,))
    assert b"w1: refused, w2: refused" in ended.stderr and b"liar" not in ended.stderr, ended.stderr


@test
@scratch
def a_witness_that_was_killed_goes_on_where_it_was(folder):
    net = Network(folder, 3, 3)
    net.process["w2"].kill()
    ended = net.load(LIST, codes=(3,))
    assert "w2: unreachable" in ended.stderr.decode(), ended.stderr
    net.back("w2")
    net.load()
    equal(signed(net.dir), ["— w1.example", "— w2.example", "— w3.example"])
    # one that was away for two publications says with 409 where it stands, and is told the way from there
    (net.dir / "private/witnesses").write_text((net.dir / "private/witnesses").read_text().replace("group all 3", "group all 2"))
    net.stop("w3")
    net.load(NORTHGATE)
    net.load(LISTING)
    equal(signed(net.dir), ["— w1.example", "— w2.example"])
    net.back("w3")
    done("register", "heartbeat", net.dir)
    equal(signed(net.dir), ["— w1.example", "— w2.example", "— w3.example"])
    equal(net.process["w3"].told(), "")


@test
@scratch
def a_lost_witness_is_replaced_and_the_policy_says_so(folder):
    net = Network(folder, 3, 2)
    net.stop("w3")
    vkey = good("key", "new", folder / "w4.key", "--name", "w4.example", "--for", "witness").split()[-1]
    net.process["w4"] = net.start("w4")
    file = net.dir / "private/witnesses"
    lines = [line for line in file.read_text().replace("w1 w2 w3", "w1 w2 w4").splitlines() if " w3.example" not in line]
    file.write_text("\n".join([f"witness w4 {vkey} {net.process['w4'].url}", *lines, ""]))
    good("register", "heartbeat", net.dir)
    equal(sorted(signed(net.dir)), ["— w1.example", "— w2.example", "— w4.example"])
    equal(net.policy.read_text(), f"log {net.register.vkey}\n" + file.read_text())
    done("register", "audit", net.dir, "--key", net.register.vkey)


@test
@scratch
def one_that_answers_409_and_one_that_is_slow_hold_nobody_up(folder):
    stubborn = Signer(b"stubborn.example", b"stubborn", 4)
    slow = Signer(b"slow.example", b"slow", 4)

    def late(body):
        time.sleep(6)
        note = body.split(b"\n\n", 1)[1]
        return 200, slow.sign(note[:note.index(b"\n\n") + 1], time=int(time.time())), "text/plain"

    sizes = iter(range(100000))
    moving = Puppet(lambda body: (409, b"%d\n" % (next(sizes) % 3), "text/x.tlog.size"))
    net = Network(folder, 3, 3, [("stubborn", stubborn, moving.url), ("slow", slow, Puppet(late).url)])
    began, asked = time.monotonic(), len(moving.asked)
    net.load(LIST)
    took = time.monotonic() - began
    assert took < 4, f"a slow witness holds a publication up: {took:.1f} s"
    assert len(moving.asked) - asked <= 3, f"a witness that never agrees was asked {len(moving.asked) - asked} times"
    equal(signed(net.dir), ["— w1.example", "— w2.example", "— w3.example"])
    # where it is needed, it is waited for, and not for ever
    net.stop("w1")
    began = time.monotonic()
    told = net.load(NORTHGATE, codes=(3,)).stderr.decode()
    took = time.monotonic() - began
    assert 4 < took < 9, took
    assert "slow: too late" in told and "stubborn: refused" in told, told


main()
