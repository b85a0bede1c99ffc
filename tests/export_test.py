"""What register export writes obeys the published schemas; a list imported and exported is the list."""
from exporting import *

FIXTURES = Path(os.environ["HALLMARK_FIXTURES"]) / "register"


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


main()
