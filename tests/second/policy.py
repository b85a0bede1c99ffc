"""C2SP tlog-policy: whose signatures make a checkpoint valid, and how much a quorum excludes."""
import re

from second.note import COSIGNER, LOG, Key, must


class Policy:
    def __init__(self, raw):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None
        self.members = set()
        must(re.fullmatch(rb"[\t\n\x20-\x7e\x80-\xff]*", raw), "tlog-policy, character set")
        must(raw == b"" or raw.endswith(b"\n"), "tlog-policy: each line is terminated by newline")
        for line in raw.split(b"\n"):
            words = [word for word in re.split(rb"[ \t]+", line) if word]
            if words and not words[0].startswith(b"#"):
                self.line(words[0], words[1:])
        must(self.quorum is not None, "tlog-policy: exactly one quorum line")

    def line(self, kind, words):
        if kind == b"log":
            must(len(words) in (1, 2), "tlog-policy: log <vkey> [<url>]")
            key = Key(words[0], LOG)
            must(key.public not in [log.public for log in self.logs], "tlog-policy: duplicate log")
            self.logs.append(key)
        elif kind == b"witness":
            must(len(words) in (2, 3), "tlog-policy: witness <name> <vkey> [<url>]")
            self.fresh(words[0])
            key = Key(words[1], COSIGNER)
            must(key.public not in [one.public for one in self.witnesses.values()], "tlog-policy: duplicate witness")
            self.witnesses[words[0]] = key
        elif kind == b"group":
            self.group(words)
        else:
            must(kind == b"quorum" and len(words) == 1 and self.quorum is None, "tlog-policy: exactly one line quorum <name>")
            must(words[0] == b"none" or self.is_known(words[0]), "tlog-policy: quorum of an undefined name")
            self.quorum = words[0]

    def is_known(self, name):
        return name in self.witnesses or name in self.groups

    def fresh(self, name):
        must(name != b"none" and not self.is_known(name), "tlog-policy: the name is taken")

    def group(self, words):
        must(len(words) >= 3, "tlog-policy: group <name> all|any|<k> <name>...")
        name, how, members = words[0], words[1], words[2:]
        self.fresh(name)
        for member in members:
            must(self.is_known(member) and member not in self.members, "tlog-policy: a member is defined before, and is in one group")
            self.members.add(member)
        least = {b"all": len(members), b"any": 1}.get(how)
        if least is None:
            must(re.fullmatch(rb"[1-9][0-9]*", how) and int(how) <= len(members), "tlog-policy: 1 <= k <= n")
            least = int(how)
        self.groups[name] = (least, members)

    def is_met(self, present, name=None):
        """Whether these names of witnesses make the quorum."""
        name = self.quorum if name is None else name
        if name == b"none":
            return True
        if name in self.witnesses:
            return name in present
        least, members = self.groups[name]
        return sum(self.is_met(present, member) for member in members) >= least

    def shared(self, name=None):
        """How many witnesses any two quorums have in common at least."""
        name = self.quorum if name is None else name
        if name == b"none":
            return 0
        if name in self.witnesses:
            return 1
        least, members = self.groups[name]
        return sum(sorted(self.shared(member) for member in members)[:max(0, 2 * least - len(members))])

    def judge(self, checkpoint):
        """(time or None, names of the witnesses that signed then or later); refused where log or quorum is missing."""
        found = checkpoint.note.signed_by([*self.logs, *self.witnesses.values()])
        must(any(log in found and log.name == checkpoint.origin for log in self.logs), "tlog-policy: no log of that origin has signed")
        times = {name: found[key] for name, key in self.witnesses.items() if key in found}
        must(self.is_met(times), "tlog-policy: the quorum has not signed")
        if self.quorum == b"none":
            return None, []
        time = max(t for t in times.values() if self.is_met({name for name, other in times.items() if other >= t}))
        return time, [name for name, other in times.items() if other >= time]
