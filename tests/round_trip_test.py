"""A list imported into a register and exported again has every field that it had: told by readers of the lists that
share nothing with the program."""
import csv
import html
import html.parser
import io
import re

from exporting import check_kev, without_blanks
from registering import *

LISTS = FIXTURES / "register/lists"
DAY = "2026-01-01"


def imported(path, word, *args):
    """A new register that has observed the list."""
    if not LISTS.exists():
        raise Skip("the shared fixtures are absent")
    r = Register().init()
    done("register", "import", LISTS / path, "--from", word, "--into", r.dir, "--key", r.party, *args)
    return r


def export(r, form, *args):
    return done("register", "export", r.dir, "--to", form, "--as-of", DAY, *args).stdout.decode()


def name_of(column):
    return re.sub(r"[^a-z0-9.]", "", column.split("/")[0].lower())


def table(r, source):
    """row -> name -> values, from the CSV."""
    lines = list(csv.reader(io.StringIO(export(r, "csv", "--id", source), newline="")))
    rows = {}
    for line in lines[1:]:
        equal(len(line), len(lines[0]))
        fields = rows.setdefault(line[0], {})
        for column, value in zip(lines[0][1:], line[1:]):
            if value != "":
                fields.setdefault(name_of(column), []).append(value)
    equal(len(rows), len(lines) - 1)
    return rows


def leaves(node, name=""):
    """(name, text) of every value of a JSON object that is not empty."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield from leaves(child, f"{name}.{key}" if name else key)
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child, name)
    elif node is not None:
        text = without_blanks(node if isinstance(node, str) else json.dumps(node))
        if text:
            yield name, text


def check_object(source, row, except_for=()):
    wanted = {}
    for name, text in leaves(source):
        wanted.setdefault(name_of(name), []).append(text)
    for name, texts in wanted.items():
        if name not in except_for:
            equal((name, sorted(row.get(name, []))), (name, sorted(texts)))


@test
def kev_comes_back_whole():
    source = json.loads((LISTS / "kev/known_exploited_vulnerabilities.json").read_text("utf-8")) if LISTS.exists() else {}
    r = imported("kev/known_exploited_vulnerabilities.json", "kev")
    back = json.loads(export(r, "kev"))
    check_kev(back, json.loads((LISTS / "kev/known_exploited_vulnerabilities_schema.json").read_text("utf-8")))
    equal(set(back), set(source))
    equal((back["title"], back["count"], back["catalogVersion"]), (source["title"], 1404, source["catalogVersion"]))
    equal(back["dateReleased"][:10], source["dateReleased"][:10])
    wanted = {row["cveID"]: without_blanks(row) for row in source["vulnerabilities"]}
    equal(len(wanted), 1404)
    for row in back["vulnerabilities"]:
        equal(row, wanted.pop(row["cveID"]))
    equal(wanted, {})
    again = Register().init()
    (again.home / "back.json").write_text(json.dumps(back))
    told = json.loads(done("register", "import", again.home / "back.json", "--from", "kev", "--dry-run", "--since",
                           LISTS / "kev/known_exploited_vulnerabilities.json", "--format", "json").stdout)
    equal((told["appeared"], told["changed"], told["disappeared"]), (0, 0, 0))


@test
def fedramp_products_keep_every_member():
    rows = table(imported("fedramp/marketplace_2025-01-30.first12.json", "fedramp"), "fedramp-marketplace")
    data = json.loads((LISTS / "fedramp/marketplace_2025-01-30.first12.json").read_text("utf-8"))["data"]
    equal(len(rows), len(data["Products"]))
    for product in data["Products"]:
        row = rows[product["id"].strip()]
        check_object(product, row)
        for table_name, field in (("AtoMapping", "ato"), ("ReuseMapping", "reuseato")):
            mappings = [m for m in data[table_name] if str(m["id"]).strip() == product["id"].strip()]
            equal(len(row.get(field, [])), len(mappings))
            for mapping in mappings:
                text = "; ".join(f"{k}={without_blanks(str(v))}" for k, v in mapping.items() if k != "id" and str(v).strip())
                assert text in row[field], (text, row[field])


@test
def eucc_certificates_keep_every_member():
    page = json.loads((LISTS / "eucc/enisa_scraped_metadata.json").read_text("utf-8")) if LISTS.exists() else {}
    rows = table(imported("eucc/enisa_scraped_metadata.json", "eucc", "--date", DAY), "enisa-eucc")
    equal(len(rows), 1)
    (row,) = rows.values()
    check_object(page, row)


def check_cell(text, values, where):
    """Every day of a cell (M/D/YYYY, as it is or as imports write days), and every word of its list, is some value."""
    for found in re.finditer(r"(\d\d?)/(\d\d?)/(\d{4})", text):
        month, day, year = map(int, found.groups())
        assert {found.group(), f"{year}-{month:02}-{day:02}"} & values, (where, found.group())
    for part in re.sub(r"\d\d?/\d\d?/\d{4}", " ", text).split(","):
        part = part.strip()
        assert not part or "\ufffd" in part or any(part in value for value in values), (where, part)


@test
def common_criteria_rows_keep_every_cell():
    rows = table(imported("cc/cc_products_active.sample.csv", "cc", "--date", DAY), "cc-active")
    values = {text for row in rows.values() for texts in row.values() for text in texts}
    text = (LISTS / "cc/cc_products_active.sample.csv").read_bytes().decode("utf-8", "replace")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    for line in lines[1:]:
        for cell in line:
            plain = without_blanks(html.unescape(html.unescape(cell)))
            plain = re.sub(r"^http://www.commoncriteriaportal.org:443/", "https://www.commoncriteriaportal.org/", plain)
            check_cell(plain, values | set(re.findall(r"date=([0-9-]+)", " ".join(values))), line[1])


class Cells(html.parser.HTMLParser):
    """The text of every cell, by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        elif tag == "td" and self.rows:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        if tag in ("td", "tr", "table"):
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


@test
def modules_of_cmvp_keep_every_cell():
    for path, source, count in (("fips_modules_active.html", "cmvp-active", 5), ("fips_modules_historical.html", "cmvp-historical", 17),
                                ("fips_mip_2021-12-19.html", "cmvp-mip", 236), ("fips_iut_2021-12-10.html", "cmvp-iut", 173)):
        rows = table(imported("cmvp/" + path, "cmvp", "--date", DAY), source)
        said = [row for key, row in rows.items() if key != "not-displayed"]
        equal(len(said), count)
        values = {text for row in said for texts in row.values() for text in texts}
        cells = 0
        page = (LISTS / "cmvp" / path).read_bytes().decode("utf-8", "replace")
        for row in Cells(page).rows:
            if len(row) < 4:
                continue
            for cell in row:
                check_cell(without_blanks(cell).removesuffix("View Contacts"), values, path)  # a button
                cells += 1
        assert cells >= 4 * count, cells


@test
def any_csv_comes_back_the_same():
    r = Register().init()
    (r.home / "list.csv").write_text('Part,Name,Note\r\n1,"Door, ""big""","two\r\nlines"\r\n2,Window,\r\n', newline="")
    (r.home / "map.yaml").write_text("row: Part\nproduct: Name\nsource: acme\n")
    done("register", "import", r.home / "list.csv", "--from", "csv", "--map", r.home / "map.yaml", "--into", r.dir, "--key", r.party,
         "--date", DAY)
    equal(export(r, "csv", "--id", "acme"), 'row,part,product,note\r\n1,1,"Door, ""big""",two lines\r\n2,2,Window,\r\n')


main()
