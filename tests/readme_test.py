"""README.md shows what a stranger sees: each of its commands gives the very lines that stand below it. And
docs/register-json.md names every member that a program may read."""
import json
import os
import re
import subprocess

from scanning import *

TEXT = (SOURCE / "README.md").read_text()


def blocks(text):
    """Each command behind a "$", with the indented lines below it until the next."""
    found, lines = [], None
    for line in text.splitlines():
        if line.startswith("    $ "):
            lines = []
            found.append((line[6:], lines))
        elif line and not line.startswith("    "):
            lines = None
        elif lines is not None:
            lines.append(line[4:])
    return [split(command, lines) for command, lines in found]


def split(command, lines):
    """A command may go on after a backslash."""
    while command.endswith("\\"):
        command, lines = command[:-1] + lines[0].strip(), lines[1:]
    return command, "\n".join(lines).strip("\n")


def laid_out():
    place = Path(tempfile.mkdtemp(dir=SCRATCH))
    (place / "build").mkdir()
    (place / "build/hallmark").symlink_to(HALLMARK)
    (place / "examples").symlink_to(SOURCE / "examples")
    return place


PLACE = laid_out()


def carry_out(command):
    return subprocess.run(command.replace("/tmp/register", "register"), shell=True, cwd=PLACE, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "HALLMARK": str(HALLMARK)})


DONE = [(command, expected, carry_out(command)) for command, expected in blocks(TEXT)]


@test
def each_command_gives_the_lines_below_it():
    for command, expected, done in DONE:
        assert done.returncode in (0, 1), f"{command}: {done.returncode}: {done.stdout}"
        if expected:
            equal((command, done.stdout.strip("\n")), (command, expected))
    assert sum(expected != "" for _, expected, _ in DONE) > 4, DONE


def document(*words):
    out = subprocess.run([HALLMARK, *words, "--format", "json"], cwd=PLACE, check=False, capture_output=True).stdout
    return json.loads(out)


@test
def every_member_of_json_is_documented_in_its_order():
    rows = re.findall(r"^\| (.*) \| (`.*) \|$", (SOURCE / "docs/register-json.md").read_text("utf-8"), re.M)
    register = ("register", "show", "register")
    certificate, directive = document(*register, "cpa/1001"), document(*register, "bod-17-01")
    proved = document("verify", "cert.tlog-proof", "--policy", "register/policy.txt", "--as-of", "2017-07-19")
    (PLACE / "list.csv").write_text("Part,Product\n1,Vault\n")
    (PLACE / "list.map").write_text("row: Part\nproduct: Product\n")
    status = document("register", "status", "register")
    found = [[document("register", "log", "register")[0], document("register", "diff", "register", "2017-07-01")[0]],
             [status], status["witnesses"], document("register", "reports", "register", "bod-17-01", "identify"),
             [certificate, directive], directive["steps"], certificate["parts"], certificate["entries"],
             [proved], proved["entries"], [proved["standing"]],
             [document("register", "import", "list.csv", "--from", "csv", "--map", "list.map", "--date", "2017-07-01", "--dry-run")]]
    equal(len(rows), len(found))
    for (where, members), objects in zip(rows, found):
        named = re.findall(r"\*?`(\w+)`\*?", members)
        sometimes = re.findall(r"\*`(\w+)`\*", members)
        assert objects, where
        for one in objects:
            equal((where, list(one)), (where, [name for name in named if name in one or name not in sometimes]))


main()
