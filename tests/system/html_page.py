"""The page for a browser: one file that loads nothing, in which all that is evidence is text."""

import base64
import functools
import hashlib
import html.parser
import json
import pathlib
import re
import shutil
import sys
import tempfile

import kit
from kit import DONE, PARTLY, USAGE, limier, one_line, run_tests, scenario

FOLDER = tempfile.TemporaryDirectory(prefix="limier-html-")
VOID = {"meta", "br", "input"}
TAGS = set("""html head meta title style body a header span b nav ul li main div p h1 h2 h3 h4 dl dt dd i
 small ol section table thead tbody tr th td code time details summary svg desc text line rect circle path g
 script q br""".split())
# What an intruder can put into a log as the name of his program (IIS writes no blanks).
HOSTILE = ("<script>alert(1)</script>", "\"><img/src=x/onerror=alert(1)>", "</script><svg/onload=alert(1)>",
           "'-alert(1)-'&lt;b&gt;&amp;#60;", "\u202egnp.exe\u2066\u200b", "\x1b[31m\x07\x00", "javascript:alert(1)",
           "`<u>`<u>", "<!--", "]]>", "{{7*7}}${7*7}%s%n", "\ufffd\ufeff")


RULE = """title: A needle in a place of some length
id: 2f0f6f5e-24a5-4b9a-8d3c-0a1f7f3e7a11
logsource:
    category: webserver
detection:
    selection:
        cs-uri-stem|contains: needle
    condition: selection
level: high
"""


HOSTILE_RULE = r"""title: "</script></title><script>alert(2)</script>\u202e"
id: 2f0f6f5e-24a5-4b9a-8d3c-0a1f7f3e7a12
author: "<img src=x onerror=alert(3)>"
logsource:
    category: webserver
detection:
    selection:
        c-ip: 203.0.113.77
    condition: selection
level: high
"""


class Page(html.parser.HTMLParser):
    """Well-formed to the letter, and what is in it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.ids, self.said = [], [], [], [], []
        self.scripts, self.styles, self.comments = [], [], 0
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag == "script":
            self.scripts.append((dict(attrs).get("type"), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in ("rect", "line", "circle", "path"), tag
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif self.open and self.open[-1] == "style":
            self.styles.append(data)
        else:
            self.said.append(data)

    def handle_comment(self, data):
        self.comments += 1

    def text(self):
        return " ".join(self.said)

    def rows(self):
        return json.loads(next(s for kind, s in self.scripts if kind == "application/json"))


def written(evidence, name, *words):
    path = pathlib.Path(FOLDER.name, name + ".html")
    run = limier("scan", evidence, "-o", path.with_suffix(".case"), "--html", path, *words)
    assert run.status in (DONE, PARTLY), run.err
    return path


@functools.lru_cache
def breached():
    return written(scenario("proxylogon"), "breached")


@functools.lru_cache
def hostile():
    """The same intrusion; its program calls itself by every hostile name in turn."""
    folder = pathlib.Path(FOLDER.name, "hostile <b>&amp;")
    shutil.copytree(scenario("proxylogon"), folder)
    for log in folder.rglob("u_ex*.log"):
        lines, n = [], 0
        for line in log.read_bytes().split(b"\n"):
            if b"python-requests/2.25.1" in line:
                name = HOSTILE[n % len(HOSTILE)].encode()
                line, n = line.replace(b"python-requests/2.25.1", name), n + 1
            lines.append(line)
        log.write_bytes(b"\n".join(lines))
    rule = pathlib.Path(FOLDER.name, "hostile.yml")
    rule.write_text(HOSTILE_RULE, encoding="utf-8")
    return written(folder, "hostile", "-r", rule)


def many(folder):
    """The page of ten logs with ten thousand findings each."""
    path = folder.with_suffix(".html")
    folder.mkdir(exist_ok=True)
    (folder / "rule.yml").write_text(RULE)
    for day in range(10):
        lines = [f"2021-03-{day + 1:02} {i // 3600:02}:{i // 60 % 60:02}:{i % 60:02} GET /needle/{day}/{i}.aspx "
                 f"203.0.113.{i % 250} Mozilla/5.0 200\n" for i in range(10000)]
        (folder / f"u_ex2103{day + 1:02}.log").write_text(
            "#Fields: date time cs-method cs-uri-stem c-ip cs(User-Agent) sc-status\n" + "".join(lines))
    run = limier("scan", folder, "-r", folder / "rule.yml", "--html", path)
    assert run.status in (DONE, PARTLY), run.err
    return path


def page_of(path):
    return Page(path.read_text(encoding="utf-8"))


def both():
    return page_of(breached()), page_of(hostile())


def it_is_well_formed_and_says_each_id_once(folder):
    for page in both():
        assert set(page.tags) <= TAGS, set(page.tags) - TAGS
        assert len(page.ids) == len(set(page.ids)), "an id stands twice"
        assert page.tags.count("h1") == 1 and page.comments == 0
        targets = [v[1:] for _, name, v in page.attributes if name == "href"]
        assert set(targets) <= set(page.ids), set(targets) - set(page.ids)


def nothing_in_it_loads_or_runs_but_our_own_script(folder):
    for page in both():
        for tag, name, value in page.attributes:
            assert not name.startswith("on") and name not in ("style", "src", "srcset", "action", "ping"), (tag, name)
            assert name != "href" or value.startswith("#"), value
        assert [kind for kind, _ in page.scripts] == ["application/json", None]
        policy = next(v for _, name, v in page.attributes if name == "content" and v.startswith("default-src"))
        for what, text in (("script", page.scripts[1][1]), ("style", page.styles[0])):
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"{what}-src 'sha256-{digest}'" in policy, (what, policy)
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy
    ours = page_of(breached())
    assert ours.scripts[1] == page_of(hostile()).scripts[1] and ours.styles == page_of(hostile()).styles


def what_an_intruder_wrote_is_text_and_can_be_seen(folder):
    page = page_of(hostile())
    raw, text = hostile().read_text(encoding="utf-8"), page.text()
    assert "\\u202egnp.exe" in text and "\\x1b[31m" in text and "<script>alert(1)</script>" in text
    assert "\"><img/src=x/onerror=alert(1)>" in text
    assert "</script></title><script>alert(2)</script>\\u202e" in text
    assert [t for t in page.rows()["titles"] if "alert(2)" in t]
    hidden = re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", raw)
    assert not hidden, set(hidden)
    assert "<" not in next(s for kind, s in page.scripts if kind), "markup in the JSON"


def all_findings_are_in_it_with_their_places(folder):
    report = limier("report", breached().with_suffix(".case"), "--format", "json").json()
    page = page_of(breached()).rows()
    told = {(r[0], r[5], r[6], page["units"][r[4]], page["levels"][r[2]]) for r in page["rows"]}
    assert told == {(f["id"], f["record"], f["offset"], f["unit"], f["rule"]["level"]) for f in report["findings"]}
    assert len(page["rows"]) == len(report["findings"]) > 100


def it_says_what_the_other_reports_say(folder):
    report = limier("report", breached().with_suffix(".case"), "--format", "json").json()
    text = re.sub(r"\s+", " ", page_of(breached()).text()).replace(" ", "").replace("`", "")
    claims = [c["text"] for c in report["verdict"]["sentences"]] + [a["text"] for a in report["actions"]]
    claims += [c["text"] for s in report["story"] for c in s["claims"]]
    claims += [b["text"] for b in report["coverage"]["blind_spots"]]
    for claim in claims:
        assert re.sub(r"[\s`]", "", claim) in text, claim
    for name in [c["name"] for c in report["attribution"]["contenders"]]:
        assert name in text


def the_same_case_gives_the_same_bytes(folder):
    case = breached().with_suffix(".case")
    runs = [limier("report", case, "--format", "html").out for _ in range(2)]
    assert runs[0] == runs[1] == breached().read_bytes()


def it_speaks_french(folder):
    kit.ENVIRONMENT["LIMIER_LANG"] = "fr"
    try:
        page = Page(limier("report", breached().with_suffix(".case"), "--format", "html").text())
    finally:
        kit.ENVIRONMENT["LIMIER_LANG"] = "en"
    assert ("html", "lang", "fr") in page.attributes and "À faire maintenant" in page.text()
    assert "What we could see" not in page.text() and page.rows()["contains"] == "Contient"


def the_mark_is_the_one_that_was_asked_for(folder):
    case = breached().with_suffix(".case")
    for word, name, page in (("green", "TLP:GREEN", "green"), ("amber+strict", "TLP:AMBER+STRICT", "strict"),
                             ("red", "TLP:RED", "red")):
        made = Page(limier("report", case, "--format", "html", "--tlp", word).text())
        assert ("body", "class", "tlp-" + page) in made.attributes and name in made.text()
        assert f'@page {page}{{@top-center{{content:"{name}"' in made.styles[0]


def nothing_found_and_nothing_read_give_a_page_too(folder):
    (folder / "empty").mkdir()
    (folder / "empty" / "x.bin").write_bytes(b"\x00" * 64)
    page = page_of(written(folder / "empty", "empty"))
    assert set(page.tags) <= TAGS and "rows" in page.rows() and page.rows()["rows"] == []


def it_is_not_written_over_evidence_or_the_case(folder):
    log = folder / "e" / "a.log"
    log.parent.mkdir()
    log.write_text("x\n")
    for page in (log, log.parent / "page.html"):
        run = limier("scan", log.parent, "--html", page)
        assert run.status == USAGE and "never written" in one_line(run), run.err
    assert log.read_text() == "x\n"
    run = limier("scan", log, "-o", folder / "x.case", "--html", folder / "e" / ".." / "x.case")
    assert run.status == USAGE and "the case itself" in one_line(run), run.err


def a_hundred_thousand_findings_stay_below_20_mb(folder):
    path = many(folder / "many")
    size, page = path.stat().st_size, page_of(path)
    assert size < 20_000_000, size
    assert len(page.rows()["rows"]) >= 100000 and len(page.tags) < 20000


if __name__ == "__main__":
    sys.exit(run_tests([
        it_is_well_formed_and_says_each_id_once,
        nothing_in_it_loads_or_runs_but_our_own_script,
        what_an_intruder_wrote_is_text_and_can_be_seen,
        all_findings_are_in_it_with_their_places,
        it_says_what_the_other_reports_say,
        the_same_case_gives_the_same_bytes,
        it_speaks_french,
        the_mark_is_the_one_that_was_asked_for,
        nothing_found_and_nothing_read_give_a_page_too,
        it_is_not_written_over_evidence_or_the_case,
        a_hundred_thousand_findings_stay_below_20_mb,
    ]))
