#!/usr/bin/env python3
"""Every message of the program stands in French: translations.py ROOT.

`xgettext` collects what is given to tr() and N_(); msgcmp then insists that po/fr.po has them
all, none fuzzy, and msgfmt that formats agree. Prints what to add to po/fr.po."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = sys.argv[1]
KEYWORDS = ["-k", "-kN_", "-ktr:2", "-kcatalog_get:2", "--flag=tr:2:pass-c-format"]


def run(*words):
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True)


def sources():
    for folder, _, names in os.walk(os.path.join(ROOT, "src")):
        for name in sorted(names):
            if name.endswith((".c", ".h", ".def")):
                yield os.path.relpath(os.path.join(folder, name), ROOT)


def messages(po):
    """The ids of a catalogue, as it writes them."""
    text = run("msgcat", "--no-wrap", "--no-location", po).stdout
    return set(re.findall(r'^msgid (.*?)\nmsgstr', text, re.M | re.S)) - {'""'}


def spaces(po):
    """French sets a no-break space before : ; ? ! and inside quotation marks."""
    text = run("msgcat", "--no-wrap", po).stdout
    translations = re.findall(r'^msgstr (.*?)(?:\n\n|\Z)', text, re.M | re.S)
    return [t for t in translations[1:] if re.search(r" [:;?!»]|« ", t)]


def main():
    if not shutil.which("xgettext"):
        print("SKIPPED: gettext is not installed; nobody looked for untranslated messages")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        pot = os.path.join(folder, "limier.pot")
        made = run("xgettext", "--from-code=UTF-8", "-L", "C", *KEYWORDS, "--add-comments=fr:",
                   "-o", pot, *sources())
        assert made.returncode == 0, made.stderr
        wanted, there = messages(pot), messages("po/fr.po")
        assert len(wanted) > 100, "xgettext found next to nothing"
        compared = run("msgcmp", "po/fr.po", pot)
        checked = run("msgfmt", "--check-format", "-o", os.devnull, "po/fr.po")
    missing, surplus, wrong = sorted(wanted - there), sorted(there - wanted), spaces("po/fr.po")
    for kind, found in (("missing", missing), ("no longer used", surplus), ("blanks", wrong)):
        for message in found:
            print("%s: %s" % (kind, message))
    print(compared.stderr + checked.stderr, end="")
    ok = not missing and not surplus and not wrong and compared.returncode == 0
    ok = ok and checked.returncode == 0
    print("%d messages, %s" % (len(wanted), "all in French" if ok else "NOT all in French"))
    return 0 if ok else 1


sys.exit(main())
