"""hallmark scan and judge by a register: what is answered, that each answer is proved by a file that
hallmark verify accepts, and what is refused."""
import hashlib
import re

from scanning import *

MAKE = SOURCE / "examples/2017/register/make"
ARTEFACTS = SOURCE / "examples/2017/register/artefacts"
EXAMPLE = SOURCE / "examples/2017"
UK = ["--context", "jurisdiction=uk"]
BUILT = {}

NORTHGATE = """id: northgate
name: Northgate Systems Ltd.
source: invented for a test
jurisdictions: [gb]
categories: [information-security]
names:
  - brand: [Northgate]
products:
  - {id: disk-vault, name: Northgate Disk Vault, also: [DiskVault]}
marks:
  - {packages: [diskvault], in: [deb, rpm], product: disk-vault, source: invented for a test}
"""


def story():
    """The register of 2017, built once."""
    if "story" not in BUILT:
        place = SCRATCH / "story"
        done = subprocess.run(["bash", MAKE, place], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        BUILT["story"] = place
    return BUILT["story"]


def data():
    """The knowledge of this checkout, and one invented maker; taken as it is, so that reports warn."""
    if "data" not in BUILT:
        place = SCRATCH / "data"
        for part in ("knowledge", "policies"):
            shutil.copytree(SOURCE / part, place / part)
        (place / "knowledge/vendors/northgate.yaml").write_text(NORTHGATE)
        BUILT["data"] = place
    return {"HALLMARK_DATA": str(BUILT["data"])}


def asked(*args, env=None, **more):
    """The report of a judge or scan, with the claim of its first product and the register's part."""
    out = Path(tempfile.mkdtemp(dir=SCRATCH)) / "report.json"
    code, _, errors = run(*args, "--format", "json", "--output", out, env=env, **more)
    assert code in (0, 1, 3) and "Sanitizer" not in errors, f"{args}: exit {code}: {errors}"
    return json.loads(out.read_text("utf-8"))


def judged(*args, register=None, trust=True, env=None):
    place = register or story()
    more = ["--trust", place / "policy.txt"] if trust else []
    doc = asked("judge", *UK, "--register", place, *more, *args, env=env or data())
    return doc, doc["products"][0]


def refused(*args, says, env=None):
    code, out, errors = run(*args, env=env)
    equal((code, out), (2, ""))
    assert len(errors.splitlines()) == 1 and re.search(says, errors), f"{errors!r} does not say {says!r}"


def digest(path):
    return "sha256:" + hashlib.sha256(Path(path).read_bytes()).hexdigest()


@test
def never_listed_is_backed_by_files_that_verify_accepts():
    proofs = SCRATCH / "proofs"
    doc, product = judged("--vendor", "kaspersky", "--as-of", "2017-07-19", "--proofs", proofs)
    claim = product["answers"]["claim"]
    equal((claim["answer"], claim["instrument"], claim["clause"]), ("no", "uk-ncsc-schemes", "never listed"))
    for words in ("never listed by any of ncsc-directory, cpa, caps, cc-uk", "story.example/2017/simulated-clock at size", "2017-12-13T00:00:01Z"):
        assert words in claim["why"], claim["why"]
    register = doc["register"]
    equal((register["origin"], register["time"], register["trusted_by"]),
          ("story.example/2017/simulated-clock", "2017-12-13T00:00:01Z", str(story() / "policy.txt")))
    keys = {proof["key"]: proof for proof in register["proofs"]}
    for key in ("listed:ncsc-directory:token:kaspersky", "listed:ncsc-directory:vendor:kaspersky", "certified:cpa:token:kaspersky",
                "certified:caps:token:kaspersky", "certified:cc-uk:vendor:kaspersky"):
        assert f"No entry maps to {key} in the log" in keys[key]["statement"], keys
    equal(sorted(str(path) for path in proofs.iterdir()), sorted(proof["file"] for proof in register["proofs"]))
    for key, proof in keys.items():
        equal(digest(proof["file"]), proof["sha256"])
        code, out, errors = run("verify", proof["file"], "--policy", story() / "policy.txt", *(["--key", key] if key.isascii() else []))
        equal((code, errors), (0, ""))
        assert " ".join(out.split("\n")[:2]) == proof["statement"], (out, proof["statement"])


@test
def a_scan_asks_for_what_it_finds():
    proofs = SCRATCH / "scanned"
    doc = asked("scan", EXAMPLE / "root", *UK, "--as-of", "2017-07-19", "--register", story(), "--trust", story() / "policy.txt", "--proofs", proofs)
    ours = [p for p in doc["products"] if p["vendor"] == "kaspersky"]
    assert ours
    for p in ours:
        embedded = p["presence"] == "embedded"
        equal((p["name"], p["answers"]["claim"]["answer"]), (p["name"], "judge" if embedded else "no"))
        assert "never listed by any of" in p["answers"]["claim"]["why"]
    assert any(path.name == "listed_ncsc-directory_token_kaspersky.tlog-proof" for path in proofs.iterdir())
    equal([w for w in doc["summary"]["warnings"] if "vouches for itself" in w], [])
    text = run("scan", EXAMPLE / "root", *UK, "--as-of", "2017-07-19", "--register", story(), "--proofs", f"{proofs}/")[1]
    for words in ("Register  story.example/2017/simulated-clock at size", "hallmark verify FILE --policy", "vouches for itself"):
        assert words in " ".join(text.split()).replace("Register ", "Register  ", 1) or words in text, text
    assert f"{proofs}/" in "".join(text.split()) and f"{proofs}//" not in "".join(text.split()), text


@test
def without_a_register_nothing_changes():
    args = ["judge", "--vendor", "kaspersky", *UK, "--as-of", "2017-07-19"]
    doc = asked(*args)
    assert "register" not in doc
    equal(doc["products"][0]["answers"]["claim"]["clause"], "never listed")
    assert "statement" in doc["products"][0]["answers"]["claim"]["why"]
    for option, value in (("--trust", "x"), ("--proofs", "x"), ("--known-at", "2017-01-01")):
        refused(*args, option, value, says=f"{option} goes with --register")


@test
def certified_by_digest_by_version_by_name_only():
    vault = ["--vendor", "northgate", "--name", "DiskVault"]
    for more, status, by, claim in (
            (["--digest", digest(ARTEFACTS / "diskvault-4.2.msi"), "--product-version", "9"], "certified", "digest", "yes"),
            (["--product-version", "4.2"], "certified", "version", "yes"), ([], "certified", "name", "yes"),
            (["--product-version", "4.3"], "certified", "version", "yes"), (["--product-version", "5"], "unregulated", None, "judge")):
        _, product = judged(*vault, *more, "--as-of", "2017-07-19")
        found = product["answers"]["claim"]
        equal((more, product["status"], product["certified_by"], found["answer"]), (more, status, by, claim))
        assert by is None or f"certificate cpa/1001 of the scheme cpa covers it by {by}" in found["why"], found
    assert "not 5" in found["why"]
    _, product = judged(*vault, "--product-version", "4.3", "--as-of", "2017-03-01")
    equal(product["answers"]["claim"]["answer"], "judge")  # before the maintenance
    _, product = judged(*vault, "--product-version", "4.2", "--as-of", "2016-12-01")
    equal(product["answers"]["claim"]["answer"], "no")
    assert "not yet listed" in product["answers"]["claim"]["why"]
    doc, product = judged(*vault, "--product-version", "4.2", "--as-of", "2019-02-02")
    equal([product["answers"][e]["answer"] for e in ("claim", "procure", "use")], ["no", "no", "risk-decision"])
    equal(product["answers"]["claim"]["clause"], "certificate expired")
    assert any("before 2019-02-02, the day asked" in w for w in doc["summary"]["warnings"])


@test
def a_package_is_certified_by_its_makers_version():
    home = root({"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": stanza("diskvault", version="1:4.2-3", maintainer="Northgate Systems Ltd. <x@y.example>")})
    doc = asked("scan", home, *UK, "--as-of", "2017-07-19", "--register", story(), env=data())
    product = next(p for p in doc["products"] if p["name"] == "diskvault")
    equal((product["vendor"], product["status"], product["certified_by"]), ("northgate", "certified", "version"))


def own(name, lines, key=None):
    """A register of one party that may write everything."""
    place = SCRATCH / name
    keys = SCRATCH / f"{name}.keys"
    keys.mkdir()
    run("key", "new", keys / "log", "--name", f"{name}.example", "--for", "log")
    run("key", "new", keys / "party", "--name", "party", "--for", "party")
    code, _, errors = run("register", "init", place, "--origin", f"{name}.example", "--key", keys / "log", "--admit", keys / "party")
    equal((code, errors), (0, ""))
    load(place, lines)
    return place


def load(place, lines):
    entries = SCRATCH / "entries.json"
    entries.write_text("".join(json.dumps(line) + "\n" for line in lines))
    code, _, errors = run("register", "load", place, entries, "--key", f"{place}.keys/party")
    equal((code, errors), (0, ""))


def vendor(name, called):
    return {"type": "vendor", "id": name, "name": called, "date": "2017-01-01"}


SCHEMES = [{"type": "authority", "id": "ncsc", "name": "NCSC", "date": "2017-01-01"},
           {"type": "list", "id": "ncsc-directory", "name": "Directory", "authority": "ncsc", "date": "2017-01-01"},
           {"type": "scheme", "id": "cpa", "name": "CPA", "authority": "ncsc", "date": "2017-01-01"}]


@test
def a_file_is_certified_by_its_digest_whatever_it_is_called():
    program = FIXTURES / "inventory/pe/putty.exe"
    if not program.exists():
        raise Skip("shared/fixtures is absent")
    place = own("files", SCHEMES + [vendor("someone", "Someone Else"),
                                     {"type": "certificate", "id": "cpa/1", "scheme": "cpa", "vendor": "someone", "product": "A Shell", "version": "1",
                                     "artefact": digest(program), "from": "2017-02-01"}])
    home = root({"opt/renamed.exe": program})
    doc = asked("scan", home, *UK, "--as-of", "2018-01-01", "--register", place)
    product = next(p for p in doc["products"] if p["digest"] == digest(program))
    equal((product["certified_by"], product["answers"]["claim"]["answer"]), ("digest", "yes"))
    assert "certificate cpa/1 of the scheme cpa covers it by digest" in product["answers"]["claim"]["why"]


@test
def what_was_removed_says_since_when_and_what_lacks_does_not_say_never():
    place = own("lists", SCHEMES + [vendor("kl", "AO Kaspersky Lab")])
    for action, date in (("add", "2017-02-01"), ("remove", "2017-07-11")):
        load(place, [{"type": "listing", "list": "ncsc-directory", "action": action, "vendor": "kl", "vendor-name": "AO Kaspersky Lab", "date": date}])
    args = ["--vendor", "kaspersky", "--as-of"]
    for date, says in (("2017-07-10", "on the list ncsc-directory since 2017-02-01"), ("2017-07-11", "removed from the list ncsc-directory since 2017-07-11")):
        doc, product = judged(*args, date, register=place)
        assert says in product["answers"]["claim"]["why"], product["answers"]["claim"]
        equal((product["status"], product["answers"]["claim"]["answer"]), ("listed", "yes") if "on the" in says else ("unregulated", "no"))
        assert "no witness" in product["answers"]["claim"]["why"] and any("no witness" in w for w in doc["summary"]["warnings"])
    doc, product = judged("--vendor", "drweb", "--as-of", "2017-07-19", register=place)
    equal(product["answers"]["claim"]["answer"], "judge")  # it has no scheme caps
    assert any("no scheme caps" in (n["why"] or "") for n in product["notes"]), product["notes"]


@test
def a_name_that_contains_the_makers_is_for_a_person():
    schemes = SCHEMES + [{"type": "scheme", "id": i, "name": i, "authority": "ncsc", "date": "2017-01-01"} for i in ("caps", "cc-uk")]
    place = own("names", schemes + [vendor("other", "Kaspersky Bakery of Leeds"),
                                    {"type": "listing", "list": "ncsc-directory", "action": "add", "vendor": "other", "vendor-name": "Kaspersky Bakery of Leeds",
                                     "date": "2017-02-01"}])
    _, product = judged("--vendor", "kaspersky", "--as-of", "2017-07-19", register=place)
    equal(product["answers"]["claim"]["answer"], "judge")
    assert "'Kaspersky Bakery of Leeds', which may be this maker" in product["answers"]["claim"]["why"]
    load(place, [{"type": "alias", "vendor": "other", "name": "Kaspersky Lab", "date": "2017-03-01"}])
    _, product = judged("--vendor", "kaspersky", "--as-of", "2017-07-19", register=place)
    equal((product["status"], product["answers"]["claim"]["answer"]), ("listed", "yes"))  # the register says that it is


@test
def known_at_asks_the_state_as_published_then():
    doc, product = judged("--vendor", "northgate", "--name", "DiskVault", "--as-of", "2017-07-19", "--known-at", "2016-12-31")
    equal(product["answers"]["claim"]["answer"], "no")
    equal((doc["register"]["time"], doc["register"]["known_at"]), ("2016-10-04T12:00:00Z", "2016-12-31"))
    doc, product = judged("--vendor", "northgate", "--name", "DiskVault", "--as-of", "2017-07-19", "--known-at", "2017-02-28")
    equal(product["status"], "certified")


@test
def another_key_and_a_changed_register_are_refused():
    other = own("other", SCHEMES)
    args = ["judge", "--vendor", "kaspersky", *UK, "--as-of", "2017-07-19"]
    refused(*args, "--register", story(), "--trust", other / "policy.txt", says="checkpoint")
    refused(*args, "--register", SCRATCH / "nothing", says="nothing")
    refused(*args, "--register", story(), "--trust", "/no/such", says="/no/such")
    changed = SCRATCH / "changed"
    shutil.copytree(story(), changed)
    shutil.rmtree(changed / "index")
    bundles = [p for p in (changed / "tile/entries").rglob("*") if p.is_file()]
    for bundle in bundles:
        bundle.write_bytes(bundle.read_bytes().replace(b"northgate", b"kaspersky"))
    refused(*args, "--register", changed, says="do not make the root")
    bare = SCRATCH / "bare"
    shutil.copytree(story(), bare)
    (bare / "policy.txt").unlink()
    refused(*args, "--register", bare, says="no policy.txt: name the trusted keys with --trust")


@test
def explain_asks_again_and_says_when_it_was_not_told_whom():
    path = SCRATCH / "explained.json"
    run("judge", "--vendor", "kaspersky", *UK, "--as-of", "2017-07-19", "--register", story(), "--format", "json", "-o", path)
    product = json.loads(path.read_text())["products"][0]["id"]
    text = " ".join(run("explain", path, product, "--register", story())[1].split())
    assert "never listed by any of ncsc-directory, cpa, caps, cc-uk" in text and "the register answers in its place" in text, text
    assert "give it here too" not in text
    assert "the report was made with --register" in " ".join(run("explain", path, product)[1].split())


main()
