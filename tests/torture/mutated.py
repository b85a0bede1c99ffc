"""Gives what tests/torture/mutate accepted to the second verifier (tests/second): it must accept it too, and say the
same; and of all that was accepted, no two may contradict each other. What it refused, in samples, the second must
refuse. And the other way round: files of a keeper who lies (tests/second/liar.py) go to both.

usage: python3 tests/torture/mutated.py MUTATE COUNT SEED [REGISTER KEY...]
       python3 tests/torture/mutated.py MUTATE lies COUNT SEED

with HALLMARK, HALLMARK_SOURCE and HALLMARK_FIXTURES as the tests have them; REGISTER is a folder whose proofs of
the KEYs are changed too."""
import json
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from second import forge, liar
from second.compare import compare, same
from second.note import Checkpoint, Refused
from second.policy import Policy
from second.proof import facts

EXAMPLE_MAP = "sha256:f4a90354efdf4050b9cef30e987c17db730d564e098647e2751a4e5b1c58c748"
EXAMPLE = ("absent-listed-token", "present-listed-token", "absent-artefact", "present-artefact")


@dataclass
class Count:
    said: str = ""  # by mutate: how many were tried and accepted
    judged: int = 0  # accepted mutants that differ from their originals
    notes: int = 0  # of them, notes alone
    other: int = 0  # of the proofs, those that say something else than any original
    refused: int = 0  # samples that both refuse


def fixtures(folder):
    """The worked example's files, where it is there."""
    example = folder / "hallmark-example"
    return [((example / f"{name}.tlog-proof").read_bytes(), (example / "policy.txt").read_bytes())
            for name in EXAMPLE if example.exists()]


def forged(document):
    """Files of a small register, under quorums of several shapes."""
    register = forge.Register(document)
    listed, never = b"listed:ncsc-directory:token:northgate", b"listed:ncsc-directory:token:kaspersky"
    two = forge.policy(b"group two 2 w1 w2 w3\nquorum two\n")
    nested = forge.policy(b"group a 2 w1 w2 w3\ngroup b any w4 w5\ngroup c all a b\nquorum c\n", 6)
    for key in (listed, never, b"vendor:northgate", b"type:sealed"):
        yield register.file(register.answer(key, version=1)), two
        yield register.file(register.answer(key, b"list:ncsc-directory", b"vendor-token:kaspersky", entries=True)), two
    times = (forge.NOON, forge.NOON + 60, forge.NOON - 60, forge.NOON + 5, forge.NOON + 7, forge.NOON)
    yield register.file(register.answer(listed), register.cosigned(range(6), times)), nested
    again = register.cosigned() + forge.WITNESSES[0].sign(register.text, forge.NOON + 9)
    yield register.file(register.answer(never), again), two
    yield register.file(register.answer(never), register.cosigned(())), forge.policy(b"quorum none\n")
    empty = forge.Register(document, records=(), origin=b"empty.example")
    log = forge.Signer(empty.origin, b"log", 1)
    yield empty.file(empty.answer(never), empty.cosigned((0,), log=log)), forge.policy(b"quorum w1\n", 1, log)


def frames(stream):
    """(kind, file, policy, what was stated) until the program ends; its exit status tells whether that was the end."""
    while kind := stream.read(1):
        parts = [stream.read(int.from_bytes(stream.read(4), "big")) for _ in range(3)]
        if parts[2]:
            yield kind, *parts


class Judge:
    def __init__(self, seeds, keys, trusted):
        self.keys, self.trusted, self.count, self.truth, self.policies = keys, trusted, Count(), {}, {}
        self.originals = [self.statement(facts(file, Policy(policy), keys, trusted)) for file, policy in seeds]

    @staticmethod
    def statement(found):
        return {name: found[name] for name in ("origin", "size", "time", "witnesses", "shared", "key", "postings", "further", "sealed")}

    def policy(self, raw):
        if len(self.policies) > 4096:
            self.policies.clear()
        if raw not in self.policies:
            self.policies[raw] = Policy(raw)
        return self.policies[raw]

    def judge(self, kind, file, policy, said):
        if kind.islower():
            self.refuse(kind, file, policy)
            return
        self.count.judged += 1
        if kind == b"N":
            self.count.notes += 1
            self.note(file, self.policy(policy), said)
            return
        found = self.facts(file, self.policy(policy))
        compare(found, json.loads(said))
        self.count.other += self.statement(found) not in self.originals
        for one in ({"key": found["key"], "postings": found["postings"]}, *found["further"]):
            place = (found["origin"], found["size"], one["key"])
            same(f"what is said of {place}", self.truth.setdefault(place, one["postings"]), one["postings"])

    def refuse(self, kind, file, policy):
        try:
            found = Policy(policy).judge(Checkpoint(file)) if kind == b"n" else self.facts(file, Policy(policy))
        except Refused:
            self.count.refused += 1
            return
        raise AssertionError(f"the second accepts it: {found}")

    def facts(self, file, policy):
        return facts(file, policy, self.keys, self.trusted)

    @staticmethod
    def note(raw, policy, said):
        checkpoint = Checkpoint(raw)
        time, _ = policy.judge(checkpoint)
        origin, size, root, told, liars = said.split(b"\n")[:5]
        same("origin", checkpoint.origin, origin)
        same("size and root", (checkpoint.size, checkpoint.root.hex()), (int(size), root.decode()))
        same("time", time or 0, int(told))
        same("liars survived", policy.shared() - 1, int(liars))


def hear(judge, seed, run):
    """Judge all that the program tells, to its end; where the two verifiers differ, keep the mutant and say so."""
    for kind, file, policy, said in frames(run.stdout):
        try:
            judge.judge(kind, file, policy, said)
        except (Refused, AssertionError) as why:
            run.kill()
            raise AssertionError(f"{kept(seed, file, policy)}: {why}; hallmark ({kind}): {said.decode()}") from why
    judge.count.said = run.stderr.read().decode().strip()
    if run.wait() != 0:
        raise AssertionError(f"mutate ended with {run.returncode}: {judge.count.said}")
    return judge.count


def torture(program, seeds, rounds, seed, keys, trusted):
    """Counts; an AssertionError where the verifiers differ."""
    seeds = list(seeds)
    judge = Judge(seeds, keys, trusted)
    with tempfile.TemporaryDirectory(prefix="hallmark-mutate-") as folder:
        for number, (file, policy) in enumerate(seeds):
            (Path(folder) / f"{number}.tlog-proof").write_bytes(file)
            (Path(folder) / f"{number}.policy").write_bytes(policy)
        words = [program, folder, str(len(seeds)), str(rounds), str(seed), trusted[0].removeprefix("sha256:")]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            return hear(judge, seed, run)


def lies(program, count, seed, keys, document):
    """As torture, of so many keepers' twenty files each. Two keepers may contradict each other, one may not."""
    dice, trusted, total = random.Random(seed), [EXAMPLE_MAP], Count()
    for _ in range(count):
        keeper = liar.Liar(dice, document)
        asked = b"".join(len(part).to_bytes(4, "big") + part for _ in range(20) for part in (keeper.file(), liar.POLICY))
        with tempfile.TemporaryFile() as told:
            told.write(asked)
            told.seek(0)
            words = [program, "judge", EXAMPLE_MAP.removeprefix("sha256:")]
            with subprocess.Popen(words, stdin=told, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
                found = hear(Judge([], keys, trusted), seed, run)
        total.judged += found.judged
        total.refused += found.refused
    return total


def kept(seed, file, policy):
    place = Path(tempfile.mkdtemp(prefix=f"hallmark-mutant-{seed}-"))
    (place / "file").write_bytes(file)
    (place / "policy").write_bytes(policy)
    return place


def main():
    import tap
    from second.proof import Keys
    document = (tap.SOURCE / "docs/mapfn-1.txt").read_bytes()
    program, rounds, seed, *more = sys.argv[1:]
    if rounds == "lies":
        print(lies(program, int(seed), int(more[0]), Keys(document), document))
        return
    seeds = [*forged(document), *fixtures(Path(tap.os.environ["HALLMARK_FIXTURES"]) / "register")]
    with tempfile.TemporaryDirectory(prefix="hallmark-mutated-") as folder:
        for key in more[1:]:
            for how in ([], ["--plain"], ["--entries"]):
                code, _, errors = tap.run("prove", key, "--register", more[0], "-o", f"{folder}/proof", *how)
                tap.equal((code, key, errors), (0, key, errors))
                seeds.append((Path(f"{folder}/proof").read_bytes(), (Path(more[0]) / "policy.txt").read_bytes()))
    print(torture(program, seeds, int(rounds), int(seed), Keys(document), [EXAMPLE_MAP]))


if __name__ == "__main__":
    main()
