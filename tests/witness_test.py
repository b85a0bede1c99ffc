#!/usr/bin/env python3
"""hallmark witness as a process: a log in Python, with signatures of another library, asks it over HTTP;
and it is killed at random instants, and must never roll back."""
import base64
import hashlib
import http.client
import os
import random
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import tap
from tap import equal, test

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    ed25519 = None

DASH = "\u2014"
STARTED = []


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def text_of(raw):
    return base64.b64encode(raw).decode()


class Key:
    """A key of signed-note: type 1 (log) or 4 (witness)."""

    def __init__(self, name, kind, seed):
        if ed25519 is None:
            raise tap.Skip("Python has no module 'cryptography'")
        self.name, self.kind, self.seed = name, kind, bytes([seed]) * 32
        self.private = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
        self.raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = sha256(name.encode(), b"\n", bytes([kind]), self.raw)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{text_of(bytes([kind]) + self.raw)}"

    def save(self, path):
        path.write_text(f"PRIVATE+KEY+{self.name}+{self.id.hex()}+{text_of(bytes([self.kind]) + self.seed)}\n")
        path.chmod(0o600)
        return path

    def sign(self, text):
        return f"{DASH} {self.name} {text_of(self.id + self.private.sign(text.encode()))}\n"

    def time_of(self, text, line):
        """The time of a cosignature line over the text, verified."""
        dash, name, payload = line.split(" ")
        raw = base64.b64decode(payload, validate=True)
        equal((dash, name, raw[:4], len(raw)), (DASH, self.name, self.id, 76))
        when = int.from_bytes(raw[4:12], "big")
        self.private.public_key().verify(raw[12:], f"cosignature/v1\ntime {when}\n{text}".encode())
        return when


class Log:
    """RFC 6962 by its own recursive definitions, for small trees."""

    def __init__(self, name="log.example/test", seed=1):
        self.key = Key(name, 1, seed)
        self.leaves = [f"entry {i}".encode() for i in range(4000)]
        self.known = {}

    def root(self, a, b):
        if (a, b) not in self.known:
            if b - a == 1:
                self.known[a, b] = sha256(b"\0", self.leaves[a])
            else:
                k = 1 << (b - a - 1).bit_length() - 1
                self.known[a, b] = sha256(b"\1", self.root(a, a + k), self.root(a + k, b))
        return self.known[a, b]

    def proof(self, m, a, b, whole=True):
        if m == b - a:
            return [] if whole else [self.root(a, b)]
        k = 1 << (b - a - 1).bit_length() - 1
        if m <= k:
            return self.proof(m, a, a + k, whole) + [self.root(a + k, b)]
        return self.proof(m - k, a + k, b, False) + [self.root(a, a + k)]

    def text(self, size):
        return f"{self.key.name}\n{size}\n{text_of(self.root(0, size) if size else sha256(b''))}\n"

    def note(self, size):
        return self.text(size) + "\n" + self.key.sign(self.text(size))

    def body(self, old, size):
        hashes = self.proof(old, 0, size) if 0 < old < size else []
        return f"old {old}\n" + "".join(text_of(h) + "\n" for h in hashes) + "\n" + self.note(size)


class Witness:
    """The process, on a port of its own."""

    def __init__(self, folder, key, *logs, more=()):
        self.folder, self.key = Path(folder), key
        path = self.folder / "witness.key"
        if not path.exists():
            key.save(path)
        self.process = subprocess.Popen(
            [tap.HALLMARK, "witness", "--key", path, "--state", self.folder / "state", "--listen", "127.0.0.1:0",
             *(word for log in logs for word in ("--log", log.key.vkey)), *more],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        STARTED.append(self.process)
        self.url = self.process.stdout.readline().decode().strip()
        if not self.url:
            raise AssertionError(self.process.stderr.read().decode())
        self.address = self.url.removeprefix("http://")

    def ask(self, method, path, body=None):
        c = http.client.HTTPConnection(self.address, timeout=20)
        try:
            c.request(method, path, body)
            answer = c.getresponse()
            return answer.status, answer.read().decode(), answer.getheader("Content-Type")
        finally:
            c.close()

    def add(self, log, old, size):
        return self.ask("POST", "/add-checkpoint", log.body(old, size).encode())

    def checkpoint(self, log):
        return self.ask("GET", f"/{hashlib.sha256(log.key.name.encode()).hexdigest()}/checkpoint")

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, err.decode()


def scratch(function):
    """The test gets a folder; whatever it started has ended when it ends."""
    def wrapped():
        folder = tempfile.mkdtemp(prefix="hallmark-witness-")
        try:
            function(Path(folder))
        finally:
            for process in STARTED:
                if process.poll() is None:
                    process.kill()
                    process.communicate()
            STARTED.clear()
            shutil.rmtree(folder)
    wrapped.__name__ = function.__name__
    return wrapped


@test
@scratch
def it_tells_its_address_serves_and_ends_when_told(folder):
    log, key = Log(), Key("w.example", 4, 9)
    w = Witness(folder, key, log, more=["--ready", folder / "ready"])
    equal((folder / "ready").read_text(), w.url + "\n")
    equal(stat.S_IMODE((folder / "state").stat().st_mode), 0o700)
    equal(w.checkpoint(log)[0], 404)
    status, line, _ = w.add(log, 0, 5)
    equal(status, 200)
    now = time.time()
    assert now - 60 < key.time_of(log.text(5), line.rstrip("\n")) <= now + 1
    equal(w.checkpoint(log)[:2], (200, log.note(5) + line))
    equal(w.end(), (0, ""))
    w = Witness(folder, key, log)
    equal(w.checkpoint(log)[:2], (200, log.note(5) + line))
    equal(w.end(signal.SIGINT), (0, ""))


@test
@scratch
def every_status_of_the_specification_is_answered(folder):
    log, stranger, thief = Log(), Log("log.example/other", 2), Log(seed=3)
    fork = Log()
    fork.leaves[3] = b"another"
    w = Witness(folder, Key("w.example", 4, 9), log)
    equal(w.add(stranger, 0, 5)[0], 404)
    equal(w.add(thief, 0, 5)[0], 403)
    equal(w.add(log, 6, 5)[0], 400)
    equal(w.ask("POST", "/add-checkpoint", b"rubbish")[0], 400)
    equal(w.add(log, 3, 5), (409, "0\n", "text/x.tlog.size"))
    equal(w.add(log, 0, 5)[0], 200)
    equal(w.add(log, 0, 9), (409, "5\n", "text/x.tlog.size"))
    equal(w.add(fork, 5, 5)[0], 422)
    equal(w.add(fork, 5, 9)[0], 422)
    equal(w.add(log, 5, 5)[0], 200)
    equal(w.add(log, 5, 9)[0], 200)
    equal(w.ask("POST", "/add-checkpoint", b"x" * 200000)[0], 413)
    equal(w.ask("PUT", "/add-checkpoint", b"x")[0], 405)
    equal(w.ask("GET", "/state")[0], 404)
    equal(w.end(), (0, ""))


@test
@scratch
def killed_at_any_instant_it_never_rolls_back(folder):
    """A log grows while the witness is killed again and again, in the middle of answers too. Whatever it
    signed, at whichever size, is of one history, and its memory is never behind what it had answered."""
    log, key, luck = Log(), Key("w.example", 4, 9), random.Random(20170719)
    fork = Log()
    fork.leaves[2] = b"another"
    acknowledged, sent = 0, 0
    for _ in range(60):
        w = Witness(folder, key, log)
        if sent:
            status, body, _ = w.checkpoint(log)
            found = int(body.split("\n")[1]) if status == 200 else 0
            assert acknowledged <= found <= sent, (acknowledged, found, sent)
            acknowledged = found
            if acknowledged > 2:
                equal(w.add(fork, acknowledged, acknowledged + 1)[0], 422)
        killer = threading.Timer(luck.uniform(0, 0.03), w.process.kill)
        killer.start()
        try:
            for _ in range(60):
                sent = acknowledged + luck.randint(3, 9)
                status, line, _ = w.add(log, acknowledged, sent)
                equal(status, 200)
                key.time_of(log.text(sent), line.rstrip("\n"))
                acknowledged = sent
        except (OSError, http.client.HTTPException):
            pass # killed in the middle
        killer.join()
        w.process.communicate()
    assert acknowledged > 100, acknowledged


@test
@scratch
def a_simulated_clock_dates_the_story_and_never_runs_backwards(folder):
    log, key, clock = Log(), Key("w.example", 4, 9), folder / "clock"
    clock.write_text("2017-07-19T09:00:00Z\n")
    w = Witness(folder, key, log, more=["--simulated-clock", clock])
    status, line, _ = w.add(log, 0, 5)
    equal((status, key.time_of(log.text(5), line.rstrip("\n"))), (200, 1500454800))
    clock.write_text("2017-07-19T08:59:59Z\n")
    equal(w.add(log, 5, 9)[0], 500)
    clock.write_text("2017-09-13T00:00:00Z\n")
    equal(w.add(log, 5, 9)[0], 200)
    code, errors = w.end()
    equal((code, len(errors.splitlines())), (0, 2))
    assert "simulated" in errors.splitlines()[0] and "backwards" in errors.splitlines()[1], errors


@test
@scratch
def what_cannot_work_is_refused_in_one_line(folder):
    log, key = Log(), Key("w.example", 4, 9)
    good = key.save(folder / "w.key")
    as_log = log.key.save(folder / "log.key")
    many = folder / "logs"
    many.write_text(f"# two logs\n{log.key.vkey}\n\n{Log('log.example/other', 2).key.vkey[:-4]}\n")
    readable = key.save(folder / "readable.key")
    readable.chmod(0o644)

    def refused(says, **changes):
        words = {"key": good, "state": folder / "state", "listen": "127.0.0.1:0", "log": log.key.vkey} | changes
        code, out, errors = tap.run("witness", *(w for k, v in words.items() if v for w in (f"--{k}", v)))
        equal((code, out, len(errors.splitlines())), (2, "", 1))
        assert says in errors, errors

    refused("--key is missing", key=None)
    refused("--log is missing", log=None)
    refused("type 0x04", key=as_log)
    refused("type 0x01", log=key.vkey)
    refused("readable.key", key=readable)
    refused("ADDR:PORT", listen="8080")
    refused("no-such-file", log=folder / "no-such-file")
    refused("line 4", log=many)
    w = Witness(folder, key, log)
    refused("another process", state=folder / "state")
    refused("in use", state=folder / "other", listen=w.address)
    equal(w.add(log, 0, 5)[0], 200)
    w.end()
    memory = folder / "state" / hashlib.sha256(log.key.name.encode()).hexdigest()
    memory.write_text(memory.read_text().replace("\n5\n", "\n4\n"))
    refused(memory.name, state=folder / "state")


@test
@scratch
def logs_are_taken_from_a_file(folder):
    one, two, key = Log(), Log("log.example/other", 2), Key("w.example", 4, 9)
    (folder / "logs").write_text(f"# known\n{one.key.vkey}\n\n{two.key.vkey}\n")
    w = Witness(folder, key, more=["--log", folder / "logs"])
    equal((w.add(one, 0, 5)[0], w.add(two, 0, 7)[0]), (200, 200))
    equal(w.end(), (0, ""))
    w = Witness(folder, key, more=["--log", one.key.save(folder / "one.key")])
    equal((w.add(one, 5, 6)[0], w.add(two, 7, 8)[0]), (200, 404))
    equal(w.end(), (0, ""))


tap.main()
