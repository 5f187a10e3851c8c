"""What leaves the house: marked, complete in itself, the same again from the same evidence, and without
the victim."""

import functools
import json
import os
import pathlib
import re
import sys
import tempfile

import kit
from kit import DONE, FAILED, PARTLY, USAGE, limier, one_line, run_tests, scenario

FOLDER = tempfile.TemporaryDirectory(prefix="limier-sharing-")
SHARED = ("stix", "misp", "navigator")
# What only the victim of the scenario is called by: example/scene.c.
VICTIM = ("mail01", "corp.example.com", "corp\\\\", "10.20.0.", "127.0.0.1")
INTRUDER = "203.0.113.77"


@functools.lru_cache
def case(n=1):
    path = pathlib.Path(FOLDER.name, f"{n}.case")
    assert limier("scan", scenario("proxylogon"), "-o", path).status in (DONE, PARTLY)
    return path


def told(form, *words, at=1, when="1700000000"):
    os.environ["SOURCE_DATE_EPOCH"] = kit.ENVIRONMENT["SOURCE_DATE_EPOCH"] = when
    run = limier("report", case(at), "--format", form, *words)
    assert run.status == DONE, run.err
    return run.text()


def objects(*words, **more):
    return json.loads(told("stix", *words, **more))["objects"]


def of_type(bundle, kind):
    return [o for o in bundle if o["type"] == kind]


def the_victim_stays_behind_unless_its_names_may_be_shared(folder):
    for form in SHARED:
        text = told(form).lower()
        assert not [name for name in VICTIM if name in text], (form, VICTIM)
        assert form == "navigator" or INTRUDER in text
    with_names = told("stix", "--share-victim").lower()
    assert [name for name in VICTIM if name in with_names] == list(VICTIM)
    # A path below somebody's own folder names them; its last part does not.
    assert "\\\\users\\\\" not in told("stix").lower()


RULE = """title: Name that the implant asks for
id: 5f0e7b0e-9a34-4c38-8a5e-4dfbf1d0a001
level: high
logsource:
    category: dns
detection:
    name:
        query|endswith: .avsvmcloud.com
    condition: name
limier:
    weight: proof
    decode: {field: 'query|QueryName|QNAME|dns.rrname', with: sunburst-name}
    entities:
        - {field: QueryName, kind: domain, role: attacker}
        - {field: query, kind: domain, role: attacker}
        - {field: QNAME, kind: domain, role: attacker}
        - {field: DecodedDomain, kind: domain, role: attacker}
"""


def a_name_in_which_an_implant_hid_its_victim_stays_behind(folder):
    """Whatever a rule says of whose it is: SUNBURST asked for names of its server that hold the victim's."""
    (folder / "rule.yml").write_text(RULE)
    path = folder / "sunburst.case"
    assert limier("scan", scenario("solarwinds"), "-r", folder / "rule.yml", "-o", path).status in (DONE, PARTLY)

    def hidden(*words):
        run = limier("report", path, *words)
        assert run.status == DONE, run.err
        text = run.text().lower()
        names = set(re.findall(r"[a-z0-9]{15,}\.appsync-api\.[a-z0-9.-]+", text))
        return names | {n for n in ("corp.example.c", "0a1b2c3d4e5f6071") if n in text}

    assert len(hidden("--format", "json")) >= 4, "the scenario holds no such names"
    for form in SHARED:
        assert not hidden("--format", form), (form, hidden("--format", form))
    assert len(hidden("--format", "stix", "--share-victim")) >= 4


def a_bundle_is_complete_in_itself(folder):
    bundle = objects()
    ids = [o["id"] for o in bundle]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for o in bundle:
        refs = [v for k, v in o.items() if k.endswith("_ref")]
        refs += [v for k, vs in o.items() if k.endswith("_refs") for v in vs]
        missing = [r for r in refs if r not in ids]
        assert not missing, (o["type"], missing)
        assert re.fullmatch(r"[a-z0-9-]+--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", o["id"])
    report, = of_type(bundle, "report")
    listed = set(report["object_refs"])
    left = {o["type"] for o in bundle if o["id"] not in listed} - {"report", "marking-definition", "directory"}
    assert not left, left
    techniques = {r["external_id"]: o["id"] for o in of_type(bundle, "attack-pattern")
                  for r in o["external_references"]}
    # MITRE's own object of Web Shell.
    assert techniques["T1505.003"] == "attack-pattern--5d0d3609-d06d-49e1-b9c9-b544e0c618cb"
    seen = of_type(bundle, "sighting")
    assert len(seen) == len(of_type(bundle, "indicator")) > 3
    assert all(s["where_sighted_refs"] for s in seen)


def what_is_on_every_machine_is_no_indicator(folder):
    patterns = " ".join(o["pattern"] for o in of_type(objects(), "indicator"))
    assert INTRUDER in patterns and "OutlookQN.aspx" in patterns, patterns
    assert "rundll32" not in patterns and "Mozilla" not in patterns, patterns


def the_same_evidence_updates_what_was_sent(folder):
    first, again = objects(), objects(at=2, when="1700009999")
    assert {o["id"] for o in first} == {o["id"] for o in again}
    by_id = {o["id"]: o for o in first}
    for o in again:
        if o["type"] in ("indicator", "sighting", "note", "report"):
            assert o["created"] == by_id[o["id"]]["created"] and o["modified"] > by_id[o["id"]]["modified"], o
    assert told("stix") == told("stix") and told("misp") == told("misp")


def everything_stands_under_a_mark(folder):
    bundle = objects()
    strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
    for o in bundle:
        if o["type"] in ("indicator", "sighting", "observed-data", "note", "report", "relationship"):
            assert o["object_marking_refs"] == [strict], o
    assert of_type(bundle, "marking-definition")[0]["id"] == strict
    green = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
    assert of_type(objects("--tlp", "green"), "report")[0]["object_marking_refs"] == [green]
    assert '"tlp:amber+strict"' in told("misp") and "TLP:AMBER+STRICT" in told("navigator")
    assert "TLP:AMBER+STRICT" in told("ecs") and "TLP:AMBER+STRICT" in told("ocsf")
    for form in SHARED:
        out = folder / form
        run = limier("report", case(), "--format", form, "--max-tlp", "green", "-o", out)
        assert run.status == FAILED and "TLP:AMBER+STRICT" in one_line(run) and not out.exists()
        assert limier("report", case(), "--format", form, "--tlp", "TLP:CLEAR", "--max-tlp", "green").status == DONE
    assert limier("report", case(), "--tlp", "purple").status == USAGE


def a_mark_that_was_received_is_kept(folder):
    received = folder / "list.json"
    received.write_text(json.dumps({"type": "bundle", "id": "bundle--0", "objects": [
        {"type": "indicator", "spec_version": "2.1", "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
         "created": "2021-03-01T00:00:00.000Z", "modified": "2021-03-01T00:00:00.000Z", "name": "told in confidence",
         "pattern": f"[ipv4-addr:value = '{INTRUDER}']", "pattern_type": "stix",
         "valid_from": "2021-01-01T00:00:00Z",
         "object_marking_refs": ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]}]}))
    path = folder / "x.case"
    assert limier("scan", scenario("proxylogon"), "-o", path, "-i", received).status in (DONE, PARTLY)
    run = limier("report", path, "--format", "stix", "--tlp", "clear")
    assert "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1" in run.text(), "the red mark is lost"
    assert limier("report", path, "--format", "misp", "--tlp", "clear", "--max-tlp", "amber").status == FAILED


def allies_find_with_it_what_was_found(folder):
    """The same indicators come back from either form."""
    found = []
    for form in ("stix", "misp"):
        bundle = folder / (form + ".json")
        bundle.write_text(told(form, "--tlp", "green"))
        report = json.loads(limier("scan", scenario("proxylogon"), "-i", bundle, "--format", "json").out)
        found.append({value for f in report["findings"] if f["rule"]["engine"] == "indicator"
                      for value in [f["fields"].get("Indicator")] if isinstance(value, str)})
    for one in found:
        assert INTRUDER in one and "203.0.113.141" in one and "203.0.113.200" in one, found


def layers_and_lines_have_what_their_readers_insist_on(folder):
    layer = json.loads(told("navigator"))
    assert layer["domain"] == "enterprise-attack" and layer["versions"]["layer"] == "4.5"
    score = {t["techniqueID"]: t["score"] for t in layer["techniques"]}
    assert score["T1505.003"] == 100 and all(0 < s <= 100 for s in score.values()), score
    assert len(score) == len(layer["techniques"]), "a technique stands twice"
    ocsf = [json.loads(line) for line in told("ocsf").splitlines()]
    assert ocsf[0]["class_uid"] == 2005 and ocsf[0]["is_suspected_breach"] and ocsf[0]["verdict_id"] == 2
    assert all(e["class_uid"] == 2004 and e["type_uid"] == 200401 for e in ocsf[1:])
    assert all(isinstance(e["time"], int) and e["finding_info"]["uid"] for e in ocsf[1:])
    ecs = [json.loads(line) for line in told("ecs").splitlines()]
    assert len(ecs) == len(ocsf) - 1 and all(e["@timestamp"] and e["event"]["kind"] == "alert" for e in ecs)
    assert any(INTRUDER in e["related"].get("ip", []) for e in ecs)
    event = json.loads(told("misp"))["Event"]
    for key in ("uuid", "published", "info", "date", "timestamp", "publish_timestamp", "threat_level_id",
                "analysis", "distribution", "Org", "Orgc"):
        assert key in event, key
    assert event["threat_level_id"] == "1" and event["date"] == "2021-03-02"
    assert all(isinstance(a["timestamp"], str) for a in event["Attribute"])


if __name__ == "__main__":
    sys.exit(run_tests([
        the_victim_stays_behind_unless_its_names_may_be_shared,
        a_name_in_which_an_implant_hid_its_victim_stays_behind,
        a_bundle_is_complete_in_itself,
        what_is_on_every_machine_is_no_indicator,
        the_same_evidence_updates_what_was_sent,
        everything_stands_under_a_mark,
        a_mark_that_was_received_is_kept,
        allies_find_with_it_what_was_found,
        layers_and_lines_have_what_their_readers_insist_on,
    ]))
