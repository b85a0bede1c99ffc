"""hallmark register show as a user meets it, and admission as load tells it."""
import json
import tempfile
from pathlib import Path

from tap import *

HOME = tempfile.TemporaryDirectory(prefix="hallmark-show-")
PLACE = Path(HOME.name)
REGISTER = PLACE / "r"
ENTRIES = [
    {"type": "scheme", "id": "cpa", "name": "CPA", "date": "2017-01-02"},
    {"type": "vendor", "id": "northgate", "name": "Northgate Systems Ltd.", "date": "2017-01-03"},
    {"type": "certificate", "id": "cpa/1001", "scheme": "cpa", "vendor": "northgate", "product": "Disk Vault", "version": "4.2",
     "from": "2017-02-01", "until": "2019-02-01"},
    {"type": "suspension", "certificate": "cpa/1001", "reason": "a leak", "until": "2017-04-12", "date": "2017-03-01"},
]


def load(*entries):
    file = PLACE / "entries.jsonl"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return run("register", "load", REGISTER, file, "--key", PLACE / "party.key")


def register():
    if REGISTER.exists():
        return
    for name, use in (("log.example", "log"), ("party.example", "party")):
        equal(run("key", "new", PLACE / f"{use}.key", "--name", name, "--for", use)[0], 0)
    done = run("register", "init", REGISTER, "--origin", "log.example", "--key", PLACE / "log.key", "--admit", PLACE / "party.key")
    equal(done[0], 0)
    equal(load(*ENTRIES)[0], 0)


def show(*args):
    register()
    return run("register", "show", REGISTER, *args)


@test
def a_certificate_on_a_day():
    code, out, errors = show("cpa/1001", "--as-of", "2017-02-15")
    equal((code, errors), (0, ""))
    lines = out.splitlines()
    equal(lines[0], "certificate:cpa/1001  Disk Vault")
    equal(lines[1], "  in-force since 2017-02-01, until 2019-02-01 (as of 2017-02-15)")
    equal(lines[2], "  claim yes, procure yes, use yes")
    assert "suspended" in lines[-2] and "party.example (any)" in lines[-2], lines[-2]
    equal(lines[-1].strip(), "reason a leak; until 2017-04-12")


@test
def as_json():
    code, out, _ = show("certificate:cpa/1001", "--as-of", "2017-03-15", "--format", "json")
    equal(code, 0)
    told = json.loads(out)
    equal((told["state"], told["effects"]["claim"]), ("suspended", "no"))
    equal([entry["state"] for entry in told["entries"]], ["in-force", "suspended"])
    equal(told["entries"][1]["record"], {**ENTRIES[3]})


@test
def a_suspension_that_outlasts_its_day_is_told():
    for day, overdue in (("2017-04-12", False), ("2017-04-13", True)):
        head = show("cpa/1001", "--as-of", day)[1].splitlines()[1]
        equal(head.endswith(f"to be decided by 2017-04-12: overdue (as of {day})"), overdue)
        equal(json.loads(show("cpa/1001", "--as-of", day, "--format", "json")[1]).get("overdue", False), overdue)


@test
def a_list_tells_what_stands_on_it():
    register()
    equal(load({"type": "list", "id": "l", "name": "Products", "date": "2017-03-02"},
               {"type": "listing", "list": "l", "action": "add", "vendor": "northgate", "channel": "reseller", "date": "2017-03-03"},
               {"type": "listing", "list": "l", "action": "add", "token": "vault", "date": "2017-03-03"},
               {"type": "listing", "list": "l", "action": "remove", "vendor": "northgate", "channel": "reseller",
                "reason": "asked to", "date": "2017-04-03"})[0], 0)
    lines = show("l", "--as-of", "2017-05-01")[1].splitlines()
    equal(lines[:4], ["list:l  Products", "  open since 2017-03-02 (as of 2017-05-01)",
                      "  listing vendor northgate, channel reseller: not listed since 2017-04-03",
                      "  listing token vault: listed since 2017-03-03"])
    equal(lines[-1].strip(), "action remove; vendor northgate; channel reseller; reason asked to")
    told = json.loads(show("listed:l:vendor:northgate", "--as-of", "2017-03-31", "--format", "json")[1])
    equal((told["state"], told["since"], told["sealed"]), ("listed", "2017-03-03", 0))
    equal([entry["state"] for entry in told["entries"]], ["listed", "not listed"])


@test
def several_keys_sign_every_line_and_all_are_told():
    register()
    keys = [PLACE / f"{name}.key" for name in ("first", "second")]
    for key in keys:
        equal(run("key", "new", key, "--name", key.stem, "--for", "party")[0], 0)
        equal(run("register", "admit", REGISTER, key, "--as", "authority", "--id", key.stem)[0], 0)
    file = PLACE / "both.jsonl"
    scheme = {"type": "scheme", "name": "Ours", "authority": "second", "date": "2017-01-02"}
    for entry, by, refused in (({"type": "authority", "id": "second", "name": "Second", "date": "2017-01-02"}, keys[1:], ""),
                               ({**scheme, "id": "of-one"}, keys, ""),
                               ({**scheme, "id": "of-two"}, keys[:1], "admission A8: it names the authority 'second'")):
        file.write_text(json.dumps(entry) + "\n")
        code, _, errors = run("register", "load", REGISTER, file, *[word for key in by for word in ("--key", key)])
        equal((code, refused in errors), (1 if refused else 0, True))
    assert "first (authority), second (authority)" in show("scheme:of-one")[1]
    entry = json.loads(show("scheme:of-one", "--format", "json")[1])["entries"][0]
    equal((entry["signer"], entry["also"]), ("first", ["second"]))


@test
def what_is_not_there_is_refused():
    for what in ("nobody", "certificate:cpa/9", "no-such-kind:x"):
        code, out, errors = show(what)
        equal((code, out, len(errors.splitlines())), (2, "", 1))


@test
def a_refused_line_names_number_and_rule():
    register()
    for rule, entry in (("A10", {"type": "suspension", "certificate": "cpa/1001", "reason": "again", "date": "2017-03-02"}),
                        ("A1", {"type": "vendor", "id": "y", "name": "Y", "date": "2017-02-29"}),
                        ("A1", {"type": "vendor", "id": "y", "nmae": "Y", "date": "2017-02-28"}),
                        ("A2", {"type": "index", "covers": 3}),
                        ("A5", {"type": "list", "id": "l", "name": "L", "scheme": "nowhere", "date": "2017-03-02"}),
                        ("A6", {"type": "vendor", "id": "northgate", "name": "Other", "date": "2017-03-02"}),
                        ("A11", {"type": "withdrawal", "certificate": "cpa/1001", "reason": "r", "date": "2017-01-02"})):
        code, out, errors = load(entry)
        equal((code, out), (1, ""))
        assert "line 1: " in errors and f"admission {rule}: " in errors, errors


main()
