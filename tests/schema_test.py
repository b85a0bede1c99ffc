"""The published schema of reports is strict, and the reports obey it."""
import copy
import json

from scanning import *


def schema():
    return json.loads((SOURCE / "docs/report.schema.json").read_text("utf-8"))


def validator():
    try:
        import jsonschema
    except ImportError:
        raise Skip("python3-jsonschema is not installed")
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def golden():
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted((SOURCE / "tests/golden").glob("*.json"))}


@test
def golden_reports_obey_the_schema():
    check = validator()
    assert golden()
    for name, report in golden().items():
        for error in check.iter_errors(report):
            raise AssertionError(f"{name}: {error.json_path}: {error.message}")


@test
def reports_of_the_program_obey_the_schema():
    check = validator()
    asked = ["judge", "--vendor", "kaspersky", "--as-of", "2018-01-05", "--context", "jurisdiction=us"]
    scans = [["scan", SOURCE / "examples/2017/root"], ["scan", root({"etc/os-release": OS_RELEASE})],
             ["scan", root({"var/lib/dpkg/status": "no colon\n\n" + stanza("a")}), "--exclude", "etc"]]
    if (FIXTURES / "inventory/pe").exists():
        scans += [["scan", FIXTURES / "inventory/pe"], ["scan", FIXTURES / "artefacts"]]
    for args in [asked, *scans]:
        for error in check.iter_errors({k: v for k, v in report(*args).items() if k != "_exit"}):
            raise AssertionError(f"{args}: {error.json_path}: {error.message}")


def objects(node):
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for child in node.values():
            yield from objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from objects(child)


@test
def every_object_is_closed_and_needs_all_its_keys():
    for node in objects(schema()):
        if "properties" in node:
            equal(node["additionalProperties"], False)
            equal(sorted(node["required"]), sorted(node["properties"]))


@test
def a_changed_report_is_refused():
    check = validator()
    report = golden()["scan.json"]
    for change in ((["products", 0, "status"], "fine"), (["products", 0, "more"], 1), (["coverage", "files"], -1),
                   (["products", 0, "answers", "use", "answer"], "maybe"), (["target"], "/")):
        bad = copy.deepcopy(report)
        node = bad
        for key in change[0][:-1]:
            node = node[key]
        node[change[0][-1]] = change[1]
        assert not check.is_valid(bad), change


main()
