#!/usr/bin/env python3
"""How fast, on this machine: `make bench`. Writes logs with the example generator, runs
`limier match` over them with one worker, and prints a table for docs/performance.md.

    bench/run.py BUILD_FOLDER [--size MB]

Bytes are those of records: an event log is padded to blocks, and padding is no work."""

import argparse
import os
import pathlib
import platform
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MB = 1_000_000
CHUNK, FIRST_CHUNK, FIRST_RECORD = 65536, 4096, 512

# Compiles, and asks for logs that no evidence has.
NO_RULE = """title: Nothing
id: 5b7f6a52-6f27-4f0e-9a0f-1b5c8c2f9d11
logsource: {product: none, service: none}
detection:
    selection: {Nothing: nothing}
    condition: selection
level: low
"""


def count_evtx(path):
    """(records, their bytes) of an event log whose writer is our own."""
    data = path.read_bytes()
    records = size = 0
    for chunk in range(FIRST_CHUNK, len(data), CHUNK):
        at = chunk + FIRST_RECORD
        while data[at:at + 4] == b"\x2a\x2a\0\0":
            length = struct.unpack_from("<I", data, at + 4)[0]
            records, size, at = records + 1, size + length, at + length
    return records, size


def count_lines(path):
    data = path.read_bytes()
    return sum(1 for line in data.splitlines() if line and not line.startswith(b"#")), len(data)


class Memory(threading.Thread):
    """The most that a process and its children held together, shared pages counted once."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak = pid, 0

    def family(self):
        try:
            text = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        except OSError:
            return []
        return [self.pid, *map(int, text.split())]

    def run(self):
        while family := self.family():
            total = 0
            for pid in family:
                try:
                    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                        if line.startswith("Pss:"):
                            total += int(line.split()[1]) * 1024
                except OSError:
                    pass
            self.peak = max(self.peak, total)
            time.sleep(0.02)


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(limier, rules, files):
    """Seconds by the clock, seconds of the processor, hits, peak bytes of parent and worker."""
    command = [limier, "match", "--threads", "1", *rules, *files]
    began, used = time.monotonic(), processor_seconds()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)
    memory = Memory(process.pid)
    memory.start()
    hits = sum(1 for _ in process.stdout)
    process.wait()
    return time.monotonic() - began, processor_seconds() - used, hits, memory.peak


def tell_of_scan(limier, evidence):
    """The whole of it: hashes, rules, trail, verdict."""
    began, used = time.monotonic(), processor_seconds()
    process = subprocess.Popen([limier, "scan", evidence, "--format", "json"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    memory = Memory(process.pid)
    memory.start()
    process.wait()
    size = sum(file.stat().st_size for file in evidence.rglob("*") if file.is_file())
    print(f"\n`limier scan` of all {size / MB:.0f} MB, {os.cpu_count()} workers: "
          f"{time.monotonic() - began:.1f} s, {processor_seconds() - used:.1f} s of processor, "
          f"{memory.peak / MB:.0f} MB at most.")


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def made(options, scenario, share=1):
    """The evidence of a scenario, of a share of the size; written once."""
    folder = options.build / f"evidence-{scenario}-{options.size // share}"
    if not folder.exists():
        subprocess.run([options.build / "example/make_example", folder, "--scenario", scenario,
                        "--size", str(options.size // share * MB)], check=True)
    return folder


def main():
    words = argparse.ArgumentParser()
    words.add_argument("build", type=pathlib.Path)
    words.add_argument("--size", type=int, default=int(os.environ.get("SIZE", 400)))
    options = words.parse_args()
    limier = options.build / "src/cli/limier"
    evidence = made(options, "breached")
    webmail = made(options, "webmail", share=3)
    logs = {
        "EVTX": (sorted(evidence.rglob("*.evtx")), count_evtx),
        "W3C (IIS)": (sorted(evidence.rglob("u_ex*.log")), count_lines),
        "combined (nginx)": (sorted(webmail.rglob("access.log*")), count_lines),
        "Exchange HttpProxy": (sorted(evidence.rglob("HttpProxy_*.LOG")), count_lines),
    }
    with tempfile.TemporaryDirectory() as folder:
        nothing = pathlib.Path(folder, "nothing.yml")
        nothing.write_text(NO_RULE)
        one_line = pathlib.Path(folder, "one.jsonl")
        one_line.write_text('{"EventID": 1, "Channel": "Security"}\n')
        rules = {"none": ["-r", nothing], "ours": []}
        shared = os.environ.get("LIMIER_SHARED")
        if shared:
            rules["all public"] = ["-r", pathlib.Path(shared, "corpus/sigma-rules")]
        else:
            print("SKIPPED the public rules: LIMIER_SHARED is not set", file=sys.stderr)
        print(f"{processor()}; {options.size} MB of made-up evidence; load {os.getloadavg()[0]:.1f}. "
              "Speeds are per second of one processor core, beyond what it takes to begin; `start` "
              "is by the clock, from the command to the result on one line.\n")
        print("| log | rules | MB | events | start, s | MB/s | events/s | hits | peak MB |")
        print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for log, (files, count) in logs.items():
            events, size = (sum(column) for column in zip(*map(count, files)))
            for name, words in rules.items():
                start, idle = min(run(limier, words, [one_line])[:2] for _ in range(3))
                _, used, hits, peak = run(limier, words, files)
                work = max(used - idle, 1e-6)
                print(f"| {log} | {name} | {size / MB:.0f} | {events:,} | {start:.2f} "
                      f"| {size / MB / work:.0f} | {events / work:,.0f} | {hits:,} "
                      f"| {peak / MB:.0f} |", flush=True)
        tell_of_scan(limier, evidence)


if __name__ == "__main__":
    main()
