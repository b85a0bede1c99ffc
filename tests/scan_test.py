"""A scan as a whole: roots, links, what is skipped, what kills a worker, and the same bytes every time."""
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from scanning import *


@test
def a_package_database_elsewhere_is_a_nested_root():
    home = root({"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": stanza("outer"),
                 "srv/chroot/etc/os-release": "ID=ubuntu\nVERSION_ID=\"22.04\"\n",
                 "srv/chroot/var/lib/dpkg/status": stanza("inner")})
    doc = report("scan", home)
    assert names(doc) == {"outer"}, names(doc)
    assert names(doc, "/srv/chroot") == {"inner"}, names(doc, "/srv/chroot")
    inner = next(p for p in doc["products"] if p["name"] == "inner")
    assert inner["purl"].startswith("pkg:deb/ubuntu/inner@1.0-1?arch=amd64&distro=ubuntu-22.04"), inner["purl"]


@test
def a_link_to_a_database_is_followed_inside_its_root():
    for link in ("/data/dpkg", "../../data/dpkg"):
        home = root({"data/dpkg/status": stanza("linked")})
        (home / "var/lib").mkdir(parents=True)
        os.symlink(link, home / "var/lib/dpkg")
        assert names(report("scan", home)) == {"linked"}, link


@test
def a_linked_part_of_the_way_is_followed_too():
    home = root({"data/lib/dpkg/status": stanza("linked")})
    os.symlink("data", home / "var")
    assert "linked" in names(report("scan", home))


@test
def a_link_in_a_nested_root_ends_in_that_root():
    home = root({"data/dpkg/status": stanza("outside"), "srv/c/data/dpkg/status": stanza("inside")})
    (home / "srv/c/var/lib").mkdir(parents=True)
    os.symlink("/data/dpkg", home / "srv/c/var/lib/dpkg")
    doc = report("scan", home)
    assert names(doc, "/srv/c") == {"inside"}, names(doc, "/srv/c")
    assert "outside" not in names(doc)


@test
def a_link_does_not_lead_out_of_the_target():
    outside = root({"status": stanza("secret")}, "outside")
    home = root({"etc/os-release": OS_RELEASE})
    (home / "var/lib").mkdir(parents=True)
    os.symlink(outside, home / "var/lib/dpkg")
    os.symlink("../../../../../../../../../../.." + str(outside / "status"), home / "var/lib/status")
    assert names(report("scan", home)) == set()


@test
def links_in_a_circle_end():
    home = root({"etc/os-release": OS_RELEASE})
    (home / "var/lib").mkdir(parents=True)
    os.symlink("dpkg2", home / "var/lib/dpkg")
    os.symlink("dpkg", home / "var/lib/dpkg2")
    os.symlink(".", home / "var/lib/rpm")
    assert names(report("scan", home)) == set()


@test
def what_is_no_file_is_not_opened():
    home = root({"etc/os-release": OS_RELEASE})
    (home / "var/lib/dpkg").mkdir(parents=True)
    os.mkfifo(home / "var/lib/dpkg/status")
    os.mkfifo(home / "setup.exe")
    assert names(report("scan", home)) == set()


@test
def an_exclude_is_obeyed_and_said():
    home = root({"var/lib/dpkg/status": stanza("kept"), "srv/a/var/lib/dpkg/status": stanza("left"),
                 "deep/node_modules/var/lib/dpkg/status": stanza("left")})
    doc = report("scan", home, "--exclude", "/srv/a", "--exclude", "node_modules")
    assert {p["name"] for p in doc["products"]} == {"kept"}
    assert [s["path"] for s in doc["coverage"]["skipped"]] == ["/deep/node_modules", "/srv/a"], doc["coverage"]["skipped"]
    assert doc["_exit"] == 0


@test
def one_file_is_a_target_too():
    home = root({"x/os-release": OS_RELEASE, "x/other": "y"})
    doc = report("scan", home / "x/other")
    assert doc["coverage"]["files"] == 1, doc["coverage"]


@test
def hostile_names_are_told_safely():
    home = root({"etc/os-release": OS_RELEASE})
    strange = os.fsencode(home) + b"/a\n\x1b[2J\xff\xe2\x80\xae"
    os.mkdir(strange)
    with open(strange + b"/x.avc", "wb") as out:
        out.write(b"AVP Antiviral Database. (c)Kaspersky Lab 1997-2017." + bytes(100))
    doc = report("scan", home)
    text = json.dumps(doc, ensure_ascii=False)
    assert "\x1b" not in text and "\u202e" not in text
    paths = [p for product in doc["products"] for p in product["paths"]]
    assert len(paths) == 1 and "\\x0a\\x1b[2J\\xff" in paths[0], paths


@test
def a_tree_that_is_too_deep_is_named():
    home = root({"etc/os-release": OS_RELEASE})
    here = os.open(home, os.O_RDONLY)
    for _ in range(600):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    doc = report("scan", home)
    assert doc["_exit"] == 3
    assert [n["kind"] for n in doc["coverage"]["not_read"]] == ["limit"], doc["coverage"]["not_read"]
    subprocess.run(["rm", "-rf", home], check=True)


@test
def the_same_bytes_whatever_the_workers():
    files = {f"srv/{i:02d}/var/lib/dpkg/status": "".join(stanza(f"p{i}-{n}") for n in range(20)) for i in range(40)}
    home = root({"etc/os-release": OS_RELEASE, **files})
    seen = set()
    for threads in (1, 2, 3, 7):
        doc = report("scan", home, "--threads", threads)
        del doc["scan"]
        seen.add(json.dumps(doc))
    assert len(seen) == 1, f"{len(seen)} different reports"


@test
def a_broken_record_among_owned_files_costs_no_worker():
    def package(name):
        return f"P:{name}\nV:1.0-r0\nA:x86_64\nF:usr/bin\nR:{name}\n\n"
    home = root({"etc/os-release": "ID=alpine\n", "lib/apk/db/installed": package("one") + "nonsense\n\n" + package("two")})
    doc = report("scan", home)
    assert names(doc) == {"one", "two"}, names(doc)
    assert {n["kind"] for n in doc["coverage"]["not_read"]} == {"format"}, doc["coverage"]["not_read"]


def workers_below(pid):
    try:
        return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def shoot_first(pid, number):
    """Send the signal to the first worker; 1 where there was one."""
    for worker in workers_below(pid)[:1]:
        try:
            os.kill(worker, number)
            return 1
        except OSError:
            pass
    return 0


# The leak sanitizer looks on from a process of its own at the end: it is no worker, and must not be shot.
NO_LEAK_CHECK = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}


def scan_under_fire(home, number):
    """A scan whose workers are sent a signal again and again, and its report."""
    out = Path(tempfile.mkdtemp(dir=SCRATCH)) / "fire.json"
    scan = subprocess.Popen([HALLMARK, "scan", str(home), "--format", "json", "--output", str(out), "--threads", "2"],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=NO_LEAK_CHECK)
    shots = 0
    while scan.poll() is None and shots < 10:
        shots += shoot_first(scan.pid, number)
        time.sleep(0.003)
    assert scan.wait(timeout=300) in (0, 1, 3), scan.returncode
    return json.loads(out.read_text()), shots


def big_root():
    files = {f"srv/{i:03d}/var/lib/dpkg/status": "".join(stanza(f"p{i}-{n}") for n in range(60)) for i in range(150)}
    return root({"etc/os-release": OS_RELEASE, **files})


@test
def workers_killed_from_outside_lose_nothing_that_is_not_named():
    home = big_root()
    calm = {p["id"] for p in report("scan", home)["products"]}
    assert len(calm) == 150 * 60
    total = 0
    for _ in range(6):
        doc, shots = scan_under_fire(home, signal.SIGKILL)
        total += shots
        lost = calm - {p["id"] for p in doc["products"]}
        assert not lost or doc["coverage"]["not_read"], f"{len(lost)} lost in silence"
        assert len(doc["products"]) == len({p["id"] for p in doc["products"]}), "counted twice"
    assert total >= 6, f"only {total} workers were there to be killed"


@test
def a_folder_half_listed_by_the_dead_is_listed_whole_by_the_next():
    home = root({**{f"d{i}/x": "y" for i in range(2000)}, "var/lib/dpkg/status": stanza("only")})
    out = SCRATCH / "half.json"
    for attempt in range(30):
        scan = subprocess.Popen([HALLMARK, "scan", str(home), "--format", "json", "--output", str(out), "--threads", "1"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=NO_LEAK_CHECK)
        while scan.poll() is None and not workers_below(scan.pid):
            pass
        time.sleep(0.0002 * attempt)
        shoot_first(scan.pid, signal.SIGKILL)
        assert scan.wait(timeout=300) in (0, 1, 3), scan.returncode
        doc = json.loads(out.read_text())
        assert doc["coverage"]["files"] == 2001 or doc["coverage"]["not_read"], f"attempt {attempt}: {doc['coverage']}"


@test
def a_crash_costs_the_artefact_and_names_it():
    home = big_root()
    calm = {p["id"] for p in report("scan", home)["products"]}
    crashes = 0
    for _ in range(6):
        doc, _ = scan_under_fire(home, signal.SIGSEGV)
        named = doc["coverage"]["not_read"]
        crashes += len(named)
        assert all(n["kind"] == "crash" and re.search("died|gave up", n["why"]) for n in named), named  # a sanitizer exits instead
        lost = calm - {p["id"] for p in doc["products"]}
        assert not lost or named, f"{len(lost)} lost in silence"
    print(f"# {crashes} artefacts named")


@test
def an_interrupt_ends_with_a_report_of_what_was_found():
    home = big_root()
    out = SCRATCH / "interrupted.json"
    for _ in range(20):
        scan = subprocess.Popen([HALLMARK, "scan", str(home), "--format", "json", "--output", str(out), "--threads", "1"],
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while scan.poll() is None and not workers_below(scan.pid):
            time.sleep(0.0005)
        scan.send_signal(signal.SIGINT)
        code = scan.wait(timeout=60)
        if code != 3:
            continue
        doc = json.loads(out.read_text())
        assert any(n["kind"] == "interrupted" for n in doc["coverage"]["not_read"]), doc["coverage"]
        return
    raise AssertionError("no scan could be interrupted")


@test
def a_worker_opens_nothing_for_writing_and_reaches_nobody():
    if subprocess.run(["which", "strace"], capture_output=True, check=False).returncode != 0:
        raise Skip("no strace here")
    done = subprocess.run(["strace", "-ff", "-o", SCRATCH / "strace", HALLMARK, "scan", big_root(), "--format", "json",
                           "--output", SCRATCH / "s.json"], stdin=subprocess.DEVNULL, capture_output=True, check=False,
                          env=NO_LEAK_CHECK)
    if done.returncode not in (0, 1, 3):
        raise Skip(f"strace cannot trace here: {done.stderr[-200:]!r}")
    confined = 0
    for trace in SCRATCH.glob("strace.*"):
        lines = trace.read_text(errors="replace").splitlines()
        gate = next((i for i, l in enumerate(lines) if "SECCOMP_SET_MODE_FILTER" in l and l.rstrip().endswith("= 0")), None)
        if gate is None:
            continue
        confined += 1
        wrong = [l for l in lines[gate + 1:]
                 if re.match(r"(socket|connect|execve|fork|vfork|clone|unlink|rename|mkdir|creat|ptrace|kill)\b", l)
                 or (l.startswith("open") and re.search(r"O_(WRONLY|RDWR|CREAT)", l))]
        assert not wrong, wrong[:3]
    assert confined >= 1
    assert any("landlock_restrict_self" in t.read_text(errors="replace") for t in SCRATCH.glob("strace.*"))


main()
