#!/usr/bin/env python3
"""YARA rules over files, beside Debian's `yara` with the same rules, variables and threads.

    bench/yara.py BUILD_FOLDER RULES_FOLDER FILES_FOLDER

Runs alternate; of each the least processor time counts, since other work on the machine only adds
to it. `yara` knows no name of a file, so it is given one for all: rules that compare names cost it
what they cost limier."""

import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

ROUNDS = 3
THREADS = "2"


def run(command):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, time.monotonic() - began


def main():
    build, rules, files = sys.argv[1:4]
    names = sorted(str(p) for p in pathlib.Path(rules).rglob("*") if p.suffix in (".yar", ".yara"))
    if not shutil.which("yara"):
        sys.exit("bench/yara.py: no `yara` here to compare with")
    given = {"filename": "example-2.so", "filepath": files, "extension": ".so", "filetype": "ELF", "owner": ""}
    theirs = ["yara", "-w", "-r", "-p", THREADS,
              *[word for k, v in given.items() for word in ("-d", f"{k}={v}")],
              *[f"n{i}:{name}" for i, name in enumerate(names)], files]
    ours = [f"{build}/src/cli/limier", "scan", files, "-y", rules, "--threads", THREADS, "--format", "json"]
    size = sum(p.stat().st_size for p in pathlib.Path(files).rglob("*") if p.is_file())
    best = {"limier": (1e9, 1e9), "yara": (1e9, 1e9)}
    for _ in range(ROUNDS):
        best["yara"] = min(best["yara"], run(theirs))
        best["limier"] = min(best["limier"], run(ours))
    for name, (cpu, wall) in best.items():
        print(f"{name:8} {cpu:7.2f} s of processor, {wall:7.2f} s by the clock, "
              f"{size / cpu / 1e6:6.1f} MB a second and core")


if __name__ == "__main__":
    os.environ["LC_ALL"] = "C"
    sys.exit(main())
