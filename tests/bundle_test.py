"""Knowledge and policies are taken from a proved bundle alone: what is refused, and what is only told."""
import re

from scanning import *

JUDGE = ["judge", "--vendor", "kaspersky", "--as-of", "2017-09-13", "--context", "jurisdiction=us", "--format", "json", "--fail-on", "never"]
BUILT = {}


def make_pack(source, to, version="1"):
    to.mkdir(exist_ok=True)
    done = subprocess.run(["bash", SOURCE / "tools/make-pack", HALLMARK, source, version, to / "policy.txt", to / "bundle.tlog-proof", SCRATCH / "pack.d"],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def shipped(pack=True):
    """A fresh copy of what is shipped: knowledge, policies, and the pack of them."""
    if "pack" not in BUILT:
        BUILT["pack"] = SCRATCH / "pack"
        make_pack(SOURCE, BUILT["pack"])
    home = Path(tempfile.mkdtemp(dir=SCRATCH))
    for part in ("knowledge", "policies"):
        shutil.copytree(SOURCE / part, home / part)
    if pack:
        shutil.copytree(BUILT["pack"], home / "pack")
    return home


def judge(home, program=None, **env):
    """Status, warnings of the report, standard error."""
    env = {k: v for k, v in os.environ.items() if k not in ("HALLMARK_DATA", "HALLMARK_TRUST")} | env
    if program is None:
        env["HALLMARK_DATA"] = str(home)
    done = subprocess.run([program or HALLMARK, *JUDGE], capture_output=True, text=True, env=env, timeout=300)
    return done.returncode, json.loads(done.stdout)["summary"]["warnings"] if done.stdout else None, done.stderr


def refused(says, *args, **more):
    code, warnings, errors = judge(*args, **more)
    equal((code, warnings, len(errors.splitlines())), (2, None, 1))
    assert re.search(says, errors), f"{errors!r} does not say {says!r}"


def log(name):
    keys = SCRATCH / f"{name}.keys"
    keys.mkdir()
    code, _, errors = run("key", "new", keys / "log", "--name", name, "--for", "log")
    equal((code, errors), (0, ""))
    code, _, errors = run("register", "init", SCRATCH / name, "--origin", name, "--key", keys / "log")
    equal((code, errors), (0, ""))
    return SCRATCH / name


@test
def what_the_bundle_has_is_taken_without_a_word():
    equal(judge(shipped()), (0, [], ""))


@test
def what_is_taken_as_it_is_is_told():
    home = shipped(pack=False)
    code, warnings, _ = judge(home)
    equal((code, warnings), (0, [f"knowledge and policies from {home} are not from a proved bundle"]))
    (home / "policies/us-dhs-bod-17-01.yaml").unlink()
    equal(judge(home)[0], 0)
    refused("HALLMARK_TRUST demands it", home, HALLMARK_TRUST=str(shipped() / "pack/policy.txt"))


@test
def a_changed_a_missing_and_a_further_file_are_refused():
    home = shipped()
    vendor = home / "knowledge/vendors/kaspersky.yaml"
    vendor.write_text(vendor.read_text() + "# a comment\n")
    refused(r"knowledge/vendors/kaspersky\.yaml: its SHA-256 is not the one in the proved bundle", home)
    home = shipped()
    (home / "policies/us-dhs-bod-17-01.yaml").unlink()
    refused(r"policies/us-dhs-bod-17-01\.yaml: it is missing", home)
    home = shipped()
    shutil.copy(SOURCE / "examples/2017/bank.yaml", home / "policies/bank.yaml")
    refused(r"policies/bank\.yaml: it is not in the proved bundle .*--policy", home)
    home = shipped()
    (home / "knowledge/marks").mkdir()
    (home / "knowledge/marks/own.yaml").write_text("x: 1\n")
    refused(r"knowledge/marks/own\.yaml: it is not in the proved bundle", home)
    home = shipped()
    (home / "policies/README.txt").write_text("no instrument\n")
    equal(judge(home)[0], 0)


@test
def a_proof_of_another_log_is_refused():
    home = shipped()
    other = log("other.example")
    code, _, errors = run("register", "bundle", other, "--id", "shipped", "--bundle-version", "1", "--from", SOURCE, "--log-key")
    equal((code, errors), (0, ""))
    equal(run("prove", "bundle:shipped", "--entries", "--register", other, "-o", home / "pack/bundle.tlog-proof")[0], 0)
    refused(r"bundle\.tlog-proof: .*no log of the policy has signed", home)
    pinned = str(other / "policy.txt")
    equal(judge(home, HALLMARK_TRUST=pinned), (0, [], ""))
    refused(r"bundle\.tlog-proof: .*no log of the policy has signed", shipped(), HALLMARK_TRUST=pinned)
    refused("/no/such", shipped(), HALLMARK_TRUST="/no/such")


@test
def a_proof_about_something_else_or_without_its_entry_is_refused():
    place = log("some.example")
    home = shipped()
    trust = {"HALLMARK_TRUST": str(place / "policy.txt")}
    proof = home / "pack/bundle.tlog-proof"
    equal(run("prove", "bundle:shipped", "--register", place, "-o", proof)[0], 0)
    refused("it proves no bundle", home, **trust)
    for version in ("1", "2"):
        code, out, errors = run("register", "bundle", place, "--id", "shipped", "--bundle-version", version, "--from", SOURCE, "--log-key")
        equal((code, errors), (0, ""))
        assert re.fullmatch(r"entry \d+\n", out), out
    equal(run("prove", "bundle:shipped", "--register", place, "-o", proof)[0], 0)
    refused("it proves no bundle: its entry is not in it", home, **trust)
    equal(run("prove", "type:bundle", "--entries", "--register", place, "-o", proof)[0], 0)
    refused("bundle:shipped", home, **trust)
    equal(run("prove", "bundle:shipped", "--entries", "--register", place, "-o", proof)[0], 0)
    equal(judge(home, **trust), (0, [], ""))
    whole = proof.read_bytes()
    proof.write_bytes(whole[:len(whole) // 2])
    refused(r"bundle\.tlog-proof: ", home, **trust)


@test
def the_newest_version_counts():
    place = log("versions.example")
    old = shipped()
    new = shipped()
    (new / "policies/us-dhs-bod-17-01.yaml").unlink()
    for home in (old, new):
        equal(run("register", "bundle", place, "--id", "shipped", "--bundle-version", home.name, "--from", home, "--log-key")[0], 0)
        equal(run("prove", "bundle:shipped", "--entries", "--register", place, "-o", home / "pack/bundle.tlog-proof")[0], 0)
    shutil.copy(new / "pack/bundle.tlog-proof", old / "pack/bundle.tlog-proof")
    trust = str(place / "policy.txt")
    equal(judge(new, HALLMARK_TRUST=trust), (0, [], ""))
    refused(r"it is not in the proved bundle", old, HALLMARK_TRUST=trust)


@test
def beside_the_program_nothing_unproved_is_taken():
    home = shipped()
    program = home / "hallmark"
    shutil.copy(HALLMARK, program)
    equal(judge(home, program), (0, [], ""))
    vendor = home / "knowledge/words.yaml"
    vendor.write_text(vendor.read_text() + "\n")
    refused(r"knowledge/words\.yaml: its SHA-256", home, program)
    shutil.rmtree(home / "pack")
    refused("no pack/bundle.tlog-proof here or beside the program", home, program)
    build = shipped(pack=False)  # a checkout: the program and its pack below, the files above
    (build / "build").mkdir()
    shutil.copy(HALLMARK, build / "build/hallmark")
    shutil.copytree(BUILT["pack"], build / "build/pack")
    equal(judge(build, build / "build/hallmark"), (0, [], ""))


@test
def an_authority_logs_a_bundle_and_a_lab_does_not():
    place = log("parties.example")
    for name, kind, code in (("authority", "authority", 0), ("lab", "lab", 1)):
        key = SCRATCH / f"{name}.key"
        run("key", "new", key, "--name", name, "--for", "party")
        equal(run("register", "admit", place, key, "--as", kind)[0], 0)
        args = ["register", "bundle", place, "--id", f"of-{name}", "--bundle-version", "1", "--from", SOURCE, "--key", key]
        found, out, errors = run(*args)
        equal((name, found), (name, code))
        assert (out.startswith("entry ") and not errors) if code == 0 else "admission A" in errors, (out, errors)
    for more, says in ((["--log-key", "--key", "x"], "only one"), ([], "bundle-version is missing"), (["--bundle-version", "1"], "--key")):
        code, _, errors = run("register", "bundle", place, "--id", "x", "--from", SOURCE, *more, *([] if not more or "1" in more else ["--bundle-version", "1"]))
        equal(code, 2)
        assert says in errors, errors


main()
