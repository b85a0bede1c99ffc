"""Real and made-up machines with known answers (../shared/fixtures): who is found, and nobody else."""
from scanning import *

AGENCY = ("--context", "jurisdiction=us,organisation=federal-civilian", "--as-of", "2026-11-01")
ACCUSING = {"overdue", "barred", "due", "keep-only", "decide", "advised-against"}


def fixture(path):
    if not (FIXTURES / path).exists():
        raise Skip("shared/fixtures is absent")
    return FIXTURES / path


def of_vendor(doc, vendor):
    return {(p["name"], p["presence"]) for p in doc["products"] if p["vendor"] == vendor}


@test
def the_synthetic_root_has_what_its_index_says():
    doc = report("scan", fixture("artefacts/synthetic/root-linux"), *AGENCY)
    assert of_vendor(doc, "kaspersky") == {
        ("kesl", "installed"), ("klnagent64", "residue"), ("Kaspersky anti-virus bases", "embedded"),
        ("Kaspersky Scan Engine", "installed"), ("Kaspersky Security Center Network Agent", "installed")}, of_vendor(doc, "kaspersky")
    innocent = {p["name"]: p["status"] for p in doc["products"] if p["vendor"] != "kaspersky"}
    assert {"amavisd-new", "keslint", "modemmanager"} <= innocent.keys()
    assert not ACCUSING & set(innocent.values()), innocent


@test
def the_synthetic_rpms_are_told_apart():
    folder = fixture("artefacts/synthetic")
    home = root({"etc/os-release": OS_RELEASE, "var/lib/rpm/rpmdb.sqlite": folder / "kl-rpmdb.sqlite",
                 **{f"srv/{f.name}": f for f in folder.glob("*.rpm")}})
    doc = report("scan", home, *AGENCY)
    assert {n for n, _ in of_vendor(doc, "kaspersky")} == {"kesl"}, of_vendor(doc, "kaspersky")
    assert "keslint" in names(doc)


@test
def nobody_is_accused_of_a_name_in_a_file():
    folder = fixture("artefacts/linux-fp")
    doc = report("scan", root({"etc/os-release": OS_RELEASE, **{f"usr/lib/x/{f.name}": f for f in folder.iterdir()}}), *AGENCY)
    assert not [p for p in doc["products"] if p["status"] in ACCUSING]


@test
def other_signers_are_not_accused():
    folder = fixture("artefacts/pe-contrast")
    doc = report("scan", root({f"opt/{f.name}": f for f in folder.iterdir()}), *AGENCY)
    assert not [p for p in doc["products"] if p["status"] in ACCUSING]
    assert doc["products"], "nothing was read"


@test
def bare_signatures_name_the_maker_behind_the_attester():
    folder = fixture("artefacts/sigonly")
    doc = report("scan", root({f"opt/{f.name}": f for f in folder.iterdir()}), *AGENCY)
    assert {p["vendor"] for p in doc["products"]} == {"kaspersky"}
    told = {m["signature"]["program_name"] for p in doc["products"] for m in p["makers"] if m["signature"]}
    assert {"AO Kaspersky Lab", "Kaspersky Lab Switzerland GmbH"} <= told, told


main()
