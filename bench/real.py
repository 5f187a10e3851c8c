#!/usr/bin/env python3
"""How fast on real event logs, on this machine: `make bench` with LIMIER_SHARED set.

    bench/real.py BUILD_FOLDER [--size MB] [--peers]

Makes two logs of SIZE megabytes of records: *mixed*, the shuffled chunks of all logs in
corpus/evtx, and *Sysmon-heavy*, the recordings of corpus/otrf written as one log; and runs `limier
match` and `limier dump` over them. Peers found in PATH run beside it with --peers (PEERS=1)."""

import argparse
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from run import MB, NO_RULE, processor, processor_seconds, run


def recorded_lines(build):
    return build / "otrf.jsonl"


def make_logs(build, size, shared):
    """name -> (path, megabytes of records). Made once, kept in the build folder."""
    bench = pathlib.Path(__file__).resolve().parent
    mixed, sysmon = build / f"mixed-{size}.evtx", build / f"sysmon-{size}.evtx"
    if not mixed.exists():
        subprocess.run([sys.executable, bench / "mixed_log.py", mixed, str(size),
                        shared / "corpus/evtx"], check=True, stdout=subprocess.DEVNULL)
    if not recorded_lines(build).exists():
        with open(recorded_lines(build), "wb") as lines:
            subprocess.run([build / "src/cli/limier", "dump", shared / "corpus/otrf"],
                           check=False, stdout=lines, stderr=subprocess.DEVNULL)
    if not sysmon.exists():
        with open(recorded_lines(build), "rb") as lines:
            subprocess.run([build / "bench/sysmon_log", sysmon, str(size)], check=True,
                           stdin=lines, stdout=subprocess.DEVNULL)
    return {"mixed": mixed, "Sysmon-heavy": sysmon}


def record_bytes(path):
    """(records, their bytes): as mixed_log.py counts them."""
    records = total = 0
    with open(path, "rb") as log:
        log.seek(4096)
        while len(chunk := log.read(65536)) == 65536:
            at = 512
            while at + 8 <= 65536 and chunk[at:at + 4] == b"\x2a\x2a\0\0":
                length = struct.unpack_from("<I", chunk, at + 4)[0]
                if length < 28 or at + length > 65536:
                    break
                records, total, at = records + 1, total + length, at + length
    return records, total


def hundred_rules(shared, folder):
    """Every so many-th of the public rules, so that they are of all kinds."""
    files = sorted((shared / "corpus/sigma-rules/rules/windows").rglob("*.yml"))
    chosen = pathlib.Path(folder, "hundred")
    chosen.mkdir()
    for file in files[::len(files) // 100][:100]:
        shutil.copy(file, chosen / file.name)
    return chosen


def timed(command):
    began, used = time.monotonic(), processor_seconds()
    subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=False)
    return time.monotonic() - began, processor_seconds() - used


def tell_of_rules(limier, logs, shared, folder):
    nothing = pathlib.Path(folder, "nothing.yml")
    nothing.write_text(NO_RULE)
    one = pathlib.Path(folder, "one.jsonl")
    one.write_text('{"EventID": 1, "Channel": "Security"}\n')
    rules = {"none": nothing, "100 public": hundred_rules(shared, folder),
             "all public": shared / "corpus/sigma-rules"}
    print("| log | rules | start, s | MB/s a core | events/s a core | hits | peak MB |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for log, path in logs.items():
        records, size = record_bytes(path)
        for name, rule in rules.items():
            start, idle = min(run(limier, ["-r", rule], [one])[:2] for _ in range(3))
            _, used, hits, peak = run(limier, ["-r", rule], [path])
            work = max(used - idle, 1e-6)
            print(f"| {log} | {name} | {start:.2f} | {size / MB / work:.0f} | {records / work:,.0f} "
                  f"| {hits:,} | {peak / MB:.0f} |", flush=True)


def tell_of_cores(limier, path, rules):
    one = timed([limier, "match", "--threads", "1", "-r", rules, path])[0]
    two = timed([limier, "match", "--threads", "2", "-r", rules, path])[0]
    print(f"\nTwo workers against one, all rules, by the clock, start included: {one / two:.2f}.")


def tell_of_lines(limier, lines, rules, folder):
    one = pathlib.Path(folder, "one.jsonl")
    size = lines.stat().st_size
    idle = min(run(limier, ["-r", rules], [one])[1] for _ in range(3))
    used, hits = run(limier, ["-r", rules], [lines])[1:3]
    print(f"\nThe recordings as JSON lines ({size / MB:.0f} MB), all rules: "
          f"{size / MB / (used - idle):.0f} MB/s a core, {hits:,} hits.", flush=True)


def forget(path):
    """Out of memory, so that the next one who reads it waits for the disk."""
    with open(path, "rb") as log:
        os.fsync(log.fileno())
        os.posix_fadvise(log.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def tell_of_cold(limier, logs, rules):
    for log, path in logs.items():
        _, size = record_bytes(path)
        forget(path)
        cold, warm = (timed([limier, "match", "-r", rules, path])[0] for _ in range(2))
        print(f"{log}, all rules, all workers, by the clock: {size / MB / cold:.0f} MB/s when the log "
              f"is not in memory yet, {size / MB / warm:.0f} MB/s when it is.", flush=True)


def tell_of_layers(build, logs, shared):
    sources = pathlib.Path(__file__).resolve().parent.parent / "rules/logsources.yml"
    print("\n| log | layer, alone in one process | s | MB/s |\n| --- | --- | ---: | ---: |")
    for log, path in logs.items():
        lines = subprocess.run([build / "bench/layers", sources, shared / "corpus/sigma-rules", path],
                               check=True, text=True, stdout=subprocess.PIPE).stdout.splitlines()
        for line in lines:
            print(f"| {log} | " + " | ".join(line.split("\t")) + " |", flush=True)


def tell_of_dump(limier, logs):
    for log, path in logs.items():
        _, size = record_bytes(path)
        used = timed([limier, "dump", "--threads", "1", path])[1]
        print(f"`limier dump` of {log}: {size / MB / used:.0f} MB/s a core.", flush=True)


def tell_of_peers(logs):
    if not shutil.which("evtx_dump"):
        print("SKIPPED the peers: evtx_dump is not in PATH", file=sys.stderr)
        return
    for log, path in logs.items():
        _, size = record_bytes(path)
        used = timed(["evtx_dump", "-t", "1", "-o", "jsonl", path])[1]
        print(f"`evtx_dump -t 1 -o jsonl` of {log}: {size / MB / used:.0f} MB/s a core.", flush=True)


def main():
    words = argparse.ArgumentParser()
    words.add_argument("build", type=pathlib.Path)
    words.add_argument("--size", type=int, default=int(os.environ.get("SIZE", 1000)))
    words.add_argument("--peers", action="store_true", default=bool(os.environ.get("PEERS")))
    options = words.parse_args()
    if not os.environ.get("LIMIER_SHARED"):
        print("SKIPPED real logs: LIMIER_SHARED is not set", file=sys.stderr)
        return
    shared = pathlib.Path(os.environ["LIMIER_SHARED"])
    limier = options.build / "src/cli/limier"
    logs = make_logs(options.build, options.size, shared)
    print(f"\n{processor()}; logs of {options.size} MB of records; load {os.getloadavg()[0]:.1f}. "
          "Speeds are per second of one processor core, beyond what it takes to begin.\n")
    with tempfile.TemporaryDirectory() as folder:
        tell_of_rules(limier, logs, shared, folder)
        tell_of_lines(limier, recorded_lines(options.build), shared / "corpus/sigma-rules", folder)
    tell_of_cores(limier, logs["mixed"], shared / "corpus/sigma-rules")
    tell_of_cold(limier, logs, shared / "corpus/sigma-rules")
    tell_of_layers(options.build, logs, shared)
    tell_of_dump(limier, logs)
    if options.peers:
        tell_of_peers(logs)


if __name__ == "__main__":
    main()
