"""The recorded ProxyLogon run against what is known of it, row by row."""

import datetime
import functools
import ipaddress
import json
import sys

from kit import limier, run_tests, scan_json, shared

SHELL = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\ohyeah.aspx"


def recording():
    return shared("corpus/otrf/proxylogon_ssrf_rce_poc.zip")


def truth():
    return json.loads(shared("knowledge/proxylogon-truth.json").read_text(encoding="utf-8"))


@functools.lru_cache
def report():
    return scan_json(recording())


def by_record():
    rows = {}
    for finding in report()["findings"]:
        rows.setdefault(finding["record"], []).append(finding)
    return rows


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def every_row_that_proves_something_is_found(_):
    found = by_record()
    missing = [(row["line0"], row["why"]) for row in truth()["must_fire"]
               if row["line0"] + 1 not in found]
    assert not missing, missing


def rows_that_prove_nothing_stay_silent(_):
    found = by_record()
    for row in truth()["must_stay_silent"]:
        loud = found.get(row["line0"] + 1, [])
        assert not loud, (row["why"], [f["rule"]["title"] for f in loud])


def times_are_utc_in_spite_of_the_clock(_):
    found = by_record()
    for row in truth()["must_fire"]:
        utc = moment(row["time_local"]) + datetime.timedelta(hours=5)
        got = [moment(f["time"]) for f in found[row["line0"] + 1]]
        assert all(abs(t - utc) < datetime.timedelta(milliseconds=5) for t in got), (row, got)


def no_remote_attacker_is_invented(_):
    told = [*report()["entities"], *(e for f in report()["findings"] for e in f["entities"])]
    assert report()["entities"], "entities are told"
    for entity in told:
        if entity["kind"] != "address":
            continue
        address = ipaddress.ip_address(entity["value"])
        assert entity["role"] != "attacker" or address.is_loopback, entity
        assert not address.is_global, entity


def no_actor_is_named(_):
    assert not report()["attribution"]["named"], report()["attribution"]


def the_verdict_is_compromised_by_code_that_ran(_):
    verdict = report()["verdict"]
    assert verdict["state"] == "compromised" and verdict["rung"] == 5, verdict
    assert verdict["first_seen"].startswith("2021-03-14T06:40:1"), verdict


def an_administrator_reads_what_happened(_):
    text = limier("scan", recording()).text()
    flat = " ".join(text.split())
    for words in ("CVE-2021-26855", "CVE-2021-27065", "ohyeah.aspx", "whoami"):
        assert words in flat, words
    assert SHELL in text.replace("\n", "") or SHELL in flat, "the shell's whole path"


if __name__ == "__main__":
    sys.exit(run_tests([
        every_row_that_proves_something_is_found,
        rows_that_prove_nothing_stay_silent,
        times_are_utc_in_spite_of_the_clock,
        no_remote_attacker_is_invented,
        no_actor_is_named,
        the_verdict_is_compromised_by_code_that_ran,
        an_administrator_reads_what_happened,
    ]))
