"""The register beside the libraries of the Go checksum database: they read what hallmark serves, entry by entry and
tile by tile, and hallmark audits a log that they wrote."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tap import *

HOME = Path(tempfile.mkdtemp(prefix="hallmark-goclient-"))
CLIENT = HOME / "goclient"
NAME = "bar.example/register"


def client(*args):
    """The Go program, built once: exit status, standard output, standard error."""
    if not shutil.which("go"):
        raise Skip("no Go toolchain here: no independent client was asked")
    if not CLIENT.exists():
        done = subprocess.run(["go", "build", "-o", CLIENT, "."], cwd=SOURCE / "tests/goclient", capture_output=True, text=True,
                              timeout=500, env=os.environ | {"GOPROXY": "off", "GOTOOLCHAIN": "local"})
        if re.search(r"module lookup disabled|go\.mod requires go", done.stderr):
            raise Skip("golang.org/x/mod or a Go that reads it is not here (go mod download): no independent client was asked")
        equal((done.returncode, done.stderr), (0, ""))
    done = subprocess.run([CLIENT, *map(str, args)], capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout, done.stderr


def made(*args, stdin=subprocess.DEVNULL):
    code, out, errors = run(*args, stdin=stdin)
    equal((code, errors), (0, ""))
    return out


def load(folder, first, count):
    """So many vendors, from `first` on, into the register."""
    lines = HOME / "lines"
    lines.write_text("".join(json.dumps({"type": "vendor", "id": f"v{n}", "name": f"Vendor {n} Ltd.", "date": "2017-01-03"}) + "\n"
                             for n in range(first, first + count)))
    with lines.open("rb") as stdin:
        equal(len(made("register", "load", folder, "-", "--key", HOME / "party.key", stdin=stdin).split()), count)


def register():
    """(folder, verifier key) of a register of several sizes."""
    folder = HOME / "register"
    if not folder.exists():
        (HOME / "vkey").write_text(made("key", "new", HOME / "log.key", "--name", NAME, "--for", "log").split()[-1])
        made("key", "new", HOME / "party.key", "--name", "party.example", "--for", "party")
        made("register", "init", folder, "--origin", NAME, "--key", HOME / "log.key", "--admit", HOME / "party.key")
        for first, count in ((0, 1), (1, 252), (253, 1), (254, 500)):
            load(folder, first, count)
    return folder, (HOME / "vkey").read_text()


class Served:
    """The folder behind `hallmark register serve`, for the length of a with-block: its address."""

    def __init__(self, folder):
        self.ready = HOME / "ready"
        self.ready.unlink(missing_ok=True)
        self.server = subprocess.Popen([HALLMARK, "register", "serve", folder, "--listen", "127.0.0.1:0", "--ready", self.ready],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def __enter__(self):
        for _ in range(600):
            if self.ready.exists() and self.ready.read_text().endswith("\n"):
                return self.ready.read_text().strip()
            if self.server.poll() is not None:
                raise AssertionError(self.server.stderr.read().decode())
            time.sleep(0.05)
        raise AssertionError("register serve did not get ready")

    def __exit__(self, *_):
        self.server.terminate()
        _, errors = self.server.communicate(timeout=30)
        assert b"ERROR" not in errors and b"runtime error" not in errors, errors.decode()


def proofs(folder):
    found = []
    for number, (key, more) in enumerate((("vendor:v7", []), ("vendor:nobody", ["--plain"]), ("type:vendor", ["--entries"]))):
        found.append(HOME / f"{number}.tlog-proof")
        made("prove", key, "--register", folder, "-o", found[-1], *more)
    return found


@test
def an_independent_client_reads_what_is_served():
    client()
    folder, vkey = register()
    older = proofs(folder)
    with Served(folder) as url:
        code, out, errors = client("read", url, vkey, *older)
    equal((code, errors), (0, ""))
    size = int((folder / "checkpoint").read_text().split("\n")[1])
    assert size > 756, size
    found = re.fullmatch(rf"{NAME}: {size} entries, \d+ tiles, (\d+) checkpoints, 3 proofs\n", out)
    assert found and int(found[1]) >= 5, out
    load(folder, 754, 300)
    with Served(folder) as url:
        code, out, errors = client("read", url, vkey, *older, *proofs(folder))
    equal((code, errors), (0, ""))
    assert out.endswith(" 6 proofs\n"), out


@test
def it_notices_what_is_not_as_signed():
    client()
    folder, vkey = register()
    for name, place in {"an entry": "tile/entries/001", "a hash": "tile/0/001"}.items():
        copy = HOME / name
        shutil.copytree(folder, copy)
        content = bytearray((copy / place).read_bytes())
        content[2000] ^= 1
        (copy / place).chmod(0o644)
        (copy / place).write_bytes(content)
        with Served(copy) as url:
            code, out, errors = client("read", url, vkey)
        assert code == 1 and out == "" and errors, (name, code, out, errors)
    wrong = made("key", "new", HOME / "other.key", "--name", NAME, "--for", "log").split()[-1]
    with Served(folder) as url:
        equal(client("read", url, wrong)[0], 1)


def written(name, salt, *sizes):
    folder = HOME / name
    code, out, errors = client("write", folder, "go.example/log", salt, *sizes)
    equal((code, errors), (0, ""))
    return folder, out.strip()


@test
def a_log_written_by_others_is_audited_as_a_tree():
    folder, vkey = written("golog", "first", 1, 255, 256, 257, 70_000)
    told = made("register", "audit", folder, "--key", vkey)
    assert "70000 entries" in told and "277 tiles" in told and "index not checked" in told, told
    for size in (1, 255, 256, 257, 70_000):
        made("register", "audit", folder, "--key", vkey, "--since", f"{folder}.{size}")


@test
def another_history_and_a_changed_byte_are_told():
    folder, vkey = written("golog-short", "first", 5, 300)
    other, same = written("golog-other", "second", 5, 300)
    equal(vkey, same)
    code, out, errors = run("register", "audit", folder, "--key", vkey, "--since", f"{other}.5")
    assert code == 1 and errors, (code, out, errors)
    for place in ("tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44", "checkpoint"):
        content = bytearray((folder / place).read_bytes())
        content[len(content) // 2] ^= 1
        kept = (folder / place).read_bytes()
        (folder / place).write_bytes(content)
        code, out, errors = run("register", "audit", folder, "--key", vkey)
        assert code == 1 and errors, (place, code, out, errors)
        (folder / place).write_bytes(kept)
    made("register", "audit", folder, "--key", vkey)


try:
    main()
finally:
    shutil.rmtree(HOME, ignore_errors=True)
