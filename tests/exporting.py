"""Exports checked against what others published: their schemas, and where there is none their specifications."""
import copy
import json
import re
import xml.etree.ElementTree as ElementTree

from tap import *

SCHEMAS = SOURCE / "tests/schemas"
GOLDEN = SOURCE / "tests/golden/export"
ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URI = re.compile(r"[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*", re.I)


def jsonschema():
    try:
        import jsonschema as library
    except ImportError:
        raise Skip("python3-jsonschema is not installed")
    return library


def complain(validator, document):
    for error in validator.iter_errors(document):
        raise AssertionError(f"{error.json_path}: {error.message[:300]}")


def load(name):
    return json.loads((SCHEMAS / name).read_text("utf-8"))


def inlined_jsf():
    jsf = load("jsf-0.82.schema.json")
    jsf.pop("$id")
    for part in walk(jsf):
        if part.get("$ref", "").startswith("#/definitions/"):
            part["$ref"] = part["$ref"].replace("#/", "#/definitions/jsf/", 1)
    return jsf


def check_cyclonedx(document):
    library = jsonschema()
    bom = load("bom-1.6.schema.json")
    # a library would fetch what the schema refers to: it is put where it stands
    bom["definitions"]["license"]["properties"]["id"] = {k: v for k, v in load("spdx.schema.json").items() if k != "$id"}
    bom["definitions"]["signature"] = {"$ref": "#/definitions/jsf/definitions/signature"}
    bom["definitions"]["jsf"] = inlined_jsf()
    library.Draft7Validator.check_schema(bom)
    complain(library.Draft7Validator(bom, format_checker=library.FormatChecker()), document)
    refs = [part["bom-ref"] for part in walk(document) if "bom-ref" in part]
    equal(len(refs), len(set(refs)))
    declarations = document["declarations"]
    for attestation in declarations["attestations"]:
        assert attestation["assessor"] in refs
        for entry in attestation["map"]:
            assert entry["requirement"] in refs and set(entry["claims"]) <= set(refs)
    for claim in declarations["claims"]:
        assert claim["target"] in refs and set(claim["evidence"]) <= set(refs)


def walk(node):
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from walk(child)
    elif isinstance(node, list):
        for child in node:
            yield from walk(child)


def oscal_schema(name):
    """NIST's schema with its names made pointers and its \\p{...} made classes that Python's re knows."""
    schema = load(name)
    names = {part["$id"]: f"#/definitions/{key}" for key, part in schema["definitions"].items() if "$id" in part}
    for part in walk(schema):
        if part.get("$ref") in names:
            part["$ref"] = names[part["$ref"]]
        if part is not schema and isinstance(part.get("$id"), str):
            part.pop("$id")
        if isinstance(part.get("pattern"), str):
            part["pattern"] = part["pattern"].replace(r"(\p{L}|_)", r"[^\W\d]").replace(r"\p{L}", r"[^\W\d_]").replace(r"\p{N}", r"\d")
            assert r"\p" not in part["pattern"], part["pattern"]
            re.compile(part["pattern"])
    return schema


def check_oscal(name, document):
    library = jsonschema()
    schema = oscal_schema(name)
    library.Draft7Validator.check_schema(schema)
    complain(library.Draft7Validator(schema), document)
    (top,) = document.values()
    uuids = [part["uuid"] for part in walk(top) if "uuid" in part]
    equal(len(uuids), len(set(uuids)))
    for part in walk(top):
        for key, value in part.items():
            if key.endswith("-uuid"):
                assert value in uuids, f"{key} {value} is of nothing here"
            if key == "href" and value.startswith("#"):
                assert value[1:] in uuids, value


def check_statement(statement):
    """in-toto/attestation spec/v1/statement.md and resource_descriptor.md: no JSON schema is published."""
    equal(set(statement), {"_type", "subject", "predicateType", "predicate"})
    equal(statement["_type"], "https://in-toto.io/Statement/v1")
    assert URI.fullmatch(statement["predicateType"])
    assert isinstance(statement["predicate"], dict)
    assert statement["subject"]
    for subject in statement["subject"]:
        assert set(subject) <= {"name", "uri", "digest", "content", "downloadLocation", "mediaType", "annotations"}
        assert subject["digest"]
        for algorithm, value in subject["digest"].items():
            equal(algorithm, "sha256")
            assert re.fullmatch("[0-9a-f]{64}", value)
    names = [s["name"] for s in statement["subject"]]
    equal(len(names), len(set(names)))


def check_directives(document):
    library = jsonschema()
    schema = json.loads((SOURCE / "docs/directives.schema.json").read_text("utf-8"))
    library.Draft202012Validator.check_schema(schema)
    complain(library.Draft202012Validator(schema), document)
    equal(document["count"], len(document["directives"]))


def check_person(feed_or_entry):
    for author in feed_or_entry.findall(ATOM + "author"):
        assert author.findtext(ATOM + "name")


def check_atom(text):
    """RFC 4287: what a feed (4.1.1) and an entry (4.1.2) must have, once, and in its form."""
    feed = ElementTree.fromstring(text)
    equal(feed.tag, ATOM + "feed")
    entries = feed.findall(ATOM + "entry")
    for holder in [feed, *entries]:
        for name in ("id", "title", "updated"):
            equal(len(holder.findall(ATOM + name)), 1)
        assert URI.fullmatch(holder.findtext(ATOM + "id")), holder.findtext(ATOM + "id")
        assert MOMENT.fullmatch(holder.findtext(ATOM + "updated"))
        assert holder.findtext(ATOM + "title")
        check_person(holder)
    assert feed.findall(ATOM + "author")
    ids = [e.findtext(ATOM + "id") for e in entries]
    equal(len(ids), len(set(ids)))
    for entry in entries:
        equal(len(entry.findall(ATOM + "content")), 1)
        assert all(c.get("term") for c in entry.findall(ATOM + "category"))
    return feed


def check_kev(document, schema):
    library = jsonschema()
    library.Draft7Validator.check_schema(schema)
    complain(library.Draft7Validator(schema, format_checker=library.FormatChecker()), document)
    equal(document["count"], len(document["vulnerabilities"]))


def without_blanks(node):
    """Imports make every run of blanks one, and keep none at the ends."""
    if isinstance(node, str):
        return " ".join(node.replace("\u00a0", " ").replace("\u00ad", "").split())
    if isinstance(node, list):
        return [without_blanks(child) for child in node]
    if isinstance(node, dict):
        return {key: without_blanks(child) for key, child in node.items()}
    return node
