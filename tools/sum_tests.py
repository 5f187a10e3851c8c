#!/usr/bin/env python3
"""Adds up what the tests said, after `meson test`: most end with a line `N passed, N failed,
N skipped`. One without such a line counts as one test; one that ended badly has failed, whatever
it said before.

    tools/sum_tests.py BUILD_FOLDER"""

import json
import pathlib
import re
import sys

COUNTS = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
SKIPPED = re.compile(r"^SKIPPED .*$", re.M)


def counts(run):
    said = COUNTS.findall(run.get("stdout") or "")
    passed, failed = (int(n) for n in said[-1][:2]) if said else (run["result"] == "OK", 0)
    if run["result"] != "OK" and failed == 0:
        failed = 1
    return int(passed), failed


def main():
    log = pathlib.Path(sys.argv[1]) / "meson-logs/testlog.json"
    if not log.exists():
        print("FAILED: no test was run\n0 passed, 1 failed")
        return True
    runs = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    passed = failed = 0
    for run in runs:
        good, bad = counts(run)
        passed += good
        failed += bad
        for line in SKIPPED.findall(run.get("stdout") or ""):
            print(f"{run['name']}: {line}")
        if bad:
            print(f"FAILED in {run['name']} ({run['result']})")
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or passed == 0


if __name__ == "__main__":
    sys.exit(main())
