#!/usr/bin/env python3
"""What following the trail costs beside the first pass: `make bench-trail SIZE=10G`.

    bench/trail.py LIMIER EVIDENCE
    bench/trail.py LIMIER --make MAKE_EXAMPLE --size 10G

Scans with one worker and watches what the progress line says it does; seconds of processor time a
step, and the share of all passes after the first. Without EVIDENCE it writes the example (ProxyLogon)
below the folder for temporary files, and removes it."""

import argparse
import os
import pty
import subprocess
import sys
import tempfile

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


def bytes_of(size):
    """10G is ten thousand million."""
    factors = {"M": 10 ** 6, "G": 10 ** 9}
    return int(size[:-1]) * factors[size[-1]] if size[-1:] in factors else int(size)


def tell(limier, evidence):
    seen, end = watch([limier, "scan", evidence, "--threads", "1"])
    if STEPS[1] not in seen:
        sys.exit("no trail was followed")
    trail = seen[STEPS[1]]
    judging = seen.get(STEPS[2], end)
    first = trail - seen.get(STEPS[0], 0)
    print(f"first pass {first:.1f} s, trail {judging - trail:.1f} s "
          f"({100 * (judging - trail) / first:.0f} %), judging {end - judging:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("limier")
    parser.add_argument("evidence", nargs="?")
    parser.add_argument("--make", help="make_example")
    parser.add_argument("--size", type=bytes_of, default=600 * 10 ** 6)
    arguments = parser.parse_args()
    if arguments.evidence:
        tell(arguments.limier, arguments.evidence)
        return
    with tempfile.TemporaryDirectory() as folder:
        evidence = os.path.join(folder, "evidence")
        subprocess.run([arguments.make, evidence, "--scenario", "proxylogon", "--size",
                        str(arguments.size)], check=True)
        tell(arguments.limier, evidence)


if __name__ == "__main__":
    main()
