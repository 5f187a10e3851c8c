#!/usr/bin/env python3
"""Holds the includes below src/ to the table in docs/architecture.md, which is the only list of
who may include whom. Prints each line that breaks it."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| `(\w+)/` \|[^|]*\| ([^|]*)\|$", re.M)
INCLUDE = re.compile(r'^\s*#\s*include\s+"(\w+)/[^"]+"')


def allowed_includes():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    return {room: {room, *re.findall(r"`(\w+)`", may)} for room, may in ROW.findall(text)}


def main():
    rooms = allowed_includes()
    wrong = []
    for folder in sorted(p.name for p in (ROOT / "src").iterdir() if p.is_dir()):
        if folder not in rooms:
            wrong.append(f"src/{folder}: not in the table of docs/architecture.md")
    for file in sorted((ROOT / "src").rglob("*.[ch]")):
        room = file.relative_to(ROOT / "src").parts[0]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if found and found[1] not in rooms.get(room, ()):
                wrong.append(f"{file.relative_to(ROOT)}:{number}: {room} may not include {found[1]}")
    print("\n".join(wrong) or f"layers: {len(rooms)} rooms, nobody walks back")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
