#!/usr/bin/env python3
"""How far healthy servers stay from the thresholds of the trail and of the verdict:
bench/thresholds.py LIMIER MAKE_EXAMPLE [SIGMA_RULES].

Made-up servers to which nobody got in, over seeds and sizes. For each threshold the values below and
above the one in use, and what each would take for a sign. docs/verdict.md tells what came of it."""

import collections
import itertools
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

LIMIER, MAKE_EXAMPLE, *RULES = map(os.path.abspath, sys.argv[1:])
QUIET = ("healthy", "sweep", "scanner", "tester", "backup", "webmail-healthy")
SIZES = [("--requests", n) for n in ("300", "2000", "20000")]
SEEDS = ("1", "2", "3", "4")
PROGRAMS = (".aspx", ".ashx", ".asmx", ".asp", ".php", ".jsp", ".jspx", ".cfm", ".cgi", ".pl", ".py")
FOR_PROGRAMS = ("/ews/", "/microsoft-server-activesync", "/mapi/", "/rpc/", "/autodiscover/",
                "/powershell", "/oab/", "/api/", "/owa/service.svc")
INSIDE = ("10.", "127.", "192.168.", "::1", "fe80")
HOUR, DAY = 3600 * 10**6, 86400 * 10**6

PAGES = """SELECT host, page, address, max(account) AS account, sum(requests) AS requests,
 sum(ok) AS ok, sum(posts) AS posts, sum(minutes) AS minutes, sum(out) AS out, sum(sized) AS sized,
 min(ok_first) AS ok_first FROM visit WHERE page <> '' GROUP BY host, page, address"""
CLIENTS = """SELECT address, sum(requests) AS requests, sum(refused) AS refused, sum(swept) AS swept
 FROM visit WHERE page = '' GROUP BY address"""


def scan(scenario, options, folder, *words):
    evidence, case = os.path.join(folder, "evidence"), os.path.join(folder, "x.case")
    subprocess.run([MAKE_EXAMPLE, evidence, "--scenario", scenario, *options], check=True)
    run = subprocess.run([LIMIER, "scan", evidence, "-o", case, "--format", "json", *words],
                         check=False, capture_output=True)
    return case, json.loads(run.stdout)


def rows(case, query):
    base = sqlite3.connect(case)
    base.row_factory = sqlite3.Row
    return base.execute(query).fetchall()


def is_strange(visit):
    """A program, asked for from outside, by somebody who does not log on."""
    return (visit["page"].lower().endswith(PROGRAMS) and not visit["account"] and visit["address"]
            and not visit["address"].startswith(INSIDE))


def others_of(pages, visit):
    return [v for v in pages[visit["host"], visit["page"].lower()]
            if v["address"] != visit["address"] and v["ok"]]


def as_tunnel(visit, pages):
    return (visit["address"] and not visit["account"] and not others_of(pages, visit)
            and visit["page"].lower().endswith(PROGRAMS)
            and not visit["page"].lower().startswith(FOR_PROGRAMS)
            and visit["posts"] * 5 >= visit["requests"] and visit["ok"] * 10 >= visit["requests"] * 9)


def is_new(visit, pages, others):
    before = [v for v in others_of(pages, visit)
              if not v["address"] or v["ok_first"] < visit["ok_first"]]
    return not before and len(others_of(pages, visit)) <= others


def measure(case, counts):
    visits, clients = rows(case, PAGES), rows(case, CLIENTS)
    pages, alike = collections.defaultdict(list), collections.Counter()
    for visit in visits:
        pages[visit["host"], visit["page"].lower()].append(visit)
        if visit["address"] and visit["sized"] == visit["requests"] == visit["ok"]:
            alike[visit["address"], visit["out"] // visit["requests"]] += 1
    for visit in visits:
        for pace, least in itertools.product((5, 10, 30, 60), (30, 100, 300, 1000)):
            counts["tunnel", pace, least] += bool(
                visit["requests"] >= least and as_tunnel(visit, pages)
                and visit["requests"] >= pace * max(visit["minutes"], 1))
        for uses, others in itertools.product((1, 2, 3, 5), (0, 2, 8)):
            counts["sequel", uses, others] += bool(
                is_strange(visit) and visit["ok"] >= uses and visit["posts"] >= uses
                and is_new(visit, pages, others))
    for least in (2, 3, 5, 10, 20):
        counts["alike", least] += len({who for (who, _), n in alike.items() if n >= least})
    for least in (10, 30, 100, 300):
        sweeps = [c for c in clients if c["refused"] >= least and c["refused"] * 2 >= c["requests"]]
        counts["sweeps", least] += len(sweeps)
        counts["people taken for sweeps", least] += sum(
            c["address"].startswith(("10.20.4.", "198.51.100.")) for c in sweeps)


def seconds(finding):
    clock = finding["time"]
    return int(clock[8:10]) * 86400 + int(clock[11:13]) * 3600 + int(clock[14:16]) * 60


def habits(said, counts, kind):
    """Rules of others of high level that would not be habits of the host: reasons to doubt."""
    by_rule = collections.defaultdict(list)
    for finding in said["findings"]:
        if finding["rule"]["author"] != "limier" and finding["rule"]["level"] == "high":
            by_rule[finding["rule"]["id"]].append(seconds(finding))
    for often, needed in itertools.product((12, 24, 48), (5, 6, 7, 8)):
        for times in by_rule.values():
            first = min(times) // 86400 * 86400
            parts = {(t - first) * 8 // (3 * 86400) for t in times}
            days, span = {t // 86400 for t in times}, [t % 86400 for t in times]
            daily = len(days) >= 3 and max(span) - min(span) <= 600
            counts[kind, often, needed] += (len(times) >= often and len(parts) >= needed) or daily
    counts[kind + ", rules in all"] += len(by_rule)


def main():
    counts = collections.Counter()
    for scenario, size, seed in itertools.product(QUIET, SIZES, SEEDS):
        with tempfile.TemporaryDirectory() as folder:
            case, _ = scan(scenario, [*size, "--seed", seed], folder)
            measure(case, counts)
    for scenario, seed in itertools.product(("backup", "proxylogon"), SEEDS if RULES else ()):
        with tempfile.TemporaryDirectory() as folder:
            _, said = scan(scenario, ["--seed", seed], folder, "-r", RULES[0])
            habits(said, counts, f"habits of {scenario}")
    for what, count in counts.items():
        print(count, *(what if isinstance(what, tuple) else [what]), sep="\t")


if __name__ == "__main__":
    main()
