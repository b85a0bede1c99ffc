"""What register export writes obeys the published schemas; a list imported and exported is the list."""
from exporting import *
from registering import *

FIXTURES = Path(os.environ["HALLMARK_FIXTURES"]) / "register"
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
STORY = [
    {"type": "authority", "id": "dhs", "name": "Department <of> \"H\" & S", "date": "2017-01-02"},
    {"type": "scheme", "id": "cpa", "name": "CPA", "date": "2017-01-02"},
    {"type": "vendor", "id": "northgate", "name": "Northgate Systems Ltd.", "date": "2017-01-03"},
    {"type": "certificate", "id": "cpa/1001", "scheme": "cpa", "vendor": "northgate", "product": "Disk Vault", "version": ["4.2"],
     "artefact": [A, B], "from": "2017-02-01", "until": "2019-02-01"},
    {"type": "certificate", "id": "cpa/1002", "scheme": "cpa", "vendor": "northgate", "product": "Key Vault", "version": ["1"],
     "from": "2017-03-01"},
    {"type": "organisation", "id": "agency-a", "name": "Agency A", "date": "2017-01-03"},
    {"type": "organisation", "id": "agency-c", "name": "Agency C", "date": "2017-01-03"},
    {"type": "directive", "id": "bod-17-01", "authority": "dhs", "subject-token": ["kaspersky"], "action": "remove",
     "issued": "2017-09-13", "step": ["identify 2017-10-13", "begin-removal 2017-12-12 repeat P30D"]},
    {"type": "report", "directive": "bod-17-01", "organisation": "agency-a", "step": "identify", "result": "none-found",
     "method": ["scan"], "coverage": ["all"], "hosts": 12, "evidence": [A], "date": "2017-10-10"},
]
KEPT = []


def register():
    if not KEPT:
        r = Register().init()
        r.load("".join(json.dumps(entry) + "\n" for entry in STORY).encode())
        KEPT.append(r)
    return KEPT[0]


def export(form, *args, codes=(0,)):
    return done("register", "export", register().dir, "--to", form, *args, codes=codes)


def golden(name):
    return (GOLDEN / name).read_text("utf-8")


@test
def cyclonedx_obeys_its_schema():
    check_cyclonedx(json.loads(golden("cyclonedx.json")))


@test
def oscal_assessment_results_obey_their_schema():
    document = json.loads(golden("oscal-ar.json"))
    check_oscal("oscal_assessment-results_schema.json", document)
    findings = {f["title"]: f["target"]["status"] for f in document["assessment-results"]["results"][0]["findings"]}
    equal(findings["agency-a: identify"]["state"], "satisfied")
    equal((findings["agency-b: identify"]["state"], findings["agency-b: identify"]["reason"]), ("not-satisfied", "other"))
    equal(findings["agency-c: identify"]["reason"], "fail")
    assert findings["agency-d: identify"]["remarks"].startswith("excepted until 2018-03-31")


@test
def oscal_plans_obey_their_schema():
    document = json.loads(golden("oscal-poam.json"))
    check_oscal("oscal_poam_schema.json", document)
    risks = {r["title"]: r for r in document["plan-of-action-and-milestones"]["risks"]}
    equal({k.split(": ")[1]: r["status"] for k, r in risks.items()},
          {"agency-a": "open", "agency-b": "remediating", "agency-c": "open", "agency-d": "deviation-approved"})
    tasks = risks["bod-17-01: agency-c"]["remediations"][0]["tasks"]
    equal([t["title"] for t in tasks], ["identify", "plan", "begin-removal"])
    equal(tasks[0]["timing"]["within-date-range"], {"start": "2017-09-13T00:00:00Z", "end": "2017-10-13T23:59:59Z"})


@test
def the_schemas_here_accept_the_examples_of_others_and_refuse_what_is_wrong():
    for name, example in (("oscal_assessment-results_schema.json", "ifa_assessment-results-example.json"),
                          ("oscal_poam_schema.json", "ifa_plan-of-action-and-milestones.json")):
        if not (FIXTURES / "formats/oscal" / example).exists():
            raise Skip("the shared fixtures are absent")
        validator = jsonschema().Draft7Validator(oscal_schema(name))
        document = json.loads((FIXTURES / "formats/oscal" / example).read_text("utf-8"))
        complain(validator, document)
        (top,) = document.values()
        top["uuid"] = "no uuid"
        assert not validator.is_valid(document)
    wrong = json.loads(golden("cyclonedx.json"))
    wrong["declarations"]["attestations"][0]["map"][0]["conformance"]["score"] = 2
    try:
        check_cyclonedx(wrong)
    except AssertionError:
        return
    raise AssertionError("a score of 2 was accepted")


@test
def in_toto_statements_are_statements():
    check_statement(json.loads(golden("in-toto.json")))
    lines = golden("in-toto.jsonl").splitlines()
    for line in lines:
        check_statement(json.loads(line))
    statement = json.loads(lines[0])
    equal([s["name"] for s in statement["subject"]],
          ["Disk Vault-4.2", "Disk Vault-4.2.1, 4.2.2", "Disk Vault-4.2.1, 4.2.2 (2)"])


@test
def directives_obey_our_schema_and_stay_when_they_end():
    document = json.loads(golden("directives.json"))
    check_directives(document)
    ended = {d["id"]: d for d in document["directives"]}["old"]
    equal((ended["stage"], ended["dateRemoved"], ended["supersededBy"], ended["removalReason"]),
          ("superseded", "2017-09-14", "bod-17-01", "taken over"))
    wrong = copy.deepcopy(document)
    wrong["directives"][0]["dateRemoved"] = "2017-12-01"
    schema = json.loads((SOURCE / "docs/directives.schema.json").read_text("utf-8"))
    assert not jsonschema().Draft202012Validator(schema).is_valid(wrong)


@test
def the_atom_feed_is_one():
    feed = check_atom(golden("atom.xml"))
    entries = {e.findtext(ATOM + "id"): e for e in feed.findall(ATOM + "entry")}
    equal(len(entries), 29)  # of 30: cpa/2001 is dated behind the day asked
    scheme = entries["tag:register.example,2016-01-01:story/5"].findtext(ATOM + "content")
    assert 'name Commercial <Product> & "Assurance"\n' in scheme


@test
def kev_obeys_its_schema():
    schema = FIXTURES / "lists/kev/known_exploited_vulnerabilities_schema.json"
    if not schema.exists():
        raise Skip("the shared fixtures are absent")
    document = json.loads(golden("kev.json"))
    check_kev(document, json.loads(schema.read_text("utf-8")))
    (row,) = document["vulnerabilities"]
    equal((row["cveID"], row["dueDate"], row["cwes"]), ("CVE-2017-0144", "2017-12-15", ["CWE-20", "CWE-119"]))


@test
def every_form_of_a_register_obeys_its_schema():
    day = ["--as-of", "2017-10-14"]
    check_cyclonedx(json.loads(export("cyclonedx", *day).stdout))
    check_oscal("oscal_assessment-results_schema.json", json.loads(export("oscal-ar", *day).stdout))
    check_oscal("oscal_poam_schema.json", json.loads(export("oscal-poam", "--directive", "bod-17-01", *day).stdout))
    check_directives(json.loads(export("directives", *day).stdout))
    check_atom(export("atom", *day).stdout)
    check_statement(json.loads(export("in-toto", "--id", "cpa/1001", *day).stdout))


@test
def what_a_form_cannot_say_is_told():
    done = export("in-toto", "--as-of", "2017-10-14")
    equal(len(done.stdout.splitlines()), 1)
    equal(done.stderr.decode(), "hallmark: left out: 1 (it names no file, and an in-toto Statement is about digests)\n")
    for args, says in ((["in-toto", "--id", "cpa/1002"], "names no file"), (["in-toto", "--id", "cpa/7"], "no certificate 'cpa/7'"),
                       (["cyclonedx", "--directive", "bod-17-01"], "not asked by a directive"), (["pdf"], "'pdf' is no form: in-toto"),
                       (["kev"], "nothing was observed"), (["atom", "--as-of", "yesterday"], "no day"),
                       (["oscal-ar", "--as-of", "2017-01-01"], "issued after 2017-01-01")):
        done = export(*args, codes=(2,))
        assert says in done.stderr.decode() and not done.stdout, (args, done.stderr)


@test
def every_form_is_in_the_help():
    forms = export("none", codes=(2,)).stderr.decode().split("is no form: ")[1].strip().split(", ")
    equal(len(forms), 8)
    told = done("register", "export", "--help").stdout.decode()
    listed = done("formats").stdout.decode().split("Exports:")[1]
    for form in forms:
        assert re.search(rf"\b{form}\b", told) and f"\n  {form} " in listed, form


@test
def the_day_asked_decides():
    def findings(day):
        (result,) = json.loads(export("oscal-ar", "--as-of", day).stdout)["assessment-results"]["results"]
        return {f["title"]: f["target"]["status"]["state"] for f in result.get("findings", [])}

    equal(findings("2017-10-01"), {})
    equal(findings("2017-10-13"), {"agency-a: identify": "satisfied"})
    equal(findings("2017-10-14"), {"agency-a: identify": "satisfied", "agency-c: identify": "not-satisfied"})
    states = [json.loads(export("in-toto", "--id", "cpa/1001", "--as-of", day).stdout)["predicate"]["state"]
              for day in ("2019-02-01", "2019-02-02")]
    equal(states, ["in-force", "expired"])


@test
def a_file_is_written_whole_and_twice_the_same():
    place = register().home / "feed.json"
    equal(export("directives", "--as-of", "2018-01-01", "--output", place).stdout, b"")
    equal(place.read_bytes(), export("directives", "--as-of", "2018-01-01").stdout)


main()
