"""The map function's document is enough to compute the map: a second implementation, which reads the
document and nothing else of ours, agrees with the first."""
import json
import os
import re

from mapping import Map
from tap import *

SIGNED = ("\n— scheme.example/cpa c3AbxDf54IP/Hcq78R3Yg6Wnqg7V6KbeFQWgGjxxajm/CNDrwpc16J762RmgpHnikNuBkrLTzr5PMn8LUBy/"
          "u2IIZws=\n").encode()
THE_MAP = Map((SOURCE / "docs/mapfn-1.txt").read_text("utf-8"))


def examples():
    """(text, keys) as docs/register-entries.md has them, which the program's own map has written."""
    page = (SOURCE / "docs/register-entries.md").read_text("utf-8")
    found = re.findall(r"```\n(hallmark/.*?)```\n\nmaps to\n\n```\n(.*?)```\n", page, re.S)
    return [(text.encode(), {key.encode() for key in keys.split("\n") if key}) for text, keys in found]


@test
def every_example_maps_as_the_program_says():
    found = examples()
    assert len(found) == len(THE_MAP.types) == 36
    for text, keys in found:
        assert THE_MAP.keys(text + SIGNED) == keys, text


@test
def what_is_no_record_maps_to_unknown():
    for text, _ in examples():
        for bad in (text, text + b"\n" + SIGNED, text + b"colour red\n" + SIGNED, text.replace(b"/v1", b"/v2", 1) + SIGNED,
                    text.replace(b"\n", b"\n\n", 1) + SIGNED, text + SIGNED[:-1], text + SIGNED * 2):
            assert THE_MAP.keys(bad) == {b"type:unknown"}, bad


@test
def the_worked_example_maps_as_published():
    path = Path(os.environ["HALLMARK_FIXTURES"]) / "register/hallmark-example/example.json"
    if not path.exists():
        raise Skip("shared/fixtures is absent")
    example = json.loads(path.read_text("utf-8"))
    added = {2: {b"certified:cpa:vendor:northgate",
                 *(b"certified:cpa:token:" + word for word in (b"disk", b"ltd", b"northgate", b"systems", b"vault"))},
             3: {b"certificate:cpa/1001", b"listing:ncsc-directory"}}
    for place, entry in enumerate(example["entries"]):
        published = {key.encode() for key, postings in example["index_keys"].items() if place in postings}
        assert THE_MAP.keys(entry.encode()) == published | added.get(place, set()), entry


main()
