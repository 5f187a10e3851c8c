#!/usr/bin/env python3
"""Every command has a manual page that names all of its options: manuals.py LIMIER MAN."""

import os
import re
import subprocess
import sys

LIMIER, MAN = sys.argv[1:]
ENVIRONMENT = dict(os.environ, LIMIER_LANG="en")


def help_of(*words):
    return subprocess.run([LIMIER, *words, "--help"], capture_output=True, text=True,
                          env=ENVIRONMENT, check=True).stdout


def main():
    wrong = []
    commands = re.findall(r"^    ([a-z]+) +\S", help_of().split("used.\n")[1], re.M)
    assert len(commands) > 5, commands
    for command in commands:
        page = os.path.join(MAN, "limier-%s.1" % command)
        if not os.path.exists(page):
            wrong.append("docs/man/limier-%s.1 is missing" % command)
            continue
        with open(page, encoding="utf-8") as f:
            text = f.read().replace("\\-", "-")
        for option in re.findall(r"^    (?:-\w, |    )(--[\w-]+)", help_of(command), re.M):
            if option not in text:
                wrong.append("docs/man/limier-%s.1 does not name %s" % (command, option))
        if command not in open(os.path.join(MAN, "limier.1"), encoding="utf-8").read():
            wrong.append("docs/man/limier.1 does not name %s" % command)
    print("\n".join(wrong) or "%d manual pages name all options" % len(commands))
    return 1 if wrong else 0


sys.exit(main())
