"""Lists of others as they are imported: the real ones with known counts, what was seen to change, what is refused."""
from scanning import *

LISTS = FIXTURES / "register/lists"
EVERY = [("cc", "cc/cc_products_active.sample.csv", 4, 3, "cc-active"),
         ("cmvp", "cmvp/fips_modules_active.html", 5, 5, "cmvp-active"),
         ("cmvp", "cmvp/fips_modules_historical.html", 17, 17, "cmvp-historical"),
         ("cmvp", "cmvp/fips_modules_revoked.html", 0, 0, "cmvp-revoked"),
         ("cmvp", "cmvp/fips_mip_2021-12-19.html", 236, 236, "cmvp-mip"),
         ("cmvp", "cmvp/fips_iut_2021-12-10.html", 173, 173, "cmvp-iut"),
         ("kev", "kev/known_exploited_vulnerabilities.json", 1404, 1404, "cisa-kev"),
         ("fedramp", "fedramp/marketplace_2025-01-30.first12.json", 12, 12, "fedramp-marketplace"),
         ("eucc", "eucc/enisa_scraped_metadata.json", 1, 1, "enisa-eucc"),
         ("eucc", "eucc/seccerts_eucc_toy_dataset.json", 2, 2, "enisa-eucc")]


def imported(path, word, *args):
    code, out, errors = run("register", "import", path, "--from", word, "--dry-run", "--format", "json", *args)
    equal((code, errors), (0, ""))
    return json.loads(out)


@test
def every_real_list_is_read_whole():
    if not LISTS.exists():
        return
    for word, path, read, rows, source in EVERY:
        doc = imported(LISTS / path, word)
        equal((path, doc["read"], doc["understood"], doc["refused"]), (path, read, read, []))
        equal((doc["rows"], doc["source"]), (rows, source))
        code, out, errors = run("register", "import", LISTS / path, "--from", word, "--dry-run")
        equal((code, errors), (0, ""))
        assert f"{read} rows read: {read} understood, 0 not" in out, out


@test
def a_date_that_was_changed_in_silence_is_told():
    if not LISTS.exists():
        return
    then = LISTS / "kev/known_exploited_vulnerabilities.json"
    catalogue = json.loads(then.read_text("utf-8"))
    rows = catalogue["vulnerabilities"]
    rows[3]["dueDate"] = "2031-01-01"
    gone = rows.pop(7)["cveID"]
    rows.reverse()
    catalogue["count"] = len(rows)
    now = root({"now.json": json.dumps(catalogue)}) / "now.json"
    doc = imported(now, "kev", "--since", then)
    equal((doc["observations"], doc["changed"], doc["disappeared"], doc["appeared"]), (2, 1, 1, 0))
    changes = {c["action"]: c for c in doc["changes"]}
    equal(changes["disappeared"]["row"], gone)
    equal(changes["changed"]["now"], [{"due-date": "2031-01-01"}])
    catalogue["count"] += 1
    now.write_text(json.dumps(catalogue))
    doc = imported(now, "kev", "--since", then)
    equal((doc["disappeared"], doc["withheld"]), (0, 1))


@test
def a_register_remembers_the_list_and_logs_what_changed():
    home = Path(tempfile.mkdtemp(dir=SCRATCH))
    vkeys = {}
    for name, use in (("bar.example/register", "log"), ("party.example", "party"), ("stranger.example", "party")):
        code, out, _ = run("key", "new", home / name.split(".")[0], "--name", name, "--for", use)
        equal(code, 0)
        vkeys[name] = out.split()[-1]
    code, _, errors = run("register", "init", home / "r", "--origin", "bar.example/register", "--key", home / "bar",
                          "--admit", home / "party")
    equal((code, errors), (0, ""))
    row = {"cveID": "CVE-2020-0001", "vendorProject": "Acme", "product": "Door", "vulnerabilityName": "n", "dateAdded": "2021-01-01",
           "shortDescription": "word " * 1500 + "end", "requiredAction": "a", "dueDate": "2021-02-01", "cwes": ["CWE-1", "CWE-2"]}

    def into(rows, day, *args, key="party", code=0):
        file = home / "kev.json"
        file.write_text(json.dumps({"dateReleased": day, "count": len(rows), "vulnerabilities": rows}))
        found, out, errors = run("register", "import", file, "--from", "kev", "--into", home / "r", "--format", "json",
                                 *(["--key", home / key] if key else []), *args)
        equal(found, code)
        return json.loads(out) if out else errors

    def logged():
        _, out, _ = run("register", "log", home / "r", "--format", "json")
        return [e for e in json.loads(out) if e["type"] == "observation"]

    second = {**row, "cveID": "CVE-2020-0002"}
    for rows, day, counts in (([row, second], "2025-01-01", (2, 0, 0)), ([second, row], "2025-01-02", (0, 0, 0)),
                              ([{**row, "dueDate": "2021-03-01", "cwes": ["CWE-2", "CWE-3"]}], "2025-01-03", (0, 1, 1)),
                              ([row, second], "2025-01-04", (1, 1, 0))):
        dry = into(rows, day, "--dry-run", key=None)
        doc = into(rows, day)
        equal((doc["appeared"], doc["changed"], doc["disappeared"], doc["written"]), (*counts, True))
        equal((dry["appeared"], dry["changed"], dry["disappeared"], dry["written"]), (*counts, False))
        equal(dry["changes"], doc["changes"])
    equal([e["happened"] for e in logged()], ["2025-01-01"] * 2 + ["2025-01-03"] * 2 + ["2025-01-04"] * 2)
    before = (home / "r/checkpoint").read_bytes()
    assert "2025-01-04 already" in into([row], "2025-01-03", code=2)
    equal(into([row], "2025-01-03", "--date", "2025-01-05", "--dry-run")["disappeared"], 1)
    errors = into([], "2025-01-05", key="stranger", code=1)
    assert "admission" in errors and errors.count("\n") == 1, errors
    for args, key, says in (([], None, "--key"), (["--since", home / "kev.json"], "party", "--since"),
                            (["--date", "2025-02-30"], "party", "no day")):
        assert says in into([row], "2025-01-05", *args, key=key, code=2)
    assert "--date" in into([row], "some day", code=2)
    equal((home / "r/checkpoint").read_bytes(), before)
    code, _, errors = run("register", "audit", home / "r", "--key", vkeys["bar.example/register"])
    equal((code, errors), (0, ""))


@test
def a_table_of_ones_own_needs_a_map_that_fits():
    home = root({"list.csv": "Nr,Name,Maker\n1,Lock,Acme\n2,,Acme\n", "map.yaml": "row: Nr\nproduct: Name\nvendor: Maker\n",
                 "bad.yaml": "row: Nr\nproduct: Product\n"})
    doc = imported(home / "list.csv", "csv", "--map", home / "map.yaml", "--source", "acme", "--status", "approved")
    equal((doc["read"], doc["understood"], doc["source"]), (2, 1, "acme"))
    equal(doc["refused"], [{"row": 3, "id": "2", "why": "'2' has no product"}])
    for args, says in ((["--map", home / "bad.yaml"], "bad.yaml:2:10: the file has no column 'Product'"), ([], "--map"),
                       (["--map", home / "no.yaml"], "no.yaml"), (["--map", home / "map.yaml", "--source", "A b"], "no id"),
                       (["--map", home / "map.yaml", "--format", "html"], "text or json")):
        code, out, errors = run("register", "import", home / "list.csv", "--from", "csv", "--dry-run", *args)
        equal((code, out), (2, ""))
        assert says in errors and errors.count("\n") == 1, errors


@test
def what_is_no_such_list_is_refused_in_one_line():
    home = root({"x.json": "{\"a\": [1,\x1b[2J", "x.html": "<p>hello"})
    for path, word, says in (("x.json", "kev", "line 1"), ("x.html", "cmvp", "no table"), ("x.html", "cc", "no column 'Category'"),
                             ("nothing", "kev", "nothing"), ("x.html", "kevv", "did you mean 'kev'")):
        code, out, errors = run("register", "import", home / path, "--from", word, "--dry-run")
        equal((code, out), (2, ""))
        assert says in errors and errors.count("\n") == 1 and "\x1b" not in errors, errors


main()
