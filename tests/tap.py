"""Whole-program tests in TAP: a test is a function named for its expectation, marked @test."""
import os
import subprocess
import sys
import traceback
from pathlib import Path

HALLMARK = os.environ["HALLMARK"]
SOURCE = Path(os.environ["HALLMARK_SOURCE"])
TESTS = []


class Skip(Exception):
    """What the test needs is not here; the text says what."""


def test(function):
    TESTS.append(function)
    return function


def run(*args, env=None, cwd=None, stdin=subprocess.DEVNULL):
    """hallmark with these arguments: exit status, standard output and standard error as text."""
    done = subprocess.run([HALLMARK, *map(str, args)], stdin=stdin, capture_output=True, timeout=300, cwd=cwd,
                          env=os.environ | (env or {}))
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def equal(found, expected):
    if found != expected:
        raise AssertionError(f"found {found!r}, expected {expected!r}")


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, function in enumerate(TESTS, 1):
        name = function.__name__.replace("_", " ")
        try:
            function()
            print(f"ok {number} - {name}")
        except Skip as why:
            print(f"ok {number} - {name} # SKIP {why}")
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}")
            print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
