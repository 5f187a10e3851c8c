#!/usr/bin/env python3
"""Compiles each header below src/ by itself: a header includes what it uses."""

import concurrent.futures
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PURE = "base model match formats detect trace judge attribute".split()


def compile_alone(header):
    room = header.relative_to(ROOT / "src").parts[0]
    posix = [] if room in PURE else ["-D_GNU_SOURCE"]
    command = [os.environ.get("CC", "cc"), "-std=c17", "-Wall", "-Wextra", "-Werror", *posix,
               "-Isrc", "-fsyntax-only", "-x", "c", "-"]
    source = f'#include "{header.relative_to(ROOT / "src")}"\n'
    done = subprocess.run(command, input=source, capture_output=True, text=True, cwd=ROOT)
    return done.stderr if done.returncode else ""


def main():
    headers = sorted((ROOT / "src").rglob("*.h"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = [text for text in pool.map(compile_alone, headers) if text]
    print("\n".join(wrong) or f"headers: each of {len(headers)} compiles alone")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
