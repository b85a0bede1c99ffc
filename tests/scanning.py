"""Roots made of a few files, and scans of them, for the whole-program tests."""
import atexit
import json
import os
import shutil
import tempfile
from pathlib import Path

from tap import *

FIXTURES = Path(os.environ["HALLMARK_FIXTURES"])
SCRATCH = Path(tempfile.mkdtemp(prefix="hallmark-test-"))
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)

OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\n'


def stanza(name, status="install ok installed", maintainer="Some One <one@example.org>", version="1.0-1", arch="amd64"):
    return (f"Package: {name}\nStatus: {status}\nMaintainer: {maintainer}\nArchitecture: {arch}\n"
            f"Version: {version}\nDescription: x\n\n")


def root(files, name="root"):
    """A folder with the given path -> text, bytes, or a Path to copy."""
    home = Path(tempfile.mkdtemp(dir=SCRATCH)) / name
    home.mkdir()
    for path, content in files.items():
        place = home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            shutil.copy(content, place)
        else:
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return home


def report(*args, codes=(0, 1, 3)):
    """The JSON report of a command, with the exit status under `_exit`."""
    out = Path(tempfile.mkdtemp(dir=SCRATCH)) / "report.json"
    code, _, errors = run(*args, "--format", "json", "--output", out)
    assert code in codes, f"{args}: exit {code}: {errors}"
    assert "Sanitizer" not in errors and "runtime error" not in errors, errors
    doc = json.loads(out.read_text("utf-8"))
    doc["_exit"] = code
    return doc


def names(doc, root_path="/"):
    return {p["name"] for p in doc["products"] if p["root"] == root_path}
