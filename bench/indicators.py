#!/usr/bin/env python3
"""What sets of indicators cost a scan: `make bench-indicators LOGS=...`.

    bench/indicators.py BUILD_FOLDER LOG... [--sizes 0,100000,10000000] [--runs 3]

Each LOG is a file or a folder, scanned with one worker against sets of random indicators that
match nothing. Seconds are those of the processor, user and system, the least of all runs, which
take turns; `start` is the same on a log of one line, and is not in the others."""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

# Of a hundred indicators, as feeds have them.
MIX = (("address", 40), ("domain", 30), ("url", 10), ("hash", 15), ("path", 2), ("agent", 2), ("mail", 1))


def word(dice, low=5, high=14):
    return "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(low, high)))


def indicator(dice, kind):
    host = f"{word(dice)}.{word(dice, 3, 9)}.example"
    return {
        "address": lambda: ".".join(str(dice.randint(1, 254)) for _ in range(4)),
        "domain": lambda: host,
        "url": lambda: f"http://{host}/{word(dice)}/{word(dice)}.php",
        "hash": lambda: f"{dice.getrandbits(256):064x}",
        "path": lambda: f"C:\\{word(dice)}\\{word(dice)}.dll",
        "agent": lambda: f"user-agent: {word(dice)}/{dice.randint(1, 99)}.{word(dice)}",
        "mail": lambda: f"{word(dice)}@{host}",
    }[kind]()


def write_list(path, size, dice):
    with path.open("w", encoding="utf-8") as out:
        for kind, share in MIX:
            for _ in range(size * share // 100):
                out.write(indicator(dice, kind) + "\n")


def seconds(limier, words):
    before = os.times()
    done = subprocess.run([str(word) for word in (limier, "scan", "--threads", "1", *words)],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    after = os.times()
    if done.returncode not in (0, 3):
        sys.exit(done.stderr.decode())
    return (after.children_user - before.children_user
            + after.children_system - before.children_system)


def set_of(limier, folder, size):
    """The words that give a scan a compiled set of so many."""
    if size == 0:
        return []
    listed, built = folder / f"{size}.txt", folder / f"{size}.set"
    if not built.exists():
        write_list(listed, size, random.Random(size))
        subprocess.run([limier, "indicators", "build", listed, "-o", built], check=True,
                       stdout=subprocess.DEVNULL)
    return ["-i", built]


def main():
    words = argparse.ArgumentParser()
    words.add_argument("build", type=pathlib.Path)
    words.add_argument("logs", type=pathlib.Path, nargs="+")
    words.add_argument("--sizes", default="0,100000,10000000")
    words.add_argument("--runs", type=int, default=3)
    words.add_argument("--sets", type=pathlib.Path, help="keeps the sets there")
    options = words.parse_args()
    limier = options.build / "src/cli/limier"
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        sets = options.sets or pathlib.Path(folder)
        using = {size: set_of(limier, sets, size) for size in sizes}
        line = pathlib.Path(folder, "one.jsonl")
        line.write_text('{"EventID": 1, "Channel": "Security"}\n')
        print(f"load {os.getloadavg()[0]:.1f}\n")
        print("| evidence | indicators | start, s | scan, s | slower by |")
        print("| --- | ---: | ---: | ---: | ---: |")
        starts = {size: min(seconds(limier, [line, *using[size]]) for _ in range(options.runs))
                  for size in sizes}
        for log in options.logs:
            least = dict.fromkeys(sizes, float("inf"))
            for _ in range(options.runs):
                for size in sizes:
                    least[size] = min(least[size], seconds(limier, [log, *using[size]]))
            alone = least[sizes[0]] - starts[sizes[0]]
            for size in sizes:
                used = least[size] - starts[size]
                print(f"| {log.name} | {size:,} | {starts[size]:.2f} | {used:.2f} "
                      f"| {100 * (used / alone - 1):.1f} % |", flush=True)


if __name__ == "__main__":
    main()
