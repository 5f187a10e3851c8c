"""The commands as people type them: help, slips, languages, formats, cases taken up again."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from kit import (DONE, ENVIRONMENT, FAILED, LIMIER, USAGE, VERDICT, Skip, example, limier,  # noqa: E402
                 one_line, run_tests, shared)

LOG = (b"#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
       b"#Date: 2021-03-03 05:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query "
       b"s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status "
       b"time-taken\r\n"
       b"2021-03-03 05:00:01 10.0.0.1 GET /owa/ - 443 - 10.0.0.2 Mozilla/5.0 - 302 0 0 5\r\n"
       b"2021-03-03 05:00:02 10.0.0.1 GET /needle.aspx - 443 - 10.0.0.2 %1b[31mX - 200 0 0 5\r\n")
RULE = """title: A needle
id: 2f0f6f5e-24a5-4b9a-8d3c-0a1f7f3e7a11
author: Jane Roe
logsource:
    category: webserver
detection:
    selection:
        cs-uri-stem|endswith: /needle.aspx
    condition: selection
level: high
"""


def evidence_in(folder):
    """A log with one needle in it, and the rule that finds it."""
    (folder / "u_ex210303.log").write_bytes(LOG)
    (folder / "needle.yml").write_text(RULE)
    return folder / "u_ex210303.log", folder / "needle.yml"


def french(*words):
    environment = dict(ENVIRONMENT, LIMIER_LANG="fr_FR.UTF-8")
    return subprocess.run([LIMIER, *map(str, words)], capture_output=True, env=environment)


# ---- help and slips

def alone_it_says_what_to_do_first(_):
    run = limier()
    assert run.status == DONE and "limier scan EVIDENCE" in run.text() and not run.err
    assert limier("--help").out == run.out


def every_command_has_help(_):
    for command in ("scan", "report", "explain", "dump", "match", "rules", "version"):
        run = limier(command, "--help")
        assert run.status == DONE and run.text().startswith("limier " + command), run.err


def slips_are_understood(_):
    for words, meant in ((["scna"], "limier scan"), (["scan", "x", "--formt", "json"], "--format"),
                         (["scan", "/", "--format", "jsn"], "json"),
                         (["scan", "/", "--fail-on", "compromise"], "compromised"),
                         (["scan", "/", "--min-level", "hihg"], "high")):
        run = limier(*words)
        assert run.status == USAGE and meant in one_line(run), (words, run.err)


def what_comes_later_is_refused_in_one_line(folder):
    log, _ = evidence_in(folder)
    case = folder / "a.case"
    limier("scan", log, "-o", case)
    run = limier("report", case, "--format", "xlsx")
    assert run.status == USAGE and "csv" in one_line(run) and "json" in run.err, run.err
    assert limier("serve", case).status == USAGE


def times_and_numbers_are_checked(folder):
    log, _ = evidence_in(folder)
    for words in (["--from", "yesterday"], ["--from", "2021-03-04", "--to", "2021-03-03"],
                  ["--threads", "0"], ["--threads", "many"], ["-o"]):
        run = limier("scan", log, *words)
        assert run.status == USAGE and one_line(run), (words, run.err)


# ---- languages and terminals

def machines_read_the_same_in_every_language(folder):
    log, rule = evidence_in(folder)
    case = folder / "a.case"
    english = limier("scan", log, "-r", rule, "-o", case, "--format", "json")
    assert french("scan", log, "-r", rule, "--format", "json").stdout == english.out
    for form in ("json", "csv", "timesketch"):
        assert french("report", case, "--format", form).stdout == \
            limier("report", case, "--format", form).out, form


def people_read_their_language(folder):
    log, rule = evidence_in(folder)
    told = french("scan", log, "-r", rule).stdout.decode()
    assert "Toutes les heures sont en UTC" in told and "Constats" in told, told
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        environment = {"PATH": os.environ["PATH"], name: "fr_CA"}
        run = subprocess.run([LIMIER], capture_output=True, env=environment, check=True)
        assert "Pour commencer" in run.stdout.decode(), name
    environment = {"PATH": os.environ["PATH"], "LANG": "fr_FR", "LC_ALL": "C"}
    assert b"Begin with" in subprocess.run([LIMIER], capture_output=True, env=environment).stdout


def a_pipe_gets_no_colours_and_no_progress(folder):
    log, rule = evidence_in(folder)
    run = limier("scan", log, "-r", rule)
    assert b"\x1b" not in run.out and not run.err, run.err
    assert max(len(line) for line in run.text().splitlines()
               if str(folder) not in line and "limier explain" not in line) <= 100


def on_a_terminal(folder, **more):
    """What `limier scan` writes to a terminal."""
    import pty
    log, rule = evidence_in(folder)
    try:
        child, terminal = pty.fork()
    except OSError as why:
        raise Skip(f"no terminal can be had here: {why}") from why
    if child == 0:
        os.execve(LIMIER, [LIMIER, "scan", str(log), "-r", str(rule)],
                  dict(ENVIRONMENT, TERM="xterm", **more))
    told = b""
    try:
        while piece := os.read(terminal, 65536):
            told += piece
    except OSError:
        pass
    os.waitpid(child, 0)
    return told


def a_terminal_gets_colours_unless_it_does_not_want_them(folder):
    assert b"\x1b[1m" in on_a_terminal(folder)
    assert b"\x1b[1m" not in on_a_terminal(folder, NO_COLOR="1")


def evidence_cannot_speak_to_the_terminal(folder):
    log = folder / "u_ex210303.log"
    log.write_bytes(LOG.replace(b"%1b[31mX", b"\x1b]0;owned\x07\xe2\x80\xaex"))
    (folder / "needle.yml").write_text(RULE)
    case = folder / "a.case"
    limier("scan", log, "-r", folder / "needle.yml", "-o", case)
    report = limier("report", case, "--format", "json").json()
    needle = [f["id"] for f in report["findings"] if f["rule"]["title"] == "A needle"]
    assert len(needle) == 1
    for run in (limier("report", case), limier("explain", case, needle[0])):
        assert b"\x1b" not in run.out and b"\x07" not in run.out and b"\xe2\x80\xae" not in run.out


# ---- reports

def all_formats_come_from_a_case(folder):
    log, rule = evidence_in(folder)
    case = folder / "a.case"
    scan = limier("scan", log, "-r", rule, "-o", case)
    report = limier("report", case)
    assert report.status == DONE and report.text() == scan.text()
    assert "rule by Jane Roe" in report.text()
    rows = limier("report", case, "--format", "csv").text().splitlines()
    assert any("A needle" in row for row in rows)
    for line in limier("report", case, "--format", "timesketch").text().splitlines():
        event = json.loads(line)
        assert event["message"] and event["datetime"] and event["timestamp_desc"]
    assert limier("report", case, "-o", folder / "r.txt").status == DONE
    assert (folder / "r.txt").read_bytes() == report.out


def a_report_never_overwrites_its_case(folder):
    log, _ = evidence_in(folder)
    case = folder / "a.case"
    limier("scan", log, "-o", case)
    before = case.read_bytes()
    run = limier("report", case, "-o", case)
    assert run.status == USAGE and one_line(run) and case.read_bytes() == before


def a_case_is_never_put_into_evidence(folder):
    log, _ = evidence_in(folder)
    (folder / "empty.log").write_bytes(b"")
    (folder / "way").symlink_to(folder)
    for evidence, case in ((folder, folder / "a.case"), (log, log), (folder, folder / "way/b.case"),
                           (folder / "empty.log", folder / "empty.log")):
        run = limier("scan", evidence, "-o", case)
        assert run.status == USAGE and "never written" in one_line(run), run.err
    run = subprocess.run([LIMIER, "scan", ".", "-o", "a.case"], cwd=folder, capture_output=True,
                         env=ENVIRONMENT)
    assert run.returncode == USAGE and not (folder / "a.case").exists(), run.stderr
    assert limier("scan", log, "-o", folder / "a.case").status == DONE  # beside it is fine


def a_level_hides_what_lies_below_it(folder):
    log, rule = evidence_in(folder)
    quiet = RULE.replace("high", "informational").replace("needle", "quiet").replace("/quiet.aspx", "/")
    (folder / "quiet.yml").write_text(quiet.replace("2f0f6f5e", "2f0f6f5f"))
    case = folder / "a.case"
    limier("scan", log, "-r", rule, "-r", folder / "quiet.yml", "-o", case)
    shown = lambda level: {f["rule"]["title"] for f in limier(
        "report", case, "--format", "json", "--min-level", level).json()["findings"]}
    assert {"A quiet", "A needle"} <= shown("informational"), shown("informational")
    assert "A quiet" not in shown("low") and "A needle" in shown("high")


def an_answer_that_is_not_kept_says_how_to_keep_it(folder):
    log, rule = evidence_in(folder)
    assert "-o X.case" in limier("scan", log, "-r", rule).text()
    kept = limier("scan", log, "-r", rule, "-o", folder / "a.case").text()
    assert "limier explain" in kept and "-o X.case" not in kept


# ---- explain

def the_needle(folder):
    log, rule = evidence_in(folder)
    packed = folder / "triage.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(log, "logs/u_ex210303.log")
    case = folder / "a.case"
    report = limier("scan", packed, "-r", rule, "-o", case, "--format", "json").json()
    found = [f for f in report["findings"] if f["rule"]["title"] == "A needle"]
    assert len(found) == 1, report["findings"]
    return case, found[0]


def explain_shows_predicate_and_value(folder):
    case, finding = the_needle(folder)
    (folder / "needle.yml").unlink()  # the case explains itself
    told = limier("explain", case, finding["id"][:6]).text()
    for words in ("selection", "yes  cs-uri-stem", "endswith", "/needle.aspx", "Jane Roe",
                  "record %d" % finding["record"]):
        assert words in told, (words, told)


def explain_gives_a_command_that_prints_the_bytes(folder):
    case, finding = the_needle(folder)
    command = limier("explain", case, finding["id"]).text().strip().splitlines()[-1]
    assert command.endswith(" | xxd"), command
    shown = subprocess.run(command.strip()[:-len(" | xxd")], shell=True, capture_output=True)
    if b"not found" in shown.stderr:
        raise Skip("bsdtar is not installed")
    assert b"/needle.aspx" in shown.stdout, (command, shown)
    assert shown.stdout.count(b"\n") <= 1


def explain_tells_what_a_rule_lacked(folder):
    log, rule = evidence_in(folder)
    run = limier("explain", "--rule", rule, log, "5")
    told = run.text()
    assert run.status == DONE and "It does not match" in told, run.err
    assert "selection: is not so: cs-uri-stem endswith /needle.aspx" in told, told
    assert "value: /owa/" in told and "/needle.aspx" in told and "condition: selection" in told
    matches = limier("explain", "--rule", "2f0f6f5e", "-r", folder, log, "6").text()
    assert "It matches" in matches and "yes  cs-uri-stem" in matches, matches
    assert "does not match" not in matches
    by_title = limier("explain", "--rule", "a NEEDLE", "-r", rule, log, "6").text()
    assert by_title == matches


def explain_tells_of_another_log_and_of_fields_that_are_not_there(folder):
    log, _ = evidence_in(folder)
    other = folder / "other.yml"
    other.write_text(RULE.replace("category: webserver", "category: process_creation")
                     .replace("cs-uri-stem|endswith: /needle.aspx", "Image|endswith: x.exe"))
    told = limier("explain", "--rule", other, log, "6").text()
    assert "The log does not fit" in told and "process_creation" in told, told
    assert "the event has no such field" in told, told


def explain_of_a_record_does_not_let_evidence_speak(folder):
    log, rule = evidence_in(folder)
    log.write_bytes(LOG.replace(b"/owa/", b"/o\x1b[31mwa"))
    told = limier("explain", "--rule", rule, log, "5").out
    assert b"\x1b" not in told and b"\\x1b[31mwa" in told, told


def explain_of_a_record_reads_archives(folder):
    log, rule = evidence_in(folder)
    packed = folder / "triage.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(log, "logs/u_ex210303.log")
    told = limier("explain", "--rule", rule, packed, "6").text()
    assert "triage.zip!/logs/u_ex210303.log" in told and "It matches" in told, told


def explain_says_what_it_could_not_find(folder):
    log, rule = evidence_in(folder)
    (folder / "broken.yml").write_text("title: x\nlogsource: {category: webserver}\n")
    for words, status, said in ((["--rule", "no such rule", log, 5], USAGE, "limier rules list"),
                                (["--rule", rule, log, 99], FAILED, "no record 99"),
                                (["--rule", rule, log, "five"], USAGE, "five"),
                                (["--rule", rule, folder / "none.evtx", 5], FAILED, "none.evtx"),
                                (["--rule", folder / "broken.yml", log, 5], FAILED, "detection"),
                                (["-r", rule, log, 5], USAGE, "--rule")):
        run = limier("explain", *words)
        assert run.status == status and said in one_line(run), (words, run.status, run.err)


def unknown_findings_and_cases_are_named(folder):
    case, _ = the_needle(folder)
    for words, said in ((["explain", case, "fffffffffff0"], "fffffffffff0"),
                        (["explain", folder / "no.case", "0"], "no.case"),
                        (["report", folder / "no.case"], "no.case"),
                        (["report", folder], str(folder))):
        run = limier(*words)
        assert run.status == FAILED and said in one_line(run), (words, run.err)
    assert limier("explain", case, "needle").status == USAGE


# ---- rules

def many_rules(folder, count=100):
    rules = folder / "many"
    rules.mkdir()
    for i in range(count):
        (rules / ("r%03d.yml" % i)).write_text(
            RULE.replace("A needle", "Rule %d" % i).replace("7e3a11", "7e3%03d" % i)
            .replace("/needle.aspx", "/needle.aspx" if i % 2 else "/other.aspx"))
    (rules / "broken.yml").write_text("title: [\n")
    (rules / "logsources.yml").write_text("sources: []\n")
    (rules / "two.yml").write_text(RULE.replace("7e3a11", "7e3b00") + "---\n" +
                                   RULE.replace("7e3a11", "7e3b01"))
    time.sleep(2.2)  # files that were changed just now are not kept
    return rules


def with_cache(cache, *words):
    environment = dict(ENVIRONMENT, LIMIER_CACHE=str(cache))
    run = subprocess.run([LIMIER, *map(str, words)], capture_output=True, env=environment)
    told = [line for line in run.stdout.splitlines() if not line.startswith(b"rules read before")]
    return run.returncode, b"\n".join(told), run.stderr


def rules_read_before_are_the_same_rules(folder):
    log, _ = evidence_in(folder)
    rules, cache = many_rules(folder), folder / "cache"
    for words in (["match", "-r", rules, log], ["rules", "list", rules], ["rules", "check", rules],
                  ["scan", "-r", rules, log, "--format", "json"]):
        without = with_cache("off", *words)
        first, second = with_cache(cache, *words), with_cache(cache, *words)
        assert without == first == second, (words, without, second)
    assert len(list(cache.iterdir())) == 1


def rules_that_changed_are_read_again(folder):
    rules, cache = many_rules(folder), folder / "cache"

    def titles():
        status, out, _ = with_cache(cache, "rules", "list", rules)
        assert status == DONE
        assert out == with_cache("off", "rules", "list", rules)[1]
        return out.decode()
    assert "Rule 7 " in titles()
    changed = rules / "r007.yml"
    before = changed.stat()
    changed.write_text(changed.read_text().replace("Rule 7", "Rule X"))  # of the same length
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "Rule X " in titles() and "Rule 7 " not in titles()
    (rules / "r008.yml").unlink()
    assert "Rule 8 " not in titles()
    (rules / "a-new-one.yml").write_text(RULE.replace("A needle", "Another"))
    assert "Another" in titles()


def a_damaged_cache_does_no_harm(folder):
    rules, cache = many_rules(folder), folder / "cache"
    expected = with_cache(cache, "rules", "list", rules)
    kept = next(cache.iterdir())
    whole = kept.read_bytes()
    for content in (whole[:-1], whole[:100], whole + b"x", b"", b"x" * 5000,
                    whole[:3000] + b"\x00" + whole[3001:], whole[:8] + b"\xff" * 9 + whole[17:]):
        kept.write_bytes(content)
        assert with_cache(cache, "rules", "list", rules) == expected
        assert kept.read_bytes() == whole  # made again
    kept.chmod(0o666)
    kept.write_bytes(b"of another")
    assert with_cache(cache, "rules", "list", rules) == expected


def without_a_place_for_the_cache_all_works(folder):
    rules = many_rules(folder)
    expected = with_cache("off", "rules", "list", rules)
    nowhere = folder / "file"
    nowhere.write_text("")
    assert with_cache(nowhere, "rules", "list", rules) == expected
    assert with_cache(nowhere / "below", "rules", "list", rules) == expected
    environment = dict(ENVIRONMENT, LIMIER_CACHE=str(folder / "here"))
    told = subprocess.run([LIMIER, "rules", "check", rules], capture_output=True, env=environment)
    assert b"kept in " + str(folder / "here").encode() in told.stdout, told.stdout


def rules_that_were_given_up_do_not_run_unless_asked_for(folder):
    log, rule = evidence_in(folder)
    rule.write_text(RULE + "status: deprecated\n")
    run = limier("match", "-r", rule, log)
    assert run.status == DONE and not run.out and "1 warnings" in run.err, run.err
    assert limier("match", "-r", rule, log, "--status", "any").out.count(b"\n") == 1
    run = limier("scan", "-r", rule, log, "--format", "json")
    assert not [f for f in run.json()["findings"] if f["rule"]["title"] == "A needle"]
    assert "left out" in one_line(run) and "--status any" in run.err, run.err
    every = limier("scan", "-r", rule, log, "--format", "json", "--status", "any").json()
    assert [f for f in every["findings"] if f["rule"]["title"] == "A needle"]
    assert "It matches" in limier("explain", "--rule", rule, log, 6).text()


def a_mapping_of_the_users_names_a_log_that_we_do_not_know(folder):
    log, rule = evidence_in(folder)
    rule.write_text(RULE.replace("category: webserver", "product: kiosk")
                    .replace("cs-uri-stem|endswith: /needle.aspx", "Page|endswith: /needle.aspx"))
    assert "no source of this version shows" in limier("rules", "check", rule).text()
    assert not limier("match", "-r", rule, log).out
    mine = folder / "mine" / "logsources.yml"
    mine.parent.mkdir()
    mine.write_text("sources:\n  - product: kiosk\n    shown_by:\n      - channel: iis\n"
                    "        fields:\n          Page: cs-uri-stem\n")
    hits = limier("match", "-r", rule, "-r", mine, log)
    assert hits.status == DONE and hits.out.count(b"\n") == 1 and not hits.err, hits.err
    assert "1 rules loaded, 0 refused, 0 warnings" in limier("rules", "check", rule, mine).text()
    told = limier("explain", "--rule", rule, "-r", mine, log, 6).text()
    assert "It matches" in told and "value (of cs-uri-stem): /needle.aspx" in told, told
    folder_too = limier("match", "-r", rule, "-r", mine.parent, log)
    assert folder_too.out == hits.out
    mine.write_text("sources:\n  - product: kiosk\n    shown_by:\n      - chanel: iis\n")
    run = limier("match", "-r", rule, "-r", mine, log)
    assert run.status == FAILED and "logsources.yml:4:" in one_line(run), run.err


def our_own_rules_need_no_advice_but_on_what_pages_cost(_):
    run = limier("rules", "check")
    assert run.status == DONE and " 0 refused, 0 warnings, " in run.text(), run.text()
    advice = [line for line in run.text().splitlines() if ": advice: " in line]
    assert all("/content_" in line and "which is slow" in line for line in advice), advice


def check_gives_advice_with_a_place(folder):
    _, rule = evidence_in(folder)
    rule.write_text(RULE.replace("level: high", "level: hihg") + "status: tset\n")
    told = limier("rules", "check", rule)
    assert told.status == DONE
    assert "needle.yml:10:8: warning: `hihg` is no level" in told.text(), told.text()
    assert "needle.yml:11:9: advice: this is no `status`" in told.text(), told.text()
    assert "1 rules loaded, 0 refused, 1 warnings, advice on 1" in told.text(), told.text()
    assert "advice" not in limier("match", "-r", rule, rule).err


def coverage_tells_which_rules_evidence_could_show(folder):
    log, rule = evidence_in(folder)
    for name, source, field in (("process", "{category: process_creation}", "Image: x"),
                                ("nothing", "{product: aws, service: cloudtrail}", "a: b")):
        (folder / (name + ".yml")).write_text(
            "title: %s\nid: 2f0f6f5e-24a5-4b9a-8d3c-0a1f7f3e7a%02d\nlogsource: %s\n"
            "detection: {sel: {%s}, condition: sel}\nlevel: low\n"
            % (name, len(name), source, field))
    told = limier("rules", "coverage", "-r", folder, log)
    assert told.status == DONE, told.err
    text = told.text()
    assert "1 of 3 rules could fire" in text and "         2  iis" in text, text
    assert "1  process_creation: none of these logs is there" in text, text
    assert "aws cloudtrail: no log that this version reads" in text, text
    found = limier("rules", "coverage", "-r", folder, log, "--format", "json").json()
    assert (found["rules"], found["could_fire"]) == (3, 1)
    assert {r["title"]: r["why"] for r in found["could_not"]} == {
        "process": "no_channel", "nothing": "no_log_known"}
    assert [(r["channel"], r["events"]) for r in found["logs"]] == [("iis", 2)]
    only = limier("rules", "coverage", log).text()
    assert "could fire on this evidence" in only  # our own rules
    mapping = limier("rules", "coverage", rule).text()
    assert "1 of 1 rules have a log source that can be seen" in mapping, mapping


def no_rule_that_matches_is_said_to_be_blind(_):
    rules, evidence = shared("corpus/sigma-rules"), shared("corpus/evtx")
    run = limier("rules", "coverage", "-r", rules, evidence, "--format", "json")
    told = json.loads(run.out)
    blind = {rule["id"] for rule in told["could_not"]}
    matched = {json.loads(line)["rule"]
               for line in limier("match", "-r", rules, evidence).out.splitlines()}
    assert len(matched) > 100 and not matched & blind, matched & blind
    assert told["could_fire"] + len(blind) == told["rules"]


def folders_of_rules_are_searched(folder):
    log, rule = evidence_in(folder)
    deep = folder / "rules" / "a" / "b"
    deep.mkdir(parents=True)
    rule.rename(deep / "x.yaml")
    (folder / "rules" / "notes.txt").write_text("not a rule")
    report = limier("scan", log, "-r", folder / "rules", "--format", "json").json()
    assert any(f["rule"]["title"] == "A needle" for f in report["findings"])
    assert not report["rules"]["problems"], report["rules"]


def rules_that_are_missing_are_named(folder):
    log, _ = evidence_in(folder)
    run = limier("scan", log, "-r", folder / "no-rules")
    assert run.status == FAILED and "no-rules" in one_line(run), run.err


def other_rules_make_another_scan(folder):
    log, rule = evidence_in(folder)
    case = folder / "a.case"
    assert limier("scan", log, "-o", case).status == DONE
    run = limier("scan", log, "-r", rule, "-o", case)
    assert run.status == FAILED and "rules" in one_line(run), run.err
    run = limier("scan", log, "--from", "2021-03-03", "-o", case)
    assert run.status == FAILED and "options" in one_line(run), run.err


def match_prints_one_line_a_match(folder):
    log, rule = evidence_in(folder)
    run = limier("match", "-r", rule, log)
    assert run.status == DONE, run.err
    lines = [json.loads(line) for line in run.text().splitlines()]
    assert lines == [{"rule": "2f0f6f5e-24a5-4b9a-8d3c-0a1f7f3e7a11", "unit": str(log),
                      "record": 6, "time": "2021-03-03T05:00:02Z"}], lines


def dump_prints_every_event(folder):
    log, _ = evidence_in(folder)
    run = limier("dump", log)
    events = [json.loads(line) for line in run.text().splitlines()]
    assert run.status == DONE and len(events) == 2, run.err


# ---- interruption, bounds

def an_interrupted_scan_says_how_to_go_on(folder):
    evidence = example(folder / "evidence", "--breached", "--size", 40_000_000)
    case = folder / "a.case"
    words = [LIMIER, "scan", str(evidence), "-o", str(case), "--threads", "1"]
    scan = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
    while not case.exists() and scan.poll() is None:
        time.sleep(0.01)
    time.sleep(0.3)
    scan.send_signal(signal.SIGINT)
    out, err = scan.communicate(timeout=60)
    if scan.returncode != FAILED:
        raise Skip("the scan was over before it could be interrupted")
    assert not out and b"the same command goes on" in err and err.count(b"\n") == 1, err
    again = limier("scan", evidence, "-o", case, "--format", "json")
    assert again.out == limier("scan", evidence, "--format", "json").out


def bounds_of_time_hold(folder):
    log, rule = evidence_in(folder)
    found = lambda *words: [f for f in limier("scan", log, "-r", rule, "--format", "json",
                                              *words).json()["findings"]
                            if f["rule"]["title"] == "A needle"]
    assert found("--from", "2021-03-03T05:00:02Z") and found("--to", "2021-03-03T05:00:03Z")
    assert not found("--from", "2021-03-03T05:00:03Z") and not found("--to", "2021-03-03T05:00:02Z")


def the_verdict_sets_the_status(folder):
    log, _ = evidence_in(folder)
    assert limier("scan", log, "--fail-on", "none").status == VERDICT


if __name__ == "__main__":
    sys.exit(run_tests([
        alone_it_says_what_to_do_first,
        every_command_has_help,
        slips_are_understood,
        what_comes_later_is_refused_in_one_line,
        times_and_numbers_are_checked,
        machines_read_the_same_in_every_language,
        people_read_their_language,
        a_pipe_gets_no_colours_and_no_progress,
        a_terminal_gets_colours_unless_it_does_not_want_them,
        evidence_cannot_speak_to_the_terminal,
        all_formats_come_from_a_case,
        a_report_never_overwrites_its_case,
        a_case_is_never_put_into_evidence,
        a_level_hides_what_lies_below_it,
        an_answer_that_is_not_kept_says_how_to_keep_it,
        explain_shows_predicate_and_value,
        explain_gives_a_command_that_prints_the_bytes,
        explain_tells_what_a_rule_lacked,
        explain_tells_of_another_log_and_of_fields_that_are_not_there,
        explain_of_a_record_does_not_let_evidence_speak,
        explain_of_a_record_reads_archives,
        explain_says_what_it_could_not_find,
        rules_read_before_are_the_same_rules,
        rules_that_changed_are_read_again,
        a_damaged_cache_does_no_harm,
        without_a_place_for_the_cache_all_works,
        rules_that_were_given_up_do_not_run_unless_asked_for,
        a_mapping_of_the_users_names_a_log_that_we_do_not_know,
        our_own_rules_need_no_advice_but_on_what_pages_cost,
        check_gives_advice_with_a_place,
        coverage_tells_which_rules_evidence_could_show,
        no_rule_that_matches_is_said_to_be_blind,
        unknown_findings_and_cases_are_named,
        folders_of_rules_are_searched,
        rules_that_are_missing_are_named,
        other_rules_make_another_scan,
        match_prints_one_line_a_match,
        dump_prints_every_event,
        an_interrupted_scan_says_how_to_go_on,
        bounds_of_time_hold,
        the_verdict_sets_the_status,
    ]))
