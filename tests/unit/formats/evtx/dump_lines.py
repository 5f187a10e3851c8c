#!/usr/bin/env python3
"""What `limier dump` prints of real logs: dump_lines.py LIMIER.

Its JSON has the values of the JSON that stands beside each log of the Sigma regression set, which
another reader made; its XML is well-formed, has as many events, and the same values."""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

LIMIER = sys.argv[1]
SHARED = os.environ.get("LIMIER_SHARED")
NAMESPACE = "{http://schemas.microsoft.com/win/2004/08/events/event}"


def dump(*words, **more):
    run = subprocess.run([LIMIER, "dump", *words], capture_output=True, **more)
    assert run.returncode in (0, 3), run.stderr
    return run.stdout.decode("utf-8")


def is_time(text):
    try:
        return datetime.datetime.fromisoformat(text[:26].rstrip("Z"))
    except ValueError:
        return None


def plain(value):
    text = "" if value is None else str(value).strip()
    braces = len(text) == 38 and text[0] == "{" and text[-1] == "}"
    return (text[1:-1] if braces else text).lower()


def same(a, b):
    a, b = plain(a), plain(b)
    return a == b or (is_time(a) is not None and is_time(a) == is_time(b))


def leaves(zone, value):
    """(field, value) of one zone of the other reader's JSON."""
    for name, inner in value.items():
        if name == "#attributes":
            continue
        for one in inner if isinstance(inner, list) else [inner]:
            if not isinstance(one, dict):
                yield name, one
                continue
            for attribute, text in one.get("#attributes", {}).items():
                if zone == "System":
                    yield "%s_%s" % (name, attribute), text
            if "#text" in one:
                texts = one["#text"]
                for text in texts if isinstance(texts, list) else [texts]:
                    yield name, text


def expected(path):
    text, at, decoder = path.read_text(encoding="utf-8"), 0, json.JSONDecoder()
    while text[at:].strip():
        event, end = decoder.raw_decode(text[at:].lstrip())
        at = len(text) - len(text[at:].lstrip()) + end
        yield [leaf for zone, inner in event["Event"].items() if zone[0] != "#"
               for leaf in leaves(zone, inner or {})]


def agrees_with_the_json_beside(logs):
    lines = [json.loads(line) for line in dump(*logs).splitlines()]
    values = 0
    for log in logs:
        mine = [line for line in lines if line["unit"] == str(log)]
        theirs = list(expected(log.with_suffix(".json")))
        assert len(mine) == len(theirs), log
        for line, event in zip(mine, theirs):
            for name, value in event:
                got = line["fields"].get(name)
                got = got if isinstance(got, list) else [got]
                values += 1
                assert any(same(value, one) for one in got), (log, name, value, got)
    assert len(logs) >= 98 and values > 3000, (len(logs), values)


def xml_fields(event):
    for element in event.iter():
        if element.tag == NAMESPACE + "Data":
            yield element.get("Name", "Data"), element.text or ""


def json_fields(line):
    for name, value in line["fields"].items():
        for one in value if isinstance(value, list) else [value]:
            yield name, "" if one is None else str(one)


def readable(text):
    """What XML can hold of a text."""
    return "".join(c if c >= " " and c not in "\ufffe\uffff" or c in "\t\n\r" else "\ufffd"
                   for c in text)


def is_well_formed(logs):
    lines = [json.loads(line) for line in dump(*logs).splitlines()]
    text = dump("--format", "xml", *logs)
    assert text.count("\n") == len(lines)
    events = ElementTree.fromstring("<Events>%s</Events>" % text)
    assert len(events) == len(lines) > 0
    for event, line in zip(events, lines):
        assert event.find(NAMESPACE + "System") is not None
        theirs = {(readable(name), readable(value).lower()) for name, value in json_fields(line)}
        for name, value in xml_fields(event):
            assert (name, value.lower()) in theirs, (line["unit"], line["record"], name, value)


def hostile_text_stays_text():
    odd = "]]></Data></EventData></Event><Event>&amp;\u0001\ufffe\"'\r\n\u2028"
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder, "events.json")
        log.write_text(json.dumps({"Channel": odd, "EventID": 1, "Computer": odd, odd: odd}) + "\n")
        is_well_formed([log])
        piped = dump("-", stdin=open(log, "rb"))
        assert json.loads(piped)["fields"] == json.loads(dump(log))["fields"]


def main():
    hostile_text_stays_text()
    if not SHARED:
        print("1 passed, 0 failed, 2 skipped\nSKIPPED: the shared evidence is not here "
              "(LIMIER_SHARED)")
        return
    corpus = pathlib.Path(SHARED, "corpus")
    agrees_with_the_json_beside([log for log in sorted(corpus.glob("sigma-regression/**/*.evtx"))
                                 if log.with_suffix(".json").exists()])
    is_well_formed(sorted(corpus.glob("**/*.evtx")))
    print("3 passed, 0 failed, 0 skipped")


main()
