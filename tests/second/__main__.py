"""usage: python3 tests/second PROOF --policy FILE [--mapfn DIGEST]... [--entry FILE]"""
import argparse
import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from second.note import Refused
from second.policy import Policy
from second.proof import Keys, facts


def main():
    asked = argparse.ArgumentParser(description="What a proof file of a register proves, by a second implementation.")
    asked.add_argument("proof", type=Path)
    asked.add_argument("--policy", type=Path, required=True)
    asked.add_argument("--mapfn", action="append", default=[])
    asked.add_argument("--entry", type=Path)
    given = asked.parse_args()
    keys = Keys((TESTS.parent / "docs/mapfn-1.txt").read_bytes())
    try:
        found = facts(given.proof.read_bytes(), Policy(given.policy.read_bytes()), keys, given.mapfn,
                      given.entry and given.entry.read_bytes())
    except Refused as why:
        print(f"refused: {why}")
        sys.exit(1)
    json.dump(found, sys.stdout, indent=2, default=lambda octets: octets.decode("utf-8", "backslashreplace"))
    print()


main()
