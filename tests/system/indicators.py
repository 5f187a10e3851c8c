"""Lists of indicators over whole evidence: what the intruder of an example used is found by every
kind of list; the same list says nothing of a healthy server; no list makes a verdict."""

import contextlib
import hashlib
import json
import pathlib
import re
import sqlite3
import sys

from kit import DONE, FAILED, PARTLY, limier, run_tests, scan_json, scenario, truth


def found(report):
    return [f for f in report["findings"] if f["rule"]["engine"] == "indicator"]


def scan(where, *lists):
    words = [word for file in lists for word in ("-i", file)]
    return scan_json(where, *words, ok=(DONE, PARTLY))


def requests_of(root, address):
    """Lines of web logs whose client it is, counted without limier."""
    count = 0
    for log in root.rglob("u_ex*.log"):
        text = log.read_text(encoding="utf-8", errors="replace")
        columns = next(re.finditer(r"^#Fields: (.*)$", text, re.M)).group(1).split()
        at = columns.index("c-ip")
        rows = (line.split(" ") for line in text.splitlines() if not line.startswith("#"))
        count += sum(len(row) == len(columns) and row[at] == address for row in rows)
    return count


def bundle(address):
    pattern = f"[domain-name:value = 'nowhere.example' OR ipv4-addr:value = '{address}']"
    return {"type": "bundle", "objects": [
        {"type": "indicator", "id": "indicator--1", "name": "The wave", "pattern": pattern}]}


def event(address):
    return {"Event": {"info": "The wave", "Attribute": [
        {"uuid": "1", "type": "ip-src", "value": address, "to_ids": True}]}}


def lists_of(folder, address):
    """The same address in each kind of list."""
    lists = {
        "plain.txt": f"# what was seen\n{address.replace('.', '[.]')}\n",
        "rows.csv": f"type,value,incident,actor,confidence\nipv4,{address},The wave,Somebody,95\n",
        "stix.json": json.dumps(bundle(address)),
        "misp.json": json.dumps(event(address)),
    }
    for name, text in lists.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in lists]


def the_intruders_address_is_found_by_every_kind_of_list(folder):
    root = scenario("proxylogon")
    for address in truth("proxylogon")["addresses"]:
        wanted = requests_of(root, address)
        assert wanted > 0, address
        for file in lists_of(folder, address):
            hits = [f for f in found(scan(root, file)) if "u_ex" in f["unit"]]
            assert len(hits) == wanted, (file, address, len(hits), wanted)
            assert all(f["fields"]["Indicator"] == address and f["fields"]["c-ip"] == address
                       and f["fields"]["IndicatorList"].startswith(str(file)) for f in hits)


def a_healthy_server_is_silent_and_a_verdict_stays_what_it_was(folder):
    evil = truth("proxylogon")["addresses"]
    (folder / "list").write_text("\n".join(evil) + "\nnowhere.example\n", encoding="utf-8")
    report = scan(scenario("webmail-healthy"), folder / "list")
    assert not found(report), found(report)[:1]
    clients = {f["fields"]["Indicator"] for f in found(scan(scenario("proxylogon"), folder / "list"))}
    assert clients == set(evil), clients
    root = folder / "logs"
    root.mkdir()
    (root / "u_ex.log").write_text(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time c-ip cs-uri-stem "
        f"sc-status\n2021-03-03 01:02:03 {evil[0]} /index.html 200\n", encoding="utf-8")
    alone, listed = scan(root), scan(root, folder / "list")
    assert len(found(listed)) == 1 and alone["verdict"]["state"] == listed["verdict"]["state"], (
        alone["verdict"], listed["verdict"])


def a_file_is_found_by_its_hash_and_the_caveat_is_told(folder):
    root = folder / "evidence"
    root.mkdir()
    (root / "x.aspx").write_text("<%@ Page %> harmless", encoding="utf-8")
    digest = hashlib.sha256((root / "x.aspx").read_bytes()).hexdigest()
    (folder / "a.csv").write_text(f"type,value,incident\nsha256,{digest},The wave\n", encoding="utf-8")
    (folder / "b.csv").write_text(f"type,value,note\nsha256,{digest},shared by honest people\n",
                                  encoding="utf-8")
    for name in ("md5", "sha1"):
        other = hashlib.new(name, (root / "x.aspx").read_bytes()).hexdigest()
        (folder / name).write_text(other + "\n", encoding="utf-8")
        hit, = found(scan(root, folder / name))
        assert hit["fields"]["Indicator"] == other and hit["rule"]["level"] == "high", hit
    hit, = found(scan(root, folder / "a.csv"))
    assert hit["rule"]["level"] == "high" and "The wave" in str(hit["summary"]), hit
    hit, = found(scan(root, folder / "a.csv", folder / "b.csv"))
    assert hit["rule"]["level"] == "low" and "shared by honest people" in str(hit["summary"]), hit


def answers_do_not_depend_on_the_number_of_workers(folder):
    file = lists_of(folder, truth("proxylogon")["addresses"][0])[0]
    answers = {limier("scan", scenario("proxylogon"), "-i", file, "--format", "json",
                      "--threads", n).out for n in (1, 3)}
    assert len(answers) == 1


def what_a_list_holds_is_checked(folder):
    (folder / "list").write_text("192.0.2.1\nhello\nuser-agent: harmless/1.0\n", encoding="utf-8")
    run = limier("indicators", "check", folder / "list")
    assert run.status == PARTLY and f"{folder}/list:2:" in run.text() and "hello" in run.text(), run.text()
    assert re.search(r"^ +1 +address$", run.text(), re.M), run.text()
    assert limier("indicators", "check", folder / "none").status == FAILED
    scanned = limier("scan", folder, "-i", folder / "list")
    assert "1 indicators were not understood" in scanned.err, scanned.err


def a_compiled_set_finds_what_its_lists_find(folder):
    address = truth("proxylogon")["addresses"][0]
    lists = folder / "lists"
    lists.mkdir()
    files = lists_of(lists, address)
    built = limier("indicators", "build", lists, "-o", folder / "all.set")
    assert built.status == DONE, built.text()
    told = limier("indicators", "info", folder / "all.set")
    assert told.status == DONE and re.search(r"^ +5 +(address|domain)$|^ +4 +address$", told.text(), re.M), told.text()
    root = scenario("proxylogon")
    of_lists = sorted((f["unit"], f["record"], f["rule"]["id"]) for f in found(scan(root, lists)))
    of_set = sorted((f["unit"], f["record"], f["rule"]["id"]) for f in found(scan(root, folder / "all.set")))
    assert of_set and of_set == of_lists, (len(of_set), len(of_lists))
    both = found(scan(root, folder / "all.set", files[0]))
    assert len(both) == len(of_lists)
    again = limier("indicators", "build", folder / "all.set", "-o", folder / "b.set")
    assert again.status == FAILED and not (folder / "b.set").exists(), again.text()


def a_set_that_was_changed_is_one_clear_line(folder):
    (folder / "list").write_text("192.0.2.1\nevil.example\n", encoding="utf-8")
    assert limier("indicators", "build", folder / "list", "-o", folder / "a.set").status == DONE
    whole = (folder / "a.set").read_bytes()
    assert sorted(p.name for p in folder.iterdir()) == ["a.set", "list"]
    for broken in (whole[:-1], whole[:40], whole[:500] + b"x" + whole[501:], whole + b"x"):
        (folder / "b.set").write_bytes(broken)
        for words in (("indicators", "info", folder / "b.set"), ("scan", folder / "list", "-i", folder / "b.set")):
            run = limier(*words)
            assert run.status == FAILED and len(run.err.strip().splitlines()) == 1 and "b.set" in run.err, run.err
    first = limier("indicators", "build", folder / "list", "-o", folder / "c.set")
    assert first.status == DONE and (folder / "c.set").read_bytes() != whole, "the key is drawn anew"
    full = limier("indicators", "build", folder / "list", "-o", folder / "none/c.set")
    assert full.status == FAILED and "none/c.set" in full.err, full.err


def hostile_bundles_end_and_cost_only_themselves(folder):
    cycle = ('{"type":"relationship","relationship_type":"indicates","source_ref":"indicator--0",'
             '"target_ref":"indicator--0"}')
    twice = ('{"type":"malware","id":"malware--0","name":"Harmless"}',
             '{"type":"indicator","id":"indicator--0","pattern":"[ipv4-addr:value = \'192.0.2.1\']"}')
    tags = ",".join('{"name":"misp-galaxy:x=\\"n%d\\""}' % i for i in range(50000))
    files = {
        "cycles.json": '{"objects":[' + ",\n".join([cycle] * 50000 + list(twice) * 20000) + "]}",
        "tags.json": '{"Event":{"Attribute":[{"type":"ip-dst","value":"192.0.2.2","to_ids":true}],'
                     '"info":"x","Tag":[' + tags + "]}}",
        "deep.json": '{"a":' * 200000,
        "bomb.ioc": '<!DOCTYPE x [<!ENTITY a "aa">]><ioc id="1"></ioc>',
        "list.txt": "192.0.2.3\n",
    }
    lists = folder / "lists"
    lists.mkdir()
    for name, text in files.items():
        (lists / name).write_text(text, encoding="utf-8")
    run = limier("indicators", "check", lists)
    assert run.status == PARTLY, run.text()
    for name in ("deep.json", "bomb.ioc"):
        assert name in run.text(), run.text()
    (folder / "e.jsonl").write_text("".join(
        json.dumps({"EventID": 3, "Channel": "Microsoft-Windows-Sysmon/Operational",
                    "DestinationIp": f"192.0.2.{i}"}) + "\n" for i in (1, 2, 3, 4)), encoding="utf-8")
    hits = {f["fields"]["Indicator"] for f in found(scan(folder / "e.jsonl", lists))}
    assert hits == {"192.0.2.1", "192.0.2.2", "192.0.2.3"}, hits


# A file of letters that a small generator makes, and what libfuzzy of ssdeep 2.14.1 and py-tlsh 5.0.0
# say of it: the row "file letters 7 100003 0" of tests/unit/detect/likeness.txt.
LIKENESS = pathlib.Path(__file__).parents[1] / "unit/detect/likeness.txt"


def letters(seed, size):
    out = bytearray()
    for _ in range(size):
        seed = (seed * 1103515245 + 12345) & 0xffffffff
        out.append(97 + (seed >> 16) % 26)
    return bytes(out)


def a_file_that_is_like_a_listed_one_is_a_lead_with_its_score(folder):
    row = next(line for line in LIKENESS.read_text().splitlines() if line.startswith("file letters 7 100003 0 "))
    ssdeep, tlsh = row.split()[5:]
    file = letters(7, 100003)
    root = folder / "evidence"
    root.mkdir()
    (root / "same.bin").write_bytes(file)
    (root / "like.bin").write_bytes(file[:40000] + b"something else" + file[40000:])
    (root / "other.bin").write_bytes(letters(8, 100003))
    (root / "large.bin").write_bytes(file * 400)
    (folder / "list.csv").write_text(f"type,value,incident\nssdeep,{ssdeep},The wave\ntlsh,{tlsh},The wave\n")
    built = limier("indicators", "build", folder / "list.csv", "-o", folder / "a.set")
    assert built.status == DONE, built.text()
    for list_ in ("list.csv", "a.set"):
        report = scan(root, folder / list_)
        hits = {(f["unit"].split("/")[-1], f["rule"]["id"]): f for f in found(report)}
        assert set(hits) == {(name, f"indicator-{kind}-alike") for name in ("same.bin", "like.bin")
                             for kind in ("ssdeep", "tlsh")}, list(hits)
        assert all(f["rule"]["level"] == "medium" for f in hits.values())
        of = {key: f["fields"]["IndicatorLikeness"] for key, f in hits.items()}
        assert of["same.bin", "indicator-ssdeep-alike"].startswith("100/100, " + ssdeep), of
        assert of["same.bin", "indicator-tlsh-alike"].startswith("distance 0, "), of
        assert 60 <= int(of["like.bin", "indicator-ssdeep-alike"].split("/")[0]) < 100, of
        assert report["verdict"]["state"] == "none", report["verdict"]
    noted = limier("scan", root, "-i", folder / "list.csv", "-o", folder / "x.case")
    assert noted.status in (DONE, PARTLY), noted.err
    with contextlib.closing(sqlite3.connect(folder / "x.case")) as case:
        notes = case.execute("SELECT * FROM note").fetchall()
    assert [row[0].split("/")[-1] for row in notes if row[1] == "NOT_COMPARED"] == ["large.bin"], notes


def a_program_is_found_by_the_imphash_that_is_made_of_it(folder):
    """imphash of pefile 2024.8.26 over the sample; it stands in no log."""
    sample = pathlib.Path(__file__).parents[1] / "golden/formats/pe/managed.exe"
    root = folder / "evidence"
    root.mkdir()
    (root / "x.exe").write_bytes(sample.read_bytes())
    (folder / "list").write_text("imphash: f34d5f2d4577ed6d9ceec516c1f5a744\n")
    (folder / "other").write_text("imphash: f34d5f2d4577ed6d9ceec516c1f5a745\n")
    hit, = found(scan(root, folder / "list"))
    assert hit["rule"]["id"] == "indicator-imphash-seen" and hit["unit"].endswith("x.exe"), hit
    assert hit["fields"]["TargetFilename"].endswith("x.exe"), hit["fields"]
    assert not found(scan(root, folder / "other"))


def equalities_and_patterns_of_one_bundle_are_counted_and_found_also_when_compiled(folder):
    address = truth("proxylogon")["addresses"][0]
    client = f"network-traffic:src_ref.value = '{address}'"
    posted = "network-traffic:extensions.'http-request-ext'.request_method = 'POST'"
    bundle_ = {"type": "bundle", "objects": [
        {"type": "indicator", "spec_version": "2.1", "pattern_type": "stix", "id": f"indicator--{i}", "name": name,
         "pattern": pattern} for i, (name, pattern) in enumerate((
             ("list", f"[ipv4-addr:value = '{address}']"),
             ("both", f"[{client} AND {posted}]"),
             ("then", f"[{client}] FOLLOWEDBY [{posted}]")))]}
    (folder / "bundle.json").write_text(json.dumps(bundle_))
    checked = limier("indicators", "check", folder / "bundle.json")
    # The second of them also has an address, which alone is a weak sign.
    assert checked.status == DONE and re.search(r"^ +2 +address$", checked.text(), re.M), checked.text()
    assert re.search(r"^ +2 +pattern$", checked.text(), re.M), checked.text()
    assert limier("indicators", "build", folder / "bundle.json", "-o", folder / "a.set").status == DONE
    told = limier("indicators", "info", folder / "a.set")
    assert told.status == DONE and re.search(r"^ +2 +pattern$", told.text(), re.M), told.text()
    answers = []
    for name in ("bundle.json", "a.set"):
        hits = found(scan(scenario("proxylogon"), folder / name))
        answers.append(sorted((f["unit"], f["record"], f["rule"]["id"], str(f["fields"]["IndicatorAbout"]),
                               str(f["fields"].get("IndicatorId"))) for f in hits))
        abouts = {a for _, _, _, about, _ in answers[-1] for a in re.findall("list|both|then", about)}
        assert abouts == {"list", "both", "then"}, (name, abouts)
    assert answers[0] == answers[1]


def what_lies_beside_lists_in_a_folder_is_told_and_no_list(folder):
    lists = folder / "lists"
    lists.mkdir()
    project = pathlib.Path(__file__).parents[2]
    beside = sorted((project / "dossiers").glob("*.yml"))[:3] + [project / "README.md", project / "docs/indicators.md"]
    for path in beside:
        (lists / path.name).write_bytes(path.read_bytes())
    (lists / "plain.txt").write_text("# seen\nevil[.]example\nhello\nC:\\Program Files\\a b\\x.exe\nmutex: abc\n")
    run = limier("indicators", "check", lists)
    assert run.status == PARTLY and run.text().startswith("3 indicators"), run.text()
    for path in beside:
        assert f"{path.name}:0: this holds no list of indicators" in run.text(), run.text()
    assert "plain.txt:3:" in run.text() and run.text().count("\n") == 1 + 3 + 1 + len(beside) + 1, run.text()
    named = limier("indicators", "check", lists / "README.md")
    assert "this holds no list" not in named.text(), "who names a file means it"


if __name__ == "__main__":
    sys.exit(run_tests([
        a_compiled_set_finds_what_its_lists_find,
        a_set_that_was_changed_is_one_clear_line,
        a_file_that_is_like_a_listed_one_is_a_lead_with_its_score,
        a_program_is_found_by_the_imphash_that_is_made_of_it,
        equalities_and_patterns_of_one_bundle_are_counted_and_found_also_when_compiled,
        what_lies_beside_lists_in_a_folder_is_told_and_no_list,
        hostile_bundles_end_and_cost_only_themselves,
        the_intruders_address_is_found_by_every_kind_of_list,
        a_healthy_server_is_silent_and_a_verdict_stays_what_it_was,
        a_file_is_found_by_its_hash_and_the_caveat_is_told,
        answers_do_not_depend_on_the_number_of_workers,
        what_a_list_holds_is_checked,
    ]))
