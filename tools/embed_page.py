#!/usr/bin/env python3
"""Puts the style and the script of the HTML report into the binary: embed_page.py OUT.c CSS JS.

Beside each stands its SHA-256, for the page's content-security policy. What is only for whoever
edits them (comments on lines of their own, indentation) is left out."""

import base64
import hashlib
import re
import sys


def lean(path):
    with open(path, encoding="ascii") as f:
        text = re.sub(r"^\s*/\*.*?\*/\n", "", f.read(), flags=re.M | re.S)
    return "".join(line.strip() + "\n" for line in text.splitlines() if line.strip())


def asset(name, text):
    rows = [", ".join(str(b) for b in text[i:i + 24].encode()) for i in range(0, len(text), 24)]
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return ("static const char %s_text[] = {\n%s};\n" % (name, ",\n".join(rows)) +
            'const struct html_asset %s = {{%s_text, sizeof %s_text}, "%s"};\n'
            % (name, name, name, digest))


def main():
    out, css, js = sys.argv[1:]
    with open(out, "w", encoding="ascii") as f:
        f.write('#include "export/html_assets.h"\n')
        for name, path in (("html_style", css), ("html_script", js)):
            f.write(asset(name, lean(path)))


main()
