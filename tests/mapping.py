"""The map function, read from its document: docs/mapfn-1.txt is taken by its word, its table by its rows.

Nothing here knows a type, a line or a template that the document does not name. `keys(entry)` is the
set of index keys of an entry's bytes."""
import base64
import datetime
import hashlib
import itertools
import re

SPACE = {*range(0x09, 0x0e), 0x20, 0x85, 0xa0, 0x1680, *range(0x2000, 0x200b), 0x2028, 0x2029, 0x202f, 0x205f, 0x3000}
UNCLEAN = {*range(0x20), *range(0x7f, 0xa0), 0x61c, 0x200e, 0x200f, *range(0x2028, 0x202f), *range(0x2066, 0x206a), 0xfeff}
FIELD_P = 2 ** 255 - 19
SMALL_ORDER = {0, 1, FIELD_P - 1,
               *(int.from_bytes(bytes.fromhex(y), "little") for y in
                 ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"))}
LOWER = bytes(c + 32 if 65 <= c <= 90 else c for c in range(256))
ANSWER = rb"(?:yes|no|risk-decision|none)"
UNKNOWN = {b"type:unknown"}


def points(raw):
    """The code points, or None where the bytes are not UTF-8."""
    try:
        return [ord(c) for c in raw.decode("utf-8")]
    except UnicodeDecodeError:
        return None


def is_clean(raw):
    found = points(raw)
    return found is not None and not UNCLEAN.intersection(found)


def unbase64(raw):
    if not re.fullmatch(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", raw):
        return None
    value = base64.b64decode(raw)
    return value if base64.b64encode(value) == raw else None


def tokens(raw):
    return [run.translate(LOWER) for run in re.findall(rb"[A-Za-z0-9\x80-\xff]+", raw)]


def is_id(raw):
    return len(raw) <= 128 and bool(re.fullmatch(rb"[a-z0-9][a-z0-9._/-]*", raw))


def is_text(raw):
    return 1 <= len(raw) <= 1024 and not raw.startswith(b" ") and not raw.endswith(b" ") and is_clean(raw)


def is_date(raw):
    if not re.fullmatch(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw) or not b"1900" <= raw[:4] <= b"2999":
        return False
    try:
        datetime.date.fromisoformat(raw.decode())
    except ValueError:
        return False
    return True


def is_digest(raw):
    return bool(re.fullmatch(rb"sha256:[0-9a-f]{64}", raw))


def is_count(raw):
    return bool(re.fullmatch(rb"0|[1-9][0-9]{0,17}", raw))


def is_vkey(raw):
    name, plus, rest = raw.partition(b"+")
    key_id, other, encoded = rest.partition(b"+")
    key = unbase64(encoded)
    if not (plus and other and 1 <= len(name) <= 255 and is_clean(name)) or SPACE.intersection(points(name)):
        return False
    if key is None or len(key) != 33 or key[0] != 1:
        return False
    if key_id.decode("latin1") != hashlib.sha256(name + b"\n" + key).hexdigest()[:8]:
        return False
    y = int.from_bytes(key[1:], "little") & (2 ** 255 - 1)
    return y < FIELD_P and y not in SMALL_ORDER


def is_step(raw):
    found = re.fullmatch(rb"([^ ]+) ([^ ]+)(?: repeat P[1-9][0-9]{0,3}D)?", raw)
    return bool(found) and is_id(found[1]) and is_date(found[2])


def is_state(raw):
    found = re.fullmatch(rb"([^ ]+) claim=%s procure=%s use=%s" % (ANSWER, ANSWER, ANSWER), raw)
    return bool(found) and is_id(found[1])


def is_file(raw):
    digest, _, path = raw.partition(b" ")
    return (is_digest(digest) and 1 <= len(path) <= 1024 and is_clean(path) and b" " not in path and b"\\" not in path
            and not {b"", b".", b".."}.intersection(path.split(b"/")))


def is_pair(raw):
    name, sign, text = raw.partition(b"=")
    return bool(sign) and is_id(name) and is_text(text)


KINDS = {"id": is_id, "text": is_text, "date": is_date, "digest": is_digest, "count": is_count, "vkey": is_vkey,
         "token": lambda raw: len(raw) <= 1024 and tokens(raw) == [raw] and is_clean(raw),
         "step": is_step, "state": is_state, "base64": lambda raw: bool(unbase64(raw)),
         "hex": lambda raw: bool(re.fullmatch(rb"(?:[0-9a-f]{2}){1,512}", raw)), "file": is_file, "pair": is_pair}
NAMES = {"step": lambda raw: raw.split(b" ")[0], "state": lambda raw: raw.split(b" ")[0],
         "pair": lambda raw: raw.split(b"=")[0], "file": lambda raw: raw.partition(b" ")[2]}


class Map:
    def __init__(self, document):
        self.types = {}
        section = document[document.index("\n5. Types"):document.index("\n6. Canonical")]
        for block in section.split("\n\n")[2:]:
            name, *rows = block.strip("\n").split("\n")
            if re.fullmatch(r"[a-z-]+", name):
                self.types[name] = self.read_type(rows)

    @staticmethod
    def read_type(rows):
        found = {"lines": {}, "rules": [], "templates": []}
        for row in rows:
            line = re.fullmatch(r"    ([a-z-]+) +(!?)(\*?) +([a-z0-9]+)(?:: (.*))?", row)
            if line:
                found["lines"][line[1]] = {"must": bool(line[2]), "many": bool(line[3]), "kind": line[4],
                                           "words": (line[5] or "").split()}
            elif row.startswith("  rule "):
                found["rules"].append(row[7:])
            elif row.startswith("  key  "):
                found["templates"].append(row[7:])
            else:
                raise ValueError(f"no row of a type: {row!r}")
        return found

    def keys(self, entry):
        if self.is_index_entry(entry):
            return set()
        text = self.text_of_note(entry)
        found = None if text is None else self.record(text)
        return UNKNOWN if found is None else self.record_keys(*found)

    @staticmethod
    def is_index_entry(entry):
        found = re.fullmatch(rb"hallmark/index/v1\ncovers (.*)\nkeys (.*)\nroot (.*)\nmapfn (.*)\n", entry)
        return (bool(found) and is_count(found[1]) and is_count(found[2]) and len(unbase64(found[3]) or b"") == 32
                and is_digest(found[4]))

    @staticmethod
    def text_of_note(entry):
        found = points(entry)
        end = entry.rfind(b"\n\n")
        if len(entry) > 65535 or found is None or any(c < 0x20 and c != 0x0a for c in found):
            return None
        if end < 0 or end + 2 == len(entry) or not entry.endswith(b"\n"):
            return None
        lines = entry[end + 2:-1].split(b"\n")
        for line in lines:
            parts = re.fullmatch("— ".encode() + rb"([^ +]+) ([^ ]+)", line)
            if not parts or len(line) + 1 > 8192 or SPACE.intersection(points(parts[1])):
                return None
            if len(unbase64(parts[2]) or b"") <= 4:
                return None
        return entry[:end + 1] if len(lines) <= 64 else None

    def record(self, text):
        """(type, values by line), or None where the text is no record."""
        first, *rest = text.split(b"\n")
        name = re.fullmatch(rb"hallmark/([a-z-]+)/v1", first)
        if not name or rest[-1:] != [b""] or name[1].decode() not in self.types:
            return None
        kind = self.types[name[1].decode()]
        values = self.values(kind["lines"], rest[:-1])
        if values is None or not all(self.holds(rule, values) for rule in kind["rules"]):
            return None
        return name[1].decode(), values

    @staticmethod
    def values(lines, rows):
        order, values, last = list(lines), {}, 0
        for row in rows:
            key, blank, value = row.partition(b" ")
            key = key.decode("latin1")
            if not blank or key not in lines or order.index(key) < last:
                return None
            last, line = order.index(key), lines[key]
            good = value.decode("latin1") in line["words"] if line["kind"] == "word" else KINDS[line["kind"]](value)
            if not good or (key in values and not line["many"]):
                return None
            values.setdefault(key, []).append(value)
        for key, line in lines.items():
            names = [NAMES.get(line["kind"], bytes)(value) for value in values.get(key, [])]
            if len(set(names)) < len(names) or (line["must"] and not names):
                return None
        return values

    def holds(self, rule, values):
        words = re.findall("`([^`]*)`", rule)
        first = values.get(words[0], [b""])
        second = values.get(words[1], [b""]) if len(words) > 1 else [b""]
        if rule.startswith("one of the lines"):
            return any(word in values for word in words)
        if "is not after" in rule:
            return b"" in (first[0], second[0]) or first[0] <= second[0]
        if rule.startswith("no value stands both"):
            return not set(first) & (set(second) - {b""})
        if rule.endswith("must be there"):
            return first[0] != words[1].encode() or all(word in values for word in words[2:])
        if rule.endswith("is 0 or is not there"):
            return first[0] != words[1].encode() or int(values.get(words[2], [b"0"])[0]) == 0
        if "is 1 at least" in rule:
            return words[0] not in values or 1 <= int(first[0]) <= (len(second) if len(words) > 1 else 10 ** 18)
        if rule.startswith("`text` decodes to"):
            return self.opens(values)
        raise ValueError(f"no rule that is known: {rule}")

    def opens(self, values):
        text = unbase64(values["text"][0])
        sealed = hashlib.sha256(bytes.fromhex(values["salt"][0].decode()) + text).hexdigest()
        found = self.record(text)
        return (values["sealed"][0] == b"sha256:" + sealed.encode() and found is not None
                and found[0] not in ("sealed", "opened", "register", "party", "rotation"))

    def record_keys(self, name, values):
        found = {b"type:" + name.encode()}
        for template in self.types[name]["templates"]:
            parts = [self.part(piece, name, values) for piece in re.findall(r"\{[^}]*\}|[^{]+", template)]
            found |= {b"".join(one) for one in itertools.product(*parts)}
        if name == "opened":
            found |= self.record_keys(*self.record(unbase64(values["text"][0])))
        return found

    def part(self, piece, name, values):
        if not piece.startswith("{"):
            return [piece.encode()]
        *how, line = piece[1:-1].split(" ")
        given = values.get(line, [])
        if how == ["tokens"]:
            return [token for value in given for token in tokens(value)]
        if how == ["sha256"]:
            vkey = self.types[name]["lines"][line]["kind"] == "vkey"
            return [hashlib.sha256(v.partition(b"+")[0] if vkey else v).hexdigest().encode() for v in given]
        return given
