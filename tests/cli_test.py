"""The command line as a user meets it: what is refused, what is printed, how it ends."""
import json
import re
import shutil
import stat

from scanning import *

AGENCY = "jurisdiction=us,organisation=federal-civilian"
EXAMPLE = SOURCE / "examples/2017"


def refused(*args, says="", **more):
    """Exit status 2, nothing on standard output, one line on standard error."""
    code, out, errors = run(*args, **more)
    equal(code, 2)
    equal(out, "")
    lines = errors.splitlines()
    assert len(lines) == 1 and lines[0].startswith("hallmark: "), errors
    assert re.search(says, errors), f"{errors!r} does not say {says!r}"


def printed(*args, code=0, **more):
    found, out, errors = run(*args, **more)
    equal((found, errors), (code, ""))
    return out


@test
def what_is_not_known_is_one_line_and_the_word_that_was_meant():
    empty = root({"etc/os-release": OS_RELEASE})
    for args, says in (
            ([], "no command"), (["frobnicate"], "no command 'frobnicate'"), (["scna", empty], "did you mean 'scan'"),
            (["scan"], "usage: hallmark scan TARGET"), (["scan", empty, "more"], "one word too many: 'more'"),
            (["scan", empty, "--fromat", "json"], "did you mean '--format'"), (["scan", empty, "-x"], "no option '-x'"),
            (["scan", empty, "--format", "papyrus"], "no form of report 'papyrus'"), (["scan", empty, "--format=jsn"], "did you mean 'json'"),
            (["scan", empty, "--format"], "--format needs a value"), (["scan", empty, "--output="], "--output needs a value"),
            (["scan", empty, "--quiet=yes"], "--quiet takes no value"), (["scan", empty, "--vendor", "x"], "'scan' has no option --vendor"),
            (["scan", empty, "--as-of", "2017-13-45"], "no date"), (["scan", empty, "--context", "jurisdiction=narnia"], "narnia"),
            (["scan", empty, "--context", "planet=mars"], "planet"), (["scan", empty, "--context", AGENCY, "--context", AGENCY], "jurisdiction"),
            (["scan", empty, "--fail-on", "barrde"], "did you mean 'barred'"), (["scan", empty, "--threads", "0"], "--threads"),
            (["scan", empty, "--threads", "two"], "no number"), (["scan", empty, "--policy", "/no/such.yaml"], "/no/such.yaml"),
            (["scan", empty, "--roots", "/no/such.pem"], "/no/such.pem"), (["scan", "/no/such/target"], "/no/such/target"),
            (["scan", empty, "--one-file-system", "--no-one-file-system"], "only one"),
            (["judge"], "--vendor is missing; usage: hallmark judge --vendor NAME; see 'hallmark help judge'"),
            (["prove"], "usage: hallmark prove --register DIR|URL KEY; see 'hallmark help prove'"),
            (["verify", "x", "--polcy", "y"], "did you mean '--policy'"), (["verify", "x", "--verson"], "did you mean '--version'"),
            (["verify", "x", "--man"], "'verify' has no option --man"),
            (["judge", "--vendor", "kaspersky", "--category", "antivrus"], "did you mean 'antivirus'"),
            (["judge", "--vendor", "kaspersky", "--presence", "gone"], "installed, residue"),
            (["judge", "--vendor", "kaspersky", "--digest", "sha256:12"], "--digest"), (["vendors", "kaspersy"], "did you mean 'kaspersky'"),
            (["policies", "nothing"], "nothing"), (["policies", "check"], "usage"), (["policies", "check", "/no/such.yaml"], "/no/such.yaml"),
            (["explain", "/no/such.json", "x"], "/no/such.json"), (["completion", "tcsh"], "bash, zsh or fish"), (["help", "sacn"], "did you mean 'scan'")):
        refused(*args, says=re.escape(says))


@test
def a_form_that_does_not_exist_is_refused_by_every_command_about_registers():
    empty = root({})
    for args in (["log"], ["diff", "0"], ["show", "x"], ["status"], ["reports", "x", "y"]):
        refused("register", args[0], empty, *args[1:], "--format", "jsn", says="there is no form 'jsn'")


@test
def what_a_terminal_would_obey_is_escaped_in_errors():
    _, _, errors = run("scan", "/no/\x1b[2J\u202e/such")
    assert "\x1b" not in errors and "\u202e" not in errors and "\\x1b" in errors, errors


@test
def options_stand_anywhere_in_every_form():
    forms = (["judge", "--vendor", "kaspersky", "--format", "json", "--as-of", "2017-09-13"],
             ["--format=json", "judge", "--as-of=2017-09-13", "--vendor=kaspersky"],
             ["--vendor=drweb", "judge", "--format=text", "--vendor=kaspersky", "--format=json", "--as-of=2017-09-13", "--"])
    reports = []
    for args in forms:
        doc = json.loads(printed(*args, code=1))
        doc.pop("scan")
        reports.append(doc)
    assert reports[0] == reports[1] == reports[2]
    equal(run("scan", "-qv", "--", "--no-such-target")[0], 2)


@test
def an_exit_status_tells_the_answer():
    judge = ["judge", "--vendor", "kaspersky", "--as-of", "2017-09-13", "--context", AGENCY]
    for args, code in ((judge, 1), (judge + ["--fail-on", "due"], 1), (judge + ["--fail-on", "barred"], 0), (judge + ["--fail-on", "never"], 0),
                       (judge + ["--fail-on", "advised-against"], 1), (["judge", "--vendor", "debian", "--context", AGENCY], 0),
                       (["judge", "--vendor", "nobody at all", "--context", AGENCY], 0),
                       (["judge", "--vendor", "nobody at all", "--context", AGENCY, "--fail-on", "unknown-maker"], 1)):
        equal((args, run(*args)[0]), (args, code))


@test
def an_incomplete_scan_is_3_and_a_finding_wins():
    broken = {"etc/os-release": OS_RELEASE, "var/lib/dpkg/status": "a line without its colon\n\n"}
    scan = ["--context", AGENCY, "--as-of", "2018-01-05"]
    equal(run("scan", root(broken), *scan)[0], 3)
    equal(run("scan", root({**broken, "var/lib/dpkg/status": "a line without its colon\n\n" + stanza("kesl")}), *scan)[0], 1)
    equal(run("scan", root({"etc/os-release": OS_RELEASE}), *scan)[0], 0)


@test
def a_report_is_written_whole_or_not_at_all():
    home = root({"etc/os-release": OS_RELEASE})
    out = SCRATCH / "out" / "report.json"
    out.parent.mkdir()
    refused("scan", "/no/such/target", "--format", "json", "--output", out)
    refused("scan", home, "--output", out.parent)
    refused("scan", home, "--output", out.parent / "no/such/folder.json")
    equal(list(out.parent.iterdir()), [])
    out.write_text("the old report")
    refused("scan", home, "--context", "jurisdiction=narnia", "--output", out)
    equal(out.read_text(), "the old report")
    link = out.parent / "link.json"
    link.symlink_to("report.json")
    equal(printed("scan", home, "--format", "json", "-o", link), "")
    assert link.is_symlink() and json.loads(out.read_text())["hallmark"]
    equal(sorted(path.name for path in out.parent.iterdir()), ["link.json", "report.json"])
    equal(printed("scan", home, "--output", "/dev/null"), "")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@test
def a_reader_who_goes_away_is_no_failure_and_a_full_disk_is():
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([HALLMARK, "policies", "words"], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    equal((done.returncode, done.stderr), (0, b""))
    with open("/dev/full", "wb") as full:
        done = subprocess.run([HALLMARK, "vendors"], stdout=full, stderr=subprocess.PIPE)
    equal(done.returncode, 2)
    assert b"standard output: No space left on device" in done.stderr, done.stderr
    done = subprocess.run(["sh", "-c", '"$0" vendors >&-', HALLMARK], stderr=subprocess.PIPE)
    equal(done.returncode, 2)


@test
def the_data_is_found_from_any_folder_and_its_absence_said():
    assert "kaspersky" in printed("vendors", "-q", cwd="/")
    refused("vendors", env={"HALLMARK_DATA": "/no/such"}, says="HALLMARK_DATA")
    code, out, _ = run("--version", env={"HALLMARK_DATA": "/no/such"})
    assert code == 0 and re.fullmatch(r"hallmark \d+\.\d+\.\d+\n", out), out


@test
def colour_is_for_terminals_that_want_it():
    import pty
    for env, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        try:
            mine, theirs = pty.openpty()
        except OSError as why:
            raise Skip(f"no terminal to be had: {why}")
        child = subprocess.Popen([HALLMARK, "judge", "--vendor", "kaspersky", "--as-of", "2017-09-13"], stdout=theirs,
                                 env={k: v for k, v in os.environ.items() if k != "NO_COLOR"} | env)
        os.close(theirs)
        text = b""
        try:
            while piece := os.read(mine, 4096):
                text += piece
        except OSError:
            pass
        os.close(mine)
        child.wait()
        equal((env, b"\x1b[" in text), (env, coloured))
    assert "\x1b" not in printed("judge", "--vendor", "kaspersky", "--as-of", "2017-09-13", code=1)


@test
def judge_answers_for_a_product_that_is_only_thought_of():
    doc = report("judge", "--vendor", "Kaspersky Lab", "--name", "Kaspersky Endpoint Security for Linux", "--product-version", "10",
                 "--context", AGENCY, "--as-of", "2017-09-13")
    product = doc["products"][0]
    equal((doc["target"], len(doc["products"]), doc["_exit"]), (None, 1, 1))
    equal((product["vendor"], product["status"], product["title"], product["version"]),
          ("kaspersky", "due", "Kaspersky Endpoint Security for Linux", "10"))
    equal([step["by"] for step in product["steps"]][:3], ["2017-10-13", "2017-11-12", "2017-12-12"])
    embedded = report("judge", "--vendor", "kaspersky", "--presence", "embedded", "--context", AGENCY, "--as-of", "2017-12-11")
    equal(embedded["products"][0]["presence"], "embedded")
    assert embedded["products"][0]["answers"]["use"]["answer"] in ("yes", "no-rule")
    unknown = report("judge", "--vendor", "Kaspersy", "--context", AGENCY)
    equal((unknown["products"][0]["status"], unknown["products"][0]["vendor"]), ("unknown-maker", None))
    assert "did you mean 'kaspersky'" in unknown["summary"]["warnings"][-1].lower(), unknown["summary"]


@test
def the_bank_of_2017_answers_by_customer():
    for customer, answer in (("new", "no"), ("existing", "no-rule")):
        doc = report("judge", "--vendor", "kaspersky", "--context", f"jurisdiction=uk,organisation=bank,customer={customer}",
                     "--as-of", "2017-12-03", "--policy", EXAMPLE / "bank.yaml")
        equal(doc["products"][0]["answers"]["offer"]["answer"], answer)


@test
def the_example_of_2017_shows_what_its_readme_says():
    seen = {}
    for date in ("2017-07-01", "2017-09-13", "2018-01-05", "2018-10-02"):
        doc = report("scan", EXAMPLE / "root", "--context", EXAMPLE / "agency.yaml", "--as-of", date)
        equal(doc["coverage"]["not_read"], [])
        seen[date] = {p["name"]: (p["presence"], p["answers"]["use"]["answer"]) for p in doc["products"] if p["vendor"] == "kaspersky"}
        near = {p["name"]: p["status"] for p in doc["products"] if p["vendor"] != "kaspersky"}
        equal({n for n, status in near.items() if status not in ("unregulated", "unknown-maker")}, set())
        assert {"klibc-utils", "keslint", "fonts-kaspersky-articles", "modemmanager", "usb-modeswitch", "musl"} <= near.keys(), near
    installed, residue, embedded = ("kesl", "installed"), ("klnagent", "residue"), ("kaspersky/bases", "embedded")
    for date, answers in (("2017-07-01", "no-rule no-rule no-rule"), ("2017-09-13", "due due no-rule"),
                          ("2018-01-05", "no no due"), ("2018-10-02", "no no no")):
        found = sorted(seen[date].values())
        expected = sorted(zip(("installed", "residue", "embedded"), answers.split()))
        equal((date, found), (date, expected))


@test
def explain_tells_every_rule_and_where_the_report_differs():
    path = SCRATCH / "explained.json"
    run("scan", EXAMPLE / "root", "--context", EXAMPLE / "agency.yaml", "--as-of", "2018-01-05", "--format", "json", "-o", path)
    doc = json.loads(path.read_text())
    kesl = next(p for p in doc["products"] if p["name"] == "kesl")
    text = printed("explain", path, kesl["id"])
    equal(text, printed("explain", path, "kesl"))
    flat = " ".join(text.split())
    for words in ("us-dhs-bod-17-01", "BARRED", "Claims about the maker", "AO Kaspersky Lab", "Rules tried", "uk-ncsc-2017-12", "pkg:deb/debian/kesl@"):
        assert words in flat, words
    assert "Not as the report has it" not in flat
    kesl["status"] = "unregulated"
    kesl["answers"]["use"]["answer"] = "yes"
    path.write_text(json.dumps(doc))
    assert "its status was unregulated, the policies here say barred" in printed("explain", path, "kesl")
    refused("explain", path, "kels", says="did you mean 'kesl'")
    path.write_text(json.dumps(doc)[:-20])
    refused("explain", path, "kesl", says="no JSON report")


@test
def vendors_tells_facts_with_their_sources():
    ids = printed("vendors", "-q").split()
    equal(ids, sorted(ids))
    assert {"kaspersky", "huawei", "zte", "hikvision", "dahua", "drweb", "debian"} <= set(ids)
    by_alias = printed("vendors", "\u041b\u0430\u0431\u043e\u0440\u0430\u0442\u043e\u0440\u0438\u044f \u041a\u0430\u0441\u043f\u0435\u0440\u0441\u043a\u043e\u0433\u043e")
    equal(by_alias, printed("vendors", "kaspersky"))
    for words in ("AO Kaspersky Lab", "Binding Operational Directive 17-01", "jurisdictions", "marks"):
        assert words in by_alias, words


@test
def policies_tells_and_checks():
    assert "us-dhs-bod-17-01" in printed("policies", "-q").split()
    text = printed("policies", "us-dhs-bod-17-01")
    for words in ("2017-10-13", "2017-11-12", "2017-12-12", "federal-civilian"):
        assert words in text, words
    assert "organisation=federal-civilian" in printed("policies", "words", "-q").split()
    assert "no error" in printed("policies", "check", EXAMPLE / "bank.yaml")
    bad = SCRATCH / "bad.yaml"
    bad.write_text("id: x\neffects: [\n  use: maybe\n")
    refused("policies", "check", bad, says=r"bad\.yaml:\d+:\d+: ")
    bad.write_text((EXAMPLE / "bank.yaml").read_text().replace("offer: no}", "offer: perhaps}"))
    refused("policies", "check", bad, says=r"bad\.yaml:\d+:\d+: .*perhaps")
    bad.write_text("id: x\n")
    code, out, errors = run("policies", "check", bad)
    equal((code, len(errors.splitlines())), (2, 1))
    assert len(out.splitlines()) > 3 and all(re.match(r".*bad\.yaml:\d+:\d+: ", line) for line in out.splitlines()), out


def commands(*group):
    """Every command as a list of words, those of groups after their group; and which are groups."""
    found, groups = [], []
    for name in re.findall(r"^  ([\w-]+)  ", printed("help", *group).split("Examples")[0], re.M):
        if printed("help", *group, name).startswith(f"usage: hallmark {name} COMMAND"):
            groups.append(name)
            found += [[name, inner[0]] for inner in commands(name)[0]]
        else:
            found.append([name])
    return found, groups


@test
def every_command_tells_its_options_and_has_them_in_the_manual():
    manual = printed("help", "--man").replace("\\-", "-")
    found, groups = commands()
    assert len(found) >= 8, found
    for group in groups:
        equal(printed(group), printed("help", group))
        equal(printed(group), printed(group, "--help"))
        refused(group, "no-such-command", says=f"there is no command '{group} no-such-command'")
        assert f".SS hallmark {group} COMMAND\n" in manual
    for words in found:
        command = " ".join(words)
        text = printed("help", *words)
        equal(text, printed(*words, "--help"))
        assert text.startswith(f"usage: hallmark {command} [OPTIONS]"), text
        needed = re.findall(r" (--[a-z-]+) ", text.splitlines()[0])
        code, out, errors = run(*words, *["x"] * len(re.findall(r"(?<=[ \]])(?!\[)[A-Z][A-Z|a-z.-]*", re.sub(r"--\S+ \S+", "", text.splitlines()[0]))))
        if needed:
            equal((code, out), (2, ""))
            assert errors.startswith(f"hallmark: {needed[0]} is missing; usage: hallmark {command} {needed[0]} "), errors
        options = re.findall(r"--[a-z][a-z-]+", text.split("Options\n")[1].split("\n\n")[0])
        assert "--help" in options
        for option in options:
            assert option in manual, option
        assert f".SS hallmark {command}" in manual
    equal(printed("--help"), printed("help"))


@test
def the_manual_page_is_clean_roff():
    if not shutil.which("groff"):
        raise Skip("groff is not installed")
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"], input=printed("help", "--man").encode(), capture_output=True)
    equal((done.returncode, done.stderr), (0, b""))


def completes(line):
    """What bash offers at the end of the line."""
    words = re.findall(r"=|[^\s=]+", line) + ([""] if line.endswith((" ", "=")) else [])
    script = SCRATCH / "completion.bash"
    script.write_text(printed("completion", "bash"))
    quoted = " ".join(f"'{word}'" for word in words)
    code = f'PATH="{Path(HALLMARK).parent}:$PATH"; source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; ' \
           'compopt() { :; }; _hallmark; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True)
    equal(done.stderr, "")
    return done.stdout.split()


@test
def bash_completes_commands_options_and_words():
    equal(completes("hallmark sc"), ["scan"])
    equal(completes("hallmark scan --form"), ["--format"])
    equal(completes("hallmark scan --format "), ["text", "json"])
    equal(completes("hallmark scan --format="), ["text", "json"])
    equal(completes("hallmark scan --format=js"), ["json"])
    equal(completes("hallmark judge --vendor kasp"), ["kaspersky"])
    equal(completes("hallmark judge --category antiv"), ["antivirus"])
    equal(completes("hallmark policies us-dhs-bod"), ["us-dhs-bod-17-01"])
    equal(completes("hallmark completion "), ["bash", "zsh", "fish"])


@test
def completions_are_sound_scripts():
    checked = []
    for shell in ("bash", "zsh", "fish"):
        script = SCRATCH / f"completion.{shell}"
        script.write_text(printed("completion", shell))
        if shutil.which(shell):
            done = subprocess.run([shell, "-n", script], capture_output=True, text=True)
            equal((shell, done.returncode, done.stderr), (shell, 0, ""))
            checked.append(shell)
    assert "bash" in checked


@test
def formats_lists_what_the_tables_hold():
    tables = (("format/formats.def", "FORMAT"), ("inventory/catalogers.def", "CATALOGER"), ("report/reports.def", "REPORT"),
              ("imports/imports.def", "IMPORT"), ("exports/exports.def", "EXPORT"))
    held = [re.findall(rf"^{word}\((\w+)\)", (SOURCE / "src" / file).read_text(), re.M) for file, word in tables]
    assert all(held)
    equal(len(re.findall(r"^  \S", printed("formats"), re.M)), sum(map(len, held)))


main()
