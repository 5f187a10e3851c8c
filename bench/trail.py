#!/usr/bin/env python3
"""What following the trail costs beside the first pass: bench/trail.py LIMIER EVIDENCE.

Scans with one worker and watches what the progress line says it does; seconds of processor time a
step, and the share of all passes after the first. EVIDENCE: MAKE_EXAMPLE OUT --scenario proxylogon --size N."""

import argparse
import os
import pty
import subprocess
import sys

STEPS = [b"reading", b"following the trail", b"judging"]


def spent(pid):
    """Processor seconds of a process and of its children that have ended: all of earlier passes."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        times = stat.read().rsplit(")", 1)[1].split()[11:15]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def watch(command):
    """What was spent when each step was first seen on the terminal, and at the end."""
    parent, child = pty.openpty()
    environment = dict(os.environ, LIMIER_LANG="en", TERM="xterm")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=child, stdin=child,
                               env=environment)
    os.close(child)
    seen, text = {}, b""
    while True:
        try:
            text = text[-200:] + os.read(parent, 65536)
        except OSError:
            break
        for step in STEPS:
            if step in text and step not in seen:
                seen[step] = spent(process.pid)
    _, _, usage = os.wait4(process.pid, 0)
    return seen, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("limier")
    parser.add_argument("evidence")
    arguments = parser.parse_args()
    seen, end = watch([arguments.limier, "scan", arguments.evidence, "--threads", "1"])
    if STEPS[1] not in seen:
        sys.exit("no trail was followed")
    trail = seen[STEPS[1]]
    judging = seen.get(STEPS[2], end)
    first = trail - seen.get(STEPS[0], 0)
    print(f"first pass {first:.1f} s, trail {judging - trail:.1f} s "
          f"({100 * (judging - trail) / first:.0f} %), judging {end - judging:.1f} s")


if __name__ == "__main__":
    main()
