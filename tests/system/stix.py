"""Patterns of STIX: on the command line against observations, and over evidence, where one record is
an observation: what a pattern says is found with the records it took, whatever files they stand in;
what it does not say is not."""

import hashlib
import json
import sys

from kit import DONE, FAILED, PARTLY, USAGE, limier, run_tests, scan_json

HEAD = ("#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"
        "#Date: 2021-03-02 04:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
        "cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n")
BAD, GOOD = "198.51.100.7", "203.0.113.9"


def line(clock, client, method, stem, query="-", agent="Mozilla/5.0"):
    return f"2021-03-02 {clock} 10.0.0.5 {method} {stem} {query} 443 - {client} {agent} - 200 0 0 15\n"


def server(folder):
    """Two logs: who came, looked and wrote, and who only looked."""
    root = folder / "logs"
    root.mkdir()
    (root / "u_ex210302.log").write_text(
        HEAD + line("04:00:00", GOOD, "GET", "/owa/") + line("04:10:00", BAD, "GET", "/ecp/y.js") +
        line("04:10:20", BAD, "POST", "/aspnet_client/x.aspx", "cmd=1", "python-requests/2.25"))
    (root / "u_ex210303.log").write_text(
        HEAD + line("04:10:40", BAD, "POST", "/aspnet_client/x.aspx", "cmd=2") +
        line("05:00:00", GOOD, "GET", "/ecp/y.js"))
    return root


def bundle(folder, **patterns):
    objects = [{"type": "indicator", "spec_version": "2.1", "id": f"indicator--{name}", "name": name,
                "pattern_type": "stix", "pattern": pattern} for name, pattern in patterns.items()]
    path = folder / "bundle.json"
    path.write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}, indent=1))
    return path


def found(report):
    """Indicator to the records that it was found at."""
    hits = {}
    for f in report["findings"]:
        if f["rule"]["id"].startswith("indicator-pattern"):
            names = f["fields"]["IndicatorAbout"]
            for name in names if isinstance(names, list) else [names]:
                hits.setdefault(name, []).append((f["unit"].split("/")[-1], f["record"]))
    return {name: sorted(places) for name, places in hits.items()}


ADDRESS = f"network-traffic:src_ref.value = '{BAD}'"
REQUEST = "network-traffic:extensions.'http-request-ext'"


def a_pattern_of_one_record_is_found_at_each(folder):
    report = scan_json(server(folder), "-i", bundle(
        folder,
        both=f"[{ADDRESS} AND {REQUEST}.request_value LIKE '/aspnet_client/%']",
        agent=f"[{REQUEST}.request_header.'User-Agent'[0] MATCHES '^python-']",
        subnet="[ipv4-addr:value ISSUBSET '198.51.100.0/24' AND ipv4-addr:value NOT IN ('198.51.100.1')]",
        other=f"[{ADDRESS} AND {REQUEST}.request_method = 'PUT']",
        turned=f"[network-traffic:dst_ref.value = '{BAD}' AND network-traffic:dst_port = 443]"))
    hits = found(report)
    assert [r for _, r in hits["both"]] == [7, 5], hits
    assert len(hits["agent"]) == 1 and len(hits["subnet"]) == 3, hits
    assert "other" not in hits and "turned" not in hits, hits


def a_pattern_of_several_is_found_where_it_came_true(folder):
    look = f"[{ADDRESS} AND {REQUEST}.request_value LIKE '/ecp/%']"
    write = f"[{REQUEST}.request_method = 'POST' AND {ADDRESS}]"
    report = scan_json(server(folder), "-i", bundle(
        folder,
        then=f"({look} FOLLOWEDBY {write}) WITHIN 30 SECONDS",
        across=f"{look} FOLLOWEDBY ({write} REPEATS 2 TIMES)",
        late=f"({look} FOLLOWEDBY {write}) WITHIN 20 SECONDS",
        before=f"{write} FOLLOWEDBY {look}",
        often=f"{write} REPEATS 3 TIMES",
        outside=f"({look} AND {write}) START t'2021-03-02T05:00:00Z' STOP t'2021-03-02T06:00:00Z'"))
    hits = found(report)
    assert set(hits) == {"then", "across"}, hits
    across = next(f for f in report["findings"] if f["fields"].get("IndicatorAbout") == "across")
    assert across["fields"]["EventCount"] == "3", across["fields"]
    assert "u_ex210302.log: 6, 7; " in across["fields"]["Records"], across["fields"]
    assert across["fields"]["FirstTime"] == "2021-03-02T04:10:00Z", across["fields"]
    assert across["unit"].endswith("u_ex210303.log") and across["record"] == 5, across


def one_worker_says_what_four_say(folder):
    look = f"[{ADDRESS}] FOLLOWEDBY [{REQUEST}.request_method = 'POST']"
    list_ = bundle(folder, then=look, one=f"[{ADDRESS} AND {REQUEST}.request_method = 'POST']")
    root = server(folder)
    reports = [scan_json(root, "-i", list_, "--threads", n)["findings"] for n in ("1", "4")]
    assert reports[0] == reports[1] and reports[0]


def a_file_is_an_observation_too(folder):
    root = folder / "files"
    root.mkdir()
    data = b"<%@ Page %>harmless"
    (root / "x.aspx").write_bytes(data)
    report = scan_json(root, "-i", bundle(
        folder, whole=f"[file:hashes.'SHA-256' = '{hashlib.sha256(data).hexdigest()}' AND "
        f"file:size = {len(data)} AND file:name LIKE '%.aspx']",
        less=f"[file:name = 'x.aspx' AND file:size < {len(data)}]"), ok=(DONE, PARTLY))
    assert set(found(report)) == {"whole"}, found(report)


def what_is_no_pattern_is_told_with_its_line(folder):
    list_ = bundle(folder, broken="[a:b = ]", unseen="[x-car:wheels > 3 AND x-car:doors < 5]",
                   fine=f"[{ADDRESS} AND {REQUEST}.request_method = 'POST']")
    run = limier("indicators", "check", list_)
    assert run.status == PARTLY and "indicator--broken" in run.text() and \
        "indicator--unseen" in run.text() and "indicator--fine" not in run.text(), run.text()
    report = scan_json(server(folder), "-i", list_, ok=(DONE, PARTLY))
    assert set(found(report)) == {"fine"}


def hostile_patterns_end(folder):
    names = " OR ".join(f"url:value MATCHES '(a+)+{i}$'" for i in range(50))
    chain = " FOLLOWEDBY ".join([f"[{ADDRESS}]"] * 300)
    deep = "(" * 10000 + f"[{ADDRESS}]" + ")" * 10000
    path = ".parent_ref" * 60
    report = scan_json(server(folder), "-i", bundle(
        folder, regex=f"[{names}]", chain=chain, deep=deep,
        ring=f"[process:parent_ref{path[11:]}.pid > 0]"), ok=(DONE, PARTLY))
    assert not found(report), found(report)


def the_command_answers_for_one_pattern(folder):
    seen = {"type": "observed-data", "id": "observed-data--1", "number_observed": 1,
            "first_observed": "2021-03-02T04:00:00Z", "last_observed": "2021-03-02T04:00:00Z",
            "objects": {"0": {"type": "ipv4-addr", "value": BAD}}}
    (folder / "seen.json").write_text(json.dumps(seen))
    for pattern, answer, status in ((f"[ipv4-addr:value = '{BAD}']", "match", DONE),
                                    ("[ipv4-addr:value = '192.0.2.1']", "nomatch", DONE),
                                    ("[ipv4-addr:value\n  ISSUBSET 5]", "invalid 2:11:", USAGE)):
        (folder / "pattern.txt").write_text(pattern)
        run = limier("stix", "match", folder / "pattern.txt", folder / "seen.json")
        assert run.status == status and run.text().startswith(answer), (pattern, run.text())
    run = limier("stix", "match", "--json", folder / "pattern.txt", folder / "seen.json")
    assert run.json()["err_at"] == [2, 11], run.text()
    (folder / "pattern.txt").write_text(f"[ipv4-addr:value = '{BAD}']")
    run = limier("stix", "match", "--json", folder / "pattern.txt", folder / "seen.json")
    assert run.json()["bound"] == ["observed-data--1"], run.text()
    run = limier("stix", "match", folder / "pattern.txt", folder / "nothing.json")
    assert run.status == FAILED


def objects_are_accepted_or_refused_with_a_class(folder):
    good = {"type": "url", "spec_version": "2.1", "id": "url--ff1e0780-358c-5808-a8c7-d0fca4ef6ef4",
            "value": "https://relay.example/"}
    bad = dict(good, value="relay")
    (folder / "all.json").write_text(json.dumps({"type": "bundle", "objects": [good, bad]}))
    run = limier("stix", "check", folder / "all.json")
    lines = run.text().splitlines()
    assert run.status == USAGE and lines[0].startswith("accepted\t"), run.text()
    assert lines[1].startswith("refused\tvalue\tvalue\t"), run.text()
    run = limier("stix", "id", folder / "all.json")
    assert run.status == DONE and all(i.startswith("url--") for i in run.text().split()), run.text()


if __name__ == "__main__":
    sys.exit(run_tests([
        a_pattern_of_one_record_is_found_at_each,
        a_pattern_of_several_is_found_where_it_came_true,
        one_worker_says_what_four_say,
        a_file_is_an_observation_too,
        what_is_no_pattern_is_told_with_its_line,
        hostile_patterns_end,
        the_command_answers_for_one_pattern,
        objects_are_accepted_or_refused_with_a_class,
    ]))
