"""Whether the second's facts and what hallmark tells as JSON are one statement."""
import datetime


def same(name, found, said):
    if found != said:
        raise AssertionError(f"{name}: the second has {found!r}, hallmark {said!r}")


def instant(seconds):
    if seconds is None:
        return None
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(octets):
    """A witness's name as a report shows it: what is not UTF-8 is escaped."""
    return octets.decode("utf-8", "backslashreplace")


def compare(found, said):
    for name in ("kind", "origin", "size", "simulated_clock"):
        same(name, found[name], said[name])
    same("witnesses", [shown(name) for name in found["witnesses"]], said["witnesses"])
    same("time", instant(found["time"]), said["time"])
    same("liars_survived", found["shared"] - 1 if found["shared"] else None, said["liars_survived"])
    if found["kind"] == "entry":
        same("index", found["index"], said["index"])
        return
    for name in ("key", "present", "postings", "map_digest", "sealed", "object", "object_proved"):
        same(name, found[name], said[name])
    same("further", found["further"], [{"key": one["key"], "postings": one["postings"]} for one in said["further"]])
    same("entries", [one["index"] for one in found["entries"]], [one["index"] for one in said["entries"]])
