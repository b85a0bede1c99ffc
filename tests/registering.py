"""Registers made through the program, for the whole-program tests and the torture."""
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from scanning import *

ORIGIN = "bar.example/register"


def vendor(n):
    return json.dumps({"type": "vendor", "id": f"v{n:07d}", "name": f"Vendor Number {n} Ltd.", "date": "2017-01-03"}) + "\n"


def vendors(count, start=0):
    return "".join(vendor(n) for n in range(start, start + count)).encode()


def done(*args, stdin=b"", codes=(0,), timeout=300, cwd=None):
    """hallmark with these bytes as standard input: the finished process, its exit status one of `codes`."""
    ended = subprocess.run([HALLMARK, *map(str, args)], input=stdin, capture_output=True, timeout=timeout, cwd=cwd)
    assert ended.returncode in codes, f"{args}: exit {ended.returncode}: {ended.stderr.decode()[-300:]}"
    return ended


class Register:
    """A new register with one party, which may write everything."""

    def __init__(self, *options, origin=ORIGIN, home=None):
        self.home = Path(home or tempfile.mkdtemp(dir=SCRATCH))
        self.dir, self.log, self.party = self.home / "r", self.home / "log.key", self.home / "party.key"
        self.vkey = done("key", "new", self.log, "--name", origin, "--for", "log").stdout.decode().split()[-1]
        done("key", "new", self.party, "--name", "party.example", "--for", "party")
        self.options = options
        self.origin = origin

    def init(self, codes=(0,)):
        done("register", "init", self.dir, "--origin", self.origin, "--key", self.log, "--admit", self.party, *self.options,
             codes=codes)
        return self

    def load(self, data, codes=(0,)):
        return done("register", "load", self.dir, "-", "--key", self.party, stdin=data, codes=codes)

    def loader(self, **more):
        return subprocess.Popen([HALLMARK, "register", "load", self.dir, "-", "--key", self.party], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=more.pop("stderr", subprocess.DEVNULL), **more)

    def audit(self, *more):
        return done("register", "audit", self.dir, "--key", self.vkey, *more)

    def status(self):
        return json.loads(done("register", "status", self.dir, "--format", "json").stdout)

    def listed(self):
        rows = json.loads(done("register", "log", self.dir, "--format", "json").stdout)
        return {row["index"]: row["id"] for row in rows}

    def checkpoint(self):
        return (self.dir / "checkpoint").read_text()

    def size(self):
        return int(self.checkpoint().split("\n")[1])


def acknowledged(out, start):
    """index -> id, of the lines that are whole: a cut last line acknowledges nothing."""
    return {int(line): f"v{start + n:07d}" for n, line in enumerate(out.decode().split("\n")[:-1])}


def kill_loop(register, count, lines=2000, seed=7, tell=lambda n, known: None):
    """Kill a loader `count` times at random instants, its input left open; after each the log must be good
    and grow from what it was, and every entry that was acknowledged be the one at its index."""
    dice, known, old, sent = random.Random(seed), {}, None, 0
    for n in range(count):
        loader = register.loader()
        try:
            loader.stdin.write(vendors(lines, sent))
            loader.stdin.flush()
        except BrokenPipeError:
            pass
        time.sleep(dice.choice((dice.uniform(0.005, 0.2), dice.uniform(0.2, 1.0), dice.uniform(1.0, 2.0))))
        loader.send_signal(signal.SIGKILL)
        out, _ = loader.communicate(timeout=60)
        known |= acknowledged(out, sent)
        sent += lines
        if (register.dir / "checkpoint").exists():
            register.audit(*(["--since", old] if old else []))
            old = register.home / "old.checkpoint"
            old.write_text(register.checkpoint())
        tell(n, known)
    register.load(b"")
    listed = register.listed()
    lost = [index for index, name in known.items() if listed.get(index) != name]
    assert not lost, f"{len(lost)} of {len(known)} acknowledged entries are not at their index, first {lost[:3]}"
    register.audit("--since", old)
    return known
