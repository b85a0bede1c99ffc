"""hallmark register mirror: another's log followed, from its folder and over HTTP; a fork and a cut are refused, and the copy
stays as it was."""
from registering import *
from serving import *


def follow(place, copy, r):
    return run("register", "mirror", place, copy, "--key", r.vkey)


def took(done, copy, size, before, word="audited and taken"):
    equal(done, (0, f"{copy}: size {size}, {word}; before: {before}\n", ""))


def public(folder):
    """What a mirror holds: the static files, without what is private or a cache, and without states that it never saw."""
    return {name: data for name, data in tree(folder).items() if not name.startswith(("private/", "index/"))}


def holds(copy, of):
    """The newest state, byte for byte; of older ones each keeps the partial tiles that it has seen."""
    mine, theirs = public(copy), public(of)
    equal([name for name in mine if name in theirs and mine[name] != theirs[name]], [])
    equal([name for name in mine.keys() ^ theirs.keys() if ".p/" not in name], [])


@test
@scratch
def a_folder_and_an_address_are_followed(folder):
    r = Register(home=folder).init()
    r.load(vendors(20))
    server = Process(folder, "register", "serve", r.dir)
    copies = {r.dir: folder / "near", server.url: folder / "far"}
    for place, copy in copies.items():
        took(follow(place, copy, r), copy, r.size(), 0)
        holds(copy, r.dir)
        whole = public(copy)
        took(follow(place, copy, r), copy, r.size(), r.size(), "nothing new")
        equal(public(copy), whole)
    before = r.size()
    r.load(vendors(300, 20))
    for place, copy in copies.items():
        took(follow(place, copy, r), copy, r.size(), before)
        holds(copy, r.dir)
        equal([name for name in tree(copy) if name.startswith("private/")], ["private/lock"])
        good("register", "audit", copy, "--key", r.vkey, "--since", r.dir / f"checkpoints/{before}")
    equal(public(copies[r.dir]), public(copies[server.url]))


@test
@scratch
def a_mirror_answers_like_the_register_itself(folder):
    r = Register(home=folder).init()
    r.load(vendors(5))
    copy, second = folder / "copy", folder / "second"
    equal(follow(r.dir, copy, r)[0], 0)
    for key in "vendor:v0000003", "vendor:v0009999":
        for place, name in (r.dir, "theirs"), (copy, "ours"):
            good("prove", key, "--register", place, "--output", folder / name)
        equal((folder / "ours").read_bytes(), (folder / "theirs").read_bytes())
        good("verify", folder / "ours", "--policy", r.dir / "policy.txt", "--recompute", copy)
    equal(good("register", "log", copy, "--format", "json"), good("register", "log", r.dir, "--format", "json"))
    # it is served and followed in turn, and takes nothing of its own
    server = Process(folder, "register", "serve", copy)
    took(follow(server.url, second, r), second, r.size(), 0)
    refused(2, "503", run("register", "enter", server.url, "type=vendor", "id=own", "name=Own", "date=2017-01-03", "--key", r.party))
    refused(1, "a copy needs a folder of its own", follow(copy, r.dir, r))
    refused(2, "private/settings", run("register", "load", copy, "/dev/null", "--key", r.party))
    equal(public(copy), public(second))
    equal(server.end(), 0)


@test
@scratch
def a_fork_is_refused_and_the_copy_stays(folder):
    r = Register(home=folder).init()
    r.load(vendors(3))
    copy, fork = folder / "copy", folder / "fork"
    shutil.copytree(r.dir, fork)
    r.load(vendors(2, 100))
    equal(follow(r.dir, copy, r)[0], 0)
    whole = public(copy)
    for count in 2, 300:  # of the same size, then larger
        done("register", "load", fork, "-", "--key", r.party, stdin=vendors(count, 200 + count))
        good("register", "audit", fork, "--key", r.vkey)
        for place in fork, Process(folder, "register", "serve", fork).url:
            refused(1, ["the mirror stays as it was", "forked or changed"], follow(place, copy, r))
            equal(public(copy), whole)
    r.load(vendors(1, 500))
    took(follow(r.dir, copy, r), copy, r.size(), r.size() - 2)


@test
@scratch
def a_log_cut_back_is_refused_and_the_copy_stays(folder):
    r = Register(home=folder).init()
    r.load(vendors(3))
    older = (r.dir / "checkpoint").read_bytes()
    r.load(vendors(3, 10))
    copy, cut = folder / "copy", folder / "cut"
    equal(follow(r.dir, copy, r)[0], 0)
    whole = public(copy)
    shutil.copytree(r.dir, cut, ignore=shutil.ignore_patterns("private"))
    (cut / "checkpoint").write_bytes(older)
    for place in cut, Process(folder, "register", "serve", cut).url:
        refused(1, ["the mirror stays as it was", "cut back"], follow(place, copy, r))
        equal(public(copy), whole)


@test
@scratch
def what_is_damaged_or_anothers_is_refused_and_nothing_is_taken(folder):
    r = Register(home=folder).init()
    r.load(vendors(3))
    copy = folder / "copy"
    equal(follow(r.dir, copy, r)[0], 0)
    whole, before = public(copy), r.size()
    r.load(vendors(260, 10))
    size = r.size()
    for name, at in (f"tile/entries/001.p/{size - 256}", 100), ("tile/entries/000", 9000), ("tile/0/000", 64), ("checkpoint", 40):
        damaged = folder / "damaged"
        shutil.copytree(r.dir, damaged, ignore=shutil.ignore_patterns("private"))
        data = bytearray((damaged / name).read_bytes())
        data[at] ^= 1
        (damaged / name).write_bytes(data)
        refused(1, ["the mirror stays as it was", name], follow(damaged, copy, r))
        equal((name, public(copy)), (name, whole))
        (damaged / name).unlink()
        refused(1, ["the mirror stays as it was", name], follow(damaged, copy, r))
        equal((name, public(copy)), (name, whole))
        shutil.rmtree(damaged)
    other = Register(home=tempfile.mkdtemp(dir=folder)).init()
    refused(1, "no good signature by the key that was given", follow(other.dir, copy, r))
    refused(1, "the earlier checkpoint", follow(other.dir, copy, other))
    refused(1, "127.0.0.1", follow("http://127.0.0.1:9", copy, r))
    equal(public(copy), whole)
    took(follow(r.dir, copy, r), copy, size, before)


main()
