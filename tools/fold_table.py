#!/usr/bin/env python3
"""Prints src/base/fold.inc: Unicode simple case folding as runs, from Python's unicodedata."""
import sys
import unicodedata


def fold(c):
    s = chr(c)
    for t in (s.casefold(), s.lower()):
        if len(t) == 1:
            return ord(t)
    return c


def runs():
    pairs = [(c, fold(c)) for c in range(0x80, 0x1E944) if not 0xD800 <= c < 0xE000 and fold(c) != c]
    run = None
    for c, to in pairs:
        if run and to - c == run[3] and (run[0] == run[1] and c - run[1] <= 2 or c - run[1] == run[2]):
            run = (run[0], c, c - run[1], run[3])
            continue
        if run:
            yield run
        run = (c, c, 1, to - c)
    yield run


print("/* Made by tools/fold_table.py from Unicode %s: first, last, step, difference. */"
      % unicodedata.unidata_version)
for r in runs():
    print("{0x%04x, 0x%04x, %d, %d}," % r)
