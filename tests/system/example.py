"""The made-up mail server: broken into, and healthy."""

import functools
import json
import pathlib
import sys
import tempfile

from kit import DONE, VERDICT, Skip, example, limier, run_tests, scan_json

SHELL = "OutlookQN.aspx"
FOLDER = tempfile.TemporaryDirectory(prefix="limier-example-")
LEVELS = ["informational", "low", "medium", "high", "critical"]


@functools.lru_cache
def evidence_of(twin):
    return example(pathlib.Path(FOLDER.name, twin), "--" + twin)


@functools.lru_cache
def report_of(twin):
    return scan_json(evidence_of(twin))


def the_breached_server_is_compromised(_):
    report = report_of("breached")
    verdict = report["verdict"]
    assert verdict["state"] == "compromised", verdict
    assert verdict["rung"] >= 5, verdict
    assert verdict["first_seen"] < "2021-03-03T05:47:20Z" <= verdict["last_seen"], verdict
    assert verdict["because"], "a verdict without reasons"
    ids = {f["id"] for f in report["findings"]}
    assert set(verdict["because"]) <= ids


def entry_shell_and_use_are_told_in_order(_):
    report = report_of("breached")
    seen = [stage for stage in report["story"] if stage["seen"]]
    order = [stage["id"] for stage in seen]
    assert order.index("entry") < order.index("write") < order.index("execute"), order
    first = {stage["id"]: stage["first"] for stage in seen}
    assert first["entry"] < first["write"] < first["execute"], first
    assert first["write"].startswith("2021-03-03T05:47:"), first


def the_intruders_and_their_shell_become_entities(_):
    report = report_of("breached")
    values = {entity["value"] for entity in report["entities"]}
    assert "203.0.113.77" in values, values
    assert "203.0.113.141" in values, "the accomplice used the same shell"
    assert any(SHELL in value for value in values), values


def nobody_is_named_for_a_common_break_in(_):
    report = report_of("breached")
    assert not report["attribution"]["named"], report["attribution"]


def the_healthy_twin_shows_no_sign(_):
    report = report_of("healthy")
    assert report["verdict"]["state"] == "none", report["verdict"]
    loud = [f for f in report["findings"] if LEVELS.index(f["rule"]["level"]) > 1]
    assert not loud, [(f["rule"]["title"], f["summary"]) for f in loud]


def the_healthy_twin_stays_quiet_with_another_seed_and_busier_days(folder):
    report = scan_json(example(folder / "busy", "--healthy", "--seed", 2, "--requests", 6000))
    assert report["verdict"]["state"] == "none", report["verdict"]


def every_finding_leads_to_its_bytes(_):
    evidence = evidence_of("breached")
    report = report_of("breached")
    for finding in report["findings"]:
        path = pathlib.Path(finding["unit"])
        if not path.exists():
            path = evidence / finding["unit"]
        with open(path, "rb") as unit:
            unit.seek(finding["offset"])
            record = unit.read(4)
        if path.suffix == ".evtx":
            assert record == b"\x2a\x2a\0\0", finding
        else:
            assert record, finding


def a_case_tells_what_its_scan_told(folder):
    evidence = evidence_of("breached")
    case = folder / "a.case"
    scanned = limier("scan", evidence, "-o", case, "--format", "json")
    reported = limier("report", case, "--format", "json")
    assert scanned.out == reported.out
    finding = scanned.json()["verdict"]["because"][0]
    explained = limier("explain", case, finding)
    assert explained.status == 0 and explained.out, explained.err


def the_verdict_can_fail_a_script(_):
    assert limier("scan", evidence_of("breached"), "--fail-on", "compromised").status == VERDICT
    assert limier("scan", evidence_of("healthy"), "--fail-on", "scanned").status == DONE


def the_report_keeps_to_its_schema(_):
    schema = pathlib.Path(__file__).resolve().parents[2] / "docs/report.schema.json"
    if not schema.exists():
        raise Skip("docs/report.schema.json is not there")
    try:
        import jsonschema
    except ImportError as missing:
        raise Skip("python3-jsonschema is not installed") from missing
    for twin in ("breached", "healthy"):
        jsonschema.validate(report_of(twin), json.loads(schema.read_text()))


def the_same_seed_gives_the_same_evidence(folder):
    first = evidence_of("breached")
    second = example(folder / "second", "--breached")
    names = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert len(names) > 100
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


if __name__ == "__main__":
    sys.exit(run_tests([
        the_breached_server_is_compromised,
        entry_shell_and_use_are_told_in_order,
        the_intruders_and_their_shell_become_entities,
        nobody_is_named_for_a_common_break_in,
        the_healthy_twin_shows_no_sign,
        the_healthy_twin_stays_quiet_with_another_seed_and_busier_days,
        every_finding_leads_to_its_bytes,
        a_case_tells_what_its_scan_told,
        the_verdict_can_fail_a_script,
        the_report_keeps_to_its_schema,
        the_same_seed_gives_the_same_evidence,
    ]))
