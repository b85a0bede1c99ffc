"""What serves while a test asks: hallmark as processes (registers, witnesses), and registers on their folders."""
import functools
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import tap

STARTED = []


class Process:
    """hallmark as a process that listens; its address is in `url` once it answers."""

    def __init__(self, folder, *args, listen="127.0.0.1:0", **more):
        self.words, self.errors = args, Path(folder) / f"process-{len(STARTED)}.errors"
        ready = self.errors.with_suffix(".url")
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen([tap.HALLMARK, *map(str, args), "--listen", listen, "--ready", ready],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, **more)
        STARTED.append(self.process)
        until = time.monotonic() + 30
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"{args}: {self.told()}")
            time.sleep(0.01)
        self.url = ready.read_text().strip()
        self.address = self.url.removeprefix("http://")

    def told(self):
        """What it has said on standard error until now."""
        return self.errors.read_text()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """It is told to end: its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def scratch(function):
    """The test gets a folder; whatever it started has ended when it ends."""
    @functools.wraps(function)
    def wrapped():
        first, folder = len(STARTED), tempfile.mkdtemp(prefix="hallmark-serving-")
        try:
            function(Path(folder))
        finally:
            for process in STARTED[first:]:
                process.kill()
                process.wait()
            shutil.rmtree(folder)
    return wrapped


def good(*args, **more):
    """What hallmark says on standard output; all went well."""
    code, out, errors = tap.run(*args, **more)
    tap.equal((args, code, errors), (args, 0, ""))
    return out


def refused(code, says, done):
    """One line on standard error that says why, and nothing besides."""
    found, out, errors = done
    tap.equal((found, out, len(errors.splitlines())), (code, "", 1))
    for word in [says] if isinstance(says, str) else says:
        assert word in errors, f"{errors!r} does not say {word!r}"


def eventually(holds, what, seconds=20):
    """Wait for something that another process does."""
    until = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < until, f"{what}: not within {seconds} seconds"
        time.sleep(0.05)
    return found


def size_of(note):
    """The size in a checkpoint's text, or in the file that holds it."""
    return int((note.read_text() if isinstance(note, Path) else note).split("\n")[1])


def tree(folder):
    """Every file with its bytes."""
    return {str(place.relative_to(folder)): place.read_bytes() for place in sorted(Path(folder).rglob("*")) if place.is_file()}
