"""What limier says of made-up servers against what really happened to them."""

import json
import sys

from kit import DONE, PARTLY, run_tests, scan_json, scenario, scenario_report, shared, truth

LEVELS = ["informational", "low", "medium", "high", "critical"]


def verdict_is_true(*what):
    said, true = scenario_report(*what)["verdict"], truth(*what)
    assert (said["state"], said["rung"]) == (true["state"], true["rung"]), (what, said)


def story_is_true(*what):
    """Each stage is told, and the stages begin in their order."""
    story = scenario_report(*what)["story"]
    first = {stage["id"]: stage["first"] for stage in story if stage["seen"]}
    order = [stage["id"] for stage in truth(*what)["stages"]]
    missing = [stage for stage in order if stage not in first]
    assert not missing, (what, missing, first)
    times = [first[stage] for stage in order]
    assert times == sorted(times), (what, first)


def entities_are_told(name, *kinds, of=()):
    told = {entity["value"].lower() for entity in scenario_report(name, *of)["entities"]}
    for kind in kinds:
        missing = [true for true in truth(name, *of)[kind]
                   if not any(true.lower() in value for value in told)]
        assert truth(name, *of)[kind] and not missing, (name, of, kind, missing, told)


def bytes_out_are_true(*what):
    """At least what was seen to be loot, at most all that the intruders were answered."""
    taken, true = scenario_report(*what)["taken"], truth(*what)["bytes_out"]
    assert taken["bounded"], taken
    assert (taken["least"], taken["most"]) == (true["loot"], true["answered"]), (what, taken, true)


def the_shell(name):
    shells = scenario_report(name)["shells"]
    assert len(shells) == 1, shells
    return shells[0]


def actions(name):
    return {action["id"] for action in scenario_report(name)["actions"]}


def nothing_is_loud(*what):
    loud = [finding for finding in scenario_report(*what)["findings"]
            if LEVELS.index(finding["rule"]["level"]) > 1]
    assert not loud, (what, {finding["rule"]["title"] for finding in loud})


def nobody_is_called_an_intruder(*what):
    people = [entity for entity in scenario_report(*what)["entities"]
              if entity["kind"] == "address"
              and entity["value"].startswith(("10.20.4.", "198.51."))]
    assert not people, (what, people)


def matches(name, *dossiers):
    said = {dossier["id"] for dossier in scenario_report(name)["dossiers"]}
    assert said == set(dossiers), said


def proxylogon_is_told(_):
    verdict_is_true("proxylogon")
    story_is_true("proxylogon")
    entities_are_told("proxylogon", "addresses", "shells")
    bytes_out_are_true("proxylogon")
    nobody_is_called_an_intruder("proxylogon")
    matches("proxylogon", "proxylogon")


def proxyshell_is_told(_):
    verdict_is_true("proxyshell")
    story_is_true("proxyshell")
    entities_are_told("proxyshell", "addresses", "shells", "accounts")
    bytes_out_are_true("proxyshell")
    nobody_is_called_an_intruder("proxyshell")
    matches("proxyshell", "proxyshell")


def every_step_of_proxyshell_that_was_taken_is_seen(_):
    dossier = scenario_report("proxyshell")["dossiers"][0]
    seen = [step["id"] for step in dossier["steps"] if step["findings"]]
    assert seen == ["probe", "path", "powershell", "role", "draft", "export", "page-written",
                    "page-compiled", "shell-used", "commands", "tidied", "persist", "mail"], seen


def what_stays_after_proxyshell_is_told(_):
    stays = scenario_report("proxyshell")["persistence"]
    for value in ("qmrfyz.aspx", "exch_support", "ExchangeHealthSync"):
        assert any(value in way["value"] for way in stays), (value, stays)
    kinds = {way["kind"] for way in stays}
    assert {"shell", "account", "task"} <= kinds, kinds
    assert not any(way["value"].startswith("MAIL01") for way in stays), "the server itself is none"


def a_shell_known_by_its_use_alone_is_told(_):
    """No rule, no file, no program: an attempt, and who posted where afterwards."""
    verdict_is_true("unknown-shell")
    story_is_true("unknown-shell")
    entities_are_told("unknown-shell", "addresses", "shells")
    bytes_out_are_true("unknown-shell")
    nobody_is_called_an_intruder("unknown-shell")
    page = [path for path in scenario("unknown-shell").rglob("*report.aspx")]
    assert not page, "its folder was not collected"
    named = {finding["rule"]["engine"] for finding in scenario_report("unknown-shell")["findings"]
             if "report.aspx" in json.dumps(finding["fields"])}
    assert named == {"trail"}, named
    assert the_shell("unknown-shell")["by_trail"]
    said = " ".join(s["text"] for s in scenario_report("unknown-shell")["verdict"]["sentences"])
    assert "used a page as web shells are used: /helpdesk/Themes/report.aspx" in said, said


def swept(name):
    """Set aside for what they did, not for what they call themselves."""
    return [client for client in scenario_report(name)["set_aside"] if "calls itself" not in client["why"]]


def a_sweep_is_attempted_and_never_more(_):
    verdict_is_true("sweep")
    nothing_is_loud("sweep")
    nobody_is_called_an_intruder("sweep")
    aside = swept("sweep")
    assert len(aside) == 64 and sum(client["requests"] for client in aside) == 20000, aside
    for client in aside:
        assert "a sweep" in client["why"] and str(client["requests"]) in client["why"], client


def a_shell_that_was_deleted_is_told(_):
    verdict_is_true("deleted-shell")
    story_is_true("deleted-shell")
    entities_are_told("deleted-shell", "addresses", "shells")
    bytes_out_are_true("deleted-shell")
    page = [path for path in scenario("deleted-shell").rglob("*supp0rt*")]
    assert not page, "the page is gone"
    life = the_shell("deleted-shell")
    assert life["state"] == "gone" and life["written"] is None, life
    assert life["first"].startswith("2021-03-02T21:00:00"), life
    assert life["last"].startswith("2021-03-03T21:14:"), life
    assert "remove-shells" not in actions("deleted-shell"), "there is nothing left to remove"
    assert life["requests"] == 5 and life["addresses"] == truth("deleted-shell")["addresses"], life


def a_mailbox_that_left_over_the_web_is_told(_):
    verdict_is_true("mailbox-export")
    story_is_true("mailbox-export")
    entities_are_told("mailbox-export", "addresses", "accounts")
    bytes_out_are_true("mailbox-export")


def a_web_mail_on_linux_is_told(_):
    verdict_is_true("webmail")
    story_is_true("webmail")
    entities_are_told("webmail", "addresses", "shells")
    bytes_out_are_true("webmail")
    assert the_shell("webmail")["state"] == "there", the_shell("webmail")
    assert "remove-shells" in actions("webmail"), "without a dossier of its own"
    nobody_is_called_an_intruder("webmail")


def a_scanner_of_the_owner_is_no_intruder(_):
    verdict_is_true("scanner")
    nothing_is_loud("scanner")
    aside = swept("scanner")
    assert [client["address"] for client in aside] == ["10.20.0.99"], aside
    assert "a sweep" in aside[0]["why"] and str(aside[0]["refused"]) in aside[0]["why"], aside


def a_test_from_outside_is_attempted_and_never_more(_):
    """It tries exploits, and then posts to pages that nobody else asks for: all of them."""
    verdict_is_true("tester")
    nothing_is_loud("tester")
    held = {row["value"]: row["why"] for row in scenario_report("tester")["not_followed"]}
    assert "a test" in held["203.0.113.150"], held
    assert not scenario_report("tester")["shells"]


def a_server_that_answers_everything_proves_nothing(_):
    """The sizes of answers would tell; the log does not hold them yet."""
    verdict_is_true("yes-man")
    nothing_is_loud("yes-man")
    assert not scenario_report("yes-man")["shells"]
    held = {row["value"]: row["why"] for row in scenario_report("yes-man")["not_followed"]}
    assert "a catalogue of pages" in held["203.0.113.151"], held


def a_backup_is_no_intruder(_):
    verdict_is_true("backup")
    nothing_is_loud("backup")


def a_web_mail_that_nobody_touched_is_healthy(_):
    verdict_is_true("webmail-healthy")
    nothing_is_loud("webmail-healthy")


INTRUSIONS = {
    "proxylogon": ("addresses", "shells"),
    "proxyshell": ("addresses", "shells", "accounts"),
    "unknown-shell": ("addresses", "shells"),
    "deleted-shell": ("addresses", "shells"),
    "mailbox-export": ("addresses", "accounts"),
    "webmail": ("addresses", "shells"),
}
QUIET = ("healthy", "sweep", "scanner", "tester", "yes-man", "backup", "webmail-healthy")
OTHER_DAYS = [("--seed", "2", "--requests", "300"), ("--seed", "3", "--days", "5")]


def intrusions_are_told_of_other_days_too(_):
    for days in OTHER_DAYS:
        for name, kinds in INTRUSIONS.items():
            verdict_is_true(name, *days)
            story_is_true(name, *days)
            entities_are_told(name, *kinds, of=days)
            bytes_out_are_true(name, *days)
            nobody_is_called_an_intruder(name, *days)


def other_days_without_intruders_are_quiet_too(_):
    for days in OTHER_DAYS:
        for name in QUIET:
            verdict_is_true(name, *days)
            nothing_is_loud(name, *days)


def rules_of_others_that_always_match_are_habits(_):
    """A scanner of mail, a backup each night: said, and no reason to doubt every day."""
    said = scan_json(scenario("backup"), "-r", shared("corpus", "sigma-rules"), ok=(DONE, PARTLY))
    verdict = said["verdict"]
    assert verdict["state"] == "none" and verdict["confidence"] == "low", verdict
    assert verdict["rung_possible"] > 0, "what leads hint at is not excluded"
    assert any("habits of this host" in s["text"] for s in verdict["sentences"]), verdict


def nobody_is_named_for_any_of_it(_):
    for name in INTRUSIONS:
        assert not scenario_report(name)["attribution"]["named"], name


if __name__ == "__main__":
    sys.exit(run_tests([
        proxylogon_is_told,
        proxyshell_is_told,
        every_step_of_proxyshell_that_was_taken_is_seen,
        what_stays_after_proxyshell_is_told,
        a_shell_known_by_its_use_alone_is_told,
        a_sweep_is_attempted_and_never_more,
        a_shell_that_was_deleted_is_told,
        a_mailbox_that_left_over_the_web_is_told,
        a_web_mail_on_linux_is_told,
        a_scanner_of_the_owner_is_no_intruder,
        a_test_from_outside_is_attempted_and_never_more,
        a_server_that_answers_everything_proves_nothing,
        a_backup_is_no_intruder,
        a_web_mail_that_nobody_touched_is_healthy,
        intrusions_are_told_of_other_days_too,
        other_days_without_intruders_are_quiet_too,
        rules_of_others_that_always_match_are_habits,
        nobody_is_named_for_any_of_it,
    ]))
