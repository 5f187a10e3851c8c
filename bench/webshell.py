#!/usr/bin/env python3
"""How well web shells are told from other pages: `make bench-webshell DIR_BAD=... DIR_GOOD=...`.

    bench/webshell.py BUILD_FOLDER DIR_BAD DIR_GOOD [--part tune|report|all] [--out FOLDER]

Prints, by language, how many shells were found (a finding at high or above; at medium or above)
and how many benign pages raised a false alarm, and how fast pages were judged. The lists of what
was missed, what was a false alarm and what was left out, with the reason, go to --out.

Shells are told twice: of all pages of the collections (`raw`), and without those that by a written
criterion, docs/webshells.md, are no web shells that a server could run (`cleaned`).

A page belongs to the part `tune` (60 %) or `report` (40 %) by the hash of its content, so that what
is tuned on is never what is reported. Pages that differ in nothing but blanks, digits and letter
case are one."""

import argparse
import collections
import hashlib
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LEVELS = ["-", "informational", "low", "medium", "high", "critical"]

# What a server would run begins, somewhere, with one of these.
CODE = re.compile(rb"<\?php|<\?=|<\?\s|<%|<script[^>]*runat|<script[^>]*language\s*=\s*.?php|^#!|<cf|<jsp:",
                  re.I | re.M)
PAGES = set(""".php .php3 .php4 .php5 .php7 .phtml .pht .inc .phar .asp .asa .cer .cdx .aspx .ashx .asmx .ascx
    .asax .master .jsp .jspx .jspf .tag .cfm .cfml .cfc .pl .cgi .py .module .install .theme""".split())
# Collections keep shells under harmless names too.
DISGUISED = {".txt", ".jpg", ".jpeg", ".gif", ".png", ".bak", ".html", ".htm", ".ph", ""}
# A shell takes something in, or hides that it does (facts 1 and 2 of docs/webshells.md). Collections
# hold tools, exploits and libraries besides; an image's noise may look like a tag.
INPUT = re.compile(rb"_(GET|POST|REQUEST|COOKIE|FILES|SERVER|SESSION)|php://input|getallheaders|getenv|HTTP_"
                   rb"|request|decode|inflate|rot13|chr\s*\(|\\x[0-9a-f]{2}|strrev|replace|pack|[\"']\s*[\^.]"
                   rb"|~|\$\$|\$\{|argv|param|stdin|environ|form|context|\.text|#@~\^", re.I)
DEED = re.compile(rb"eval|assert|exec|system|passthru|popen|proc_open|`|include|require|create_function|call_user"
                  rb"|array_|usort|uasort|preg_|ob_start|register_|write|put_contents|move_uploaded|saveas|copy"
                  rb"|process|shell|runtime|load|invoke|compile|socket|connect|stream|fopen|unserialize|readobject"
                  rb"|\$\w+\s*\(|\]\s*\(|\)\s*\(|}\s*\(|createobject|execute|script|unlink|delete|open", re.I)
IMAGES = {".jpg", ".jpeg", ".gif", ".png"}
NOT_SHELLS = re.compile(r"(?i)(readme|license|changelog|\.ya?ml$|\.git|/\.idea/)")
SIZE_MAX = 1 << 20

# PHP, of the collections of shells: hand-made rules that ask nothing of the judgement they measure.
PHP_NAME = re.compile(r"(?i)\.(php\d?|phtml|pht)(\.txt)?$")
PHP_CODE = re.compile(rb"<\?(?!xml)|<script[^>]*language\s*=\s*.?php", re.I)
ARGUMENTS = re.compile(rb"\$arg[cv]\b")
WEB_INPUT = re.compile(rb"_(GET|POST|REQUEST|COOKIE|FILES)\b|HTTP_|php://input|getenv|\$\$|\$\{")
INCLUDES = re.compile(rb"(?:require|include)(?:_once)?[\s(]+(?:dirname\(__FILE__\)\s*\.\s*)?[\"'][\w./-]+[\"']")
ACTS = re.compile(rb"eval|assert|system|exec|passthru|popen|proc_open|create_function|move_uploaded|preg_replace"
                  rb"|_decode|inflate|call_user|fopen|file_put|unlink|\$\w+\s*\(|\]\s*\(|`", re.I)
# What makes a page a web shell, by any spelling, or hides that it is one. Mailers, listings, panels,
# clients of databases and defaced front pages do none of it.
DEEDS_OF_A_SHELL = re.compile(
    rb"\beval|assert|create_function|preg_replace|preg_filter|mb_eregi?_replace|call_user|array_(?:map|walk|filter|reduce|u?diff|u?intersect)"
    rb"|\bu[ak]?sort|ob_start|register_\w+_function|_handler|\b(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec|dl|virtual)\s*\("
    rb"|`|move_uploaded_file|\bcopy\s*\(|\brename\s*\(|fopen|fwrite|fputs|file_put_contents|unlink|rmdir|mkdir|chmod|\binclude|\brequire"
    rb"|unserialize|sockopen|socket_|registerPHPFunctions|yaml_parse|\$\w+\s*\(|[\])}]\s*\(|\$\$|\$\{|_decode|inflate|rot13|Reflection"
    rb"|new\s+\$|new\s+COM|pack\s*\(|chr\s*\(|\\x[0-9a-f]", re.I)
NO_CODE = re.compile(rb"/\*.*?\*/|(?://|#)[^\n]*|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.S)
NO_COMMENTS = re.compile(rb"/\*.*?\*/|(?<!:)//[^\n]*", re.S)
HEADER = re.compile(rb"\b(class|interface|trait|function)\b")
HARMLESS = rb"define|defined|class_exists|function_exists|if|elseif|require|require_once|include|include_once" \
           rb"|dirname|array|declare|exit|die|extension_loaded"
TOP_LEVEL = re.compile(rb"\$|`|\b(?:new|echo|print|eval)\b|\b(?!(?:" + HARMLESS + rb")\b)\w+\s*\(", re.I)


def only_defines(data):
    """Whether a page of PHP has nothing outside of its functions and classes that acts."""
    code, top, header, depths = NO_CODE.sub(b"''", data), bytearray(), bytearray(), []
    for c in code:
        inside = any(depths)
        if c == ord("{"):
            depths.append(bool(HEADER.search(header)))
            header.clear()
        elif c == ord("}"):
            depths and depths.pop()
            header.clear()
        elif not inside:
            top.append(c)
            header.append(c)
            if c == ord(";"):
                header.clear()
    plain = re.sub(rb"\bfunction\s+&?\s*\w+\s*\((?:[^()]|\([^()]*\))*\)", b"", bytes(top))
    return bool(HEADER.search(code)) and not TOP_LEVEL.search(plain)


def no_shell_of_php(path, data):
    """Why a file of a collection is no shell that a server could run as PHP, or None."""
    if not PHP_NAME.search(path):
        return None
    if not PHP_CODE.search(data):
        return "PHP by name, code of another language"
    if ARGUMENTS.search(data) and not WEB_INPUT.search(data):
        return "PHP: a program, started by hand"
    if only_defines(data):
        return "PHP: a library, only defines"
    if len(set(INCLUDES.findall(data))) >= 2 and not ACTS.search(data):
        return "PHP: a page of an application that is not there"
    if not DEEDS_OF_A_SHELL.search(NO_COMMENTS.sub(b"", data)):
        return "PHP: does nothing that makes a web shell"
    return None


def left_out(path, data, bad):
    """Why a file takes no part, or None."""
    ext = os.path.splitext(path)[1].lower()
    if not data.strip():
        return "empty"
    if len(data) > SIZE_MAX:
        return "over 1 MiB"
    if NOT_SHELLS.search(path):
        return "documentation or settings"
    if ext not in PAGES and not (ext in DISGUISED and CODE.search(data)):
        return "no page: " + (ext or "no extension")
    if bad and ext not in (".py", ".pl", ".cgi") and not CODE.search(data):
        return "no server code in it"
    if bad and ext in IMAGES and not re.search(rb"<\?php|<%@|<script", data, re.I):
        return "an image without code"
    if bad and ext in (".py", ".pl", ".cgi") and not re.search(rb"content-type|cgi|wsgi|flask|environ", data, re.I):
        return "a program, no page"
    if bad and not INPUT.search(data):
        return "takes nothing in"
    if bad and not DEED.search(data):
        return "does nothing"
    return no_shell_of_php(path, data) if bad else None


def near(data):
    return hashlib.sha1(re.sub(rb"[\s\d]+", b"", data.lower())).digest()


def gather(folder, bad, part):
    seen, pages, out, doubtful = set(), [], [], {}
    for root, dirs, files in os.walk(folder):
        dirs.sort()
        for name in sorted(files):
            path = os.path.join(root, name)
            if os.path.islink(path) or "\n" in path:
                continue
            data = pathlib.Path(path).read_bytes()
            why = left_out(path, data, bad)
            criterion = bool(why) and why.startswith("PHP")
            if why:
                out.append((why, path))
            if why and not criterion:
                continue
            digest = near(data)
            mine = "tune" if digest[0] < 154 else "report"
            if criterion:
                if part in ("all", mine):
                    doubtful.setdefault(digest, path)
                continue
            if digest in seen:
                out.append(("same as another", path))
                continue
            seen.add(digest)
            if part in ("all", mine):
                pages.append(path)
    return pages, out, [path for digest, path in doubtful.items() if digest not in seen]


def judge(build, pages):
    command = [build / "bench" / "judge_pages", ROOT / "rules" / "logsources.yml",
               *sorted((ROOT / "rules" / "webshell").glob("content_*.yml"))]
    done = subprocess.run(command, input="\n".join(pages) + "\n", text=True, capture_output=True,
                          encoding="utf-8", errors="surrogateescape")
    if done.returncode:
        sys.exit(f"judge_pages: {done.returncode} {done.stderr[-2000:]}")
    sys.stderr.write(done.stderr)
    for line in done.stdout.splitlines():
        level, language, took, size, rules, path = line.split("\t")
        yield LEVELS.index(level), language or "none", int(took), int(size), rules, path


def measure(build, pages):
    counts = collections.defaultdict(lambda: [0, 0, 0])
    listed, took, size = [], 0, 0
    for level, language, micro, length, rules, path in judge(build, pages):
        row = counts[language]
        row[0] += 1
        row[1] += level >= LEVELS.index("high")
        row[2] += level >= LEVELS.index("medium")
        took, size = took + micro, size + length
        listed.append((level, language, rules, path))
    return counts, listed, took, size


def table(title, counts, per):
    print(f"\n{title}\n{'language':12} {'pages':>8} {'high+':>8} {'medium+':>8} {'high+ ' + per:>16}")
    rows = sorted(counts.items()) + [("all", [sum(c[i] for c in counts.values()) for i in range(3)])]
    for language, (pages, high, medium) in rows:
        share = 100 * high / max(pages, 1) if per == "%" else 100_000 * high / max(pages, 1)
        print(f"{language:12} {pages:8} {high:8} {medium:8} {share:16.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("bad")
    parser.add_argument("good")
    parser.add_argument("--part", choices=["tune", "report", "all"], default="report")
    parser.add_argument("--out", type=pathlib.Path, default=None)
    args = parser.parse_args()
    out = args.out or args.build / "webshell"
    out.mkdir(parents=True, exist_ok=True)
    with open(out / "left_out.txt", "w", errors="surrogateescape") as excluded:
        for folder, bad in ((args.bad, True), (args.good, False)):
            pages, gone, doubtful = gather(folder, bad, args.part)
            reasons = collections.Counter(why for why, _ in gone)
            print(f"{folder}: {len(pages)} pages; left out: " +
                  ", ".join(f"{n} {why}" for why, n in reasons.most_common()))
            excluded.writelines(f"{why}\t{path}\n" for why, path in gone)
            counts, listed, took, size = measure(args.build, pages)
            table("web shells found" if bad else "false alarms on benign pages", counts,
                  "%" if bad else "per 100,000")
            print(f"{size / 1e6:.1f} MB judged in {took / 1e6:.2f} s of one core: {size / max(took, 1):.0f} MB/s")
            high = LEVELS.index("high")
            if bad:
                found = sum(row[0] >= high for row in judge(args.build, doubtful))
                all_found = found + sum(row[0] >= high for row in listed)
                print(f"by the criterion no web shells: {len(doubtful)}, of which {found} were found; raw: {all_found} of "
                      f"{len(doubtful) + len(pages)}, {100 * all_found / max(len(doubtful) + len(pages), 1):.2f} %")
            name = "missed.txt" if bad else "false_alarms.txt"
            with open(out / name, "w", errors="surrogateescape") as f:
                f.writelines(f"{LEVELS[level]}\t{language}\t{rules}\t{path}\n"
                             for level, language, rules, path in listed if (level < high) == bad)
    print(f"\nlists: {out}")


if __name__ == "__main__":
    main()
