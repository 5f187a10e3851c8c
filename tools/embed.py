#!/usr/bin/env python3
"""Puts files into the binary: embed.py OUT.c DEPFILE SYMBOL=PATH[:SUFFIX]...

PATH is a file, or a folder of which every file below with the suffix is taken, in order of name.
The dependency file names the folders too, so that a new file is seen by the next build."""

import os
import sys


def files_of(path, suffix):
    """(name below path, path) of each file, and the folders that were read."""
    if os.path.isfile(path):
        return [(os.path.basename(path), path)], []
    found, folders = [], []
    for folder, _, names in os.walk(path):
        folders.append(folder)
        found += [os.path.join(folder, n) for n in names if n.endswith(suffix)]
    return sorted((os.path.relpath(f, path).replace(os.sep, "/"), f) for f in found), folders


def array_of(symbol, data):
    rows = [",".join(str(b) for b in data[i:i + 24]) for i in range(0, len(data), 24)]
    return "static const uint8_t %s[] = {\n%s};\n" % (symbol, ",\n".join(rows or ["0"]))


def main():
    out, depfile, *wanted = sys.argv[1:]
    text = '#include "cli/embedded.h"\n'
    read = []
    for item in wanted:
        symbol, _, where = item.partition("=")
        path, _, suffix = where.partition(":")
        files, folders = files_of(path, suffix)
        read += folders + [f for _, f in files]
        table = ""
        for i, (name, file) in enumerate(files):
            with open(file, "rb") as f:
                data = f.read()
            text += array_of("%s_%d" % (symbol, i), data)
            table += '    {STR_INIT("%s"), {%s_%d, %d}},\n' % (name, symbol, i, len(data))
        text += "const struct embedded %s[] = {\n%s    {{NULL, 0}, {NULL, 0}},\n};\n" % (symbol, table)
    with open(out, "w") as f:
        f.write(text)
    with open(depfile, "w") as f:
        f.write("%s: %s\n" % (out, " ".join(p.replace(" ", "\\ ") for p in read)))


main()
