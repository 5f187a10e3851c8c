"""What comes out of the trail, against what really happened: pages and their lives, clients, bytes."""

import sys

from kit import run_tests, scan_json, scenario_report, shared, truth


def intruders(name):
    return {entity["value"] for entity in scenario_report(name)["entities"]
            if entity["kind"] == "address" and entity["role"] == "attacker"}


def shell(name, page):
    found = [shell for shell in scenario_report(name)["shells"]
             if shell["page"].endswith(page) or shell["path"].endswith(page)]
    assert len(found) == 1, (page, scenario_report(name)["shells"])
    return found[0]


def a_tunnel_is_found_with_its_page_and_its_client(_):
    """4298 requests of one client to one page in 17 minutes, 1737 of them posted: counted with awk."""
    said = scan_json(shared("corpus", "weblogs", "Tunna_rdp_tunnel_IIS.log"))
    tunnels = [finding for finding in said["findings"] if finding["rule"]["id"] == "limier-tunnel"]
    assert len(tunnels) == 1, tunnels
    fields = tunnels[0]["fields"]
    assert fields["cs-uri-stem"] == "/erp/conn.aspx" and fields["c-ip"] == "10.0.2.17", fields
    assert (fields["requests"], fields["posts"], fields["minutes"]) == ("4298", "1737", "17"), fields
    assert fields["sc-bytes"] == "?", "the log does not tell the bytes of answers"
    page, = said["shells"]
    assert page["ok"] == 4298 and page["addresses"] == ["10.0.2.17"], page
    taken, took = said["taken"], 18505  # ms, summed up with awk; one more for each of 4298
    assert taken["least"] == 0 and taken["bounded"], taken
    assert taken["most"] == (took + 4298) * 125000, "by a line of 1 Gbit/s"
    assert said["verdict"]["state"] == "compromised", said["verdict"]


def a_shell_that_no_rule_knew_is_found_by_the_trail(_):
    page = shell("proxylogon", "/helpdesk/Themes/print.aspx")
    assert page["by_trail"] and sorted(page["addresses"]) == ["203.0.113.200", "203.0.113.77"], page
    assert not shell("proxylogon", "OutlookQN.aspx")["by_trail"]
    assert intruders("proxylogon") == set(truth("proxylogon")["addresses"])


def each_lead_names_what_led_to_it(_):
    led = {finding["led_by"] for finding in scenario_report("proxylogon")["findings"]
           if finding["rule"]["id"].startswith("limier-intruders-")}
    assert led == {"203.0.113.77", "/helpdesk/Themes/print.aspx"}, led


def what_was_taken_is_a_range_around_the_truth(_):
    for name in ("proxylogon", "proxyshell", "deleted-shell", "mailbox-export", "webmail"):
        taken, true = scenario_report(name)["taken"], truth(name)["bytes_out"]
        assert taken["bounded"], name
        assert (taken["least"], taken["most"]) == (true["loot"], true["answered"]), (name, taken)


def a_deleted_shell_is_gone_and_others_are_there(_):
    page = shell("deleted-shell", "supp0rt.aspx")
    assert page["state"] == "gone" and page["ok"] == 4 and page["refused"] == 1, page
    assert shell("proxylogon", "OutlookQN.aspx")["state"] == "there"
    assert shell("proxylogon", "print.aspx")["state"] == "unknown", "its folder was not collected"


def what_was_written_names_its_writer(_):
    page = shell("proxylogon", "OutlookQN.aspx")
    assert page["written"] < page["first"] <= page["last"] and page["writer"], page
    assert page["started"] > 0, page


def commands_stand_below_the_worker_that_started_them(_):
    tree = scenario_report("proxylogon")["processes"]
    assert tree[0]["depth"] == 0 and tree[0]["image"].endswith("w3wp.exe"), tree[0]
    above = []
    for process in tree:
        del above[process["depth"]:]
        if process["image"].endswith("whoami.exe"):
            assert above[-1].endswith("cmd.exe"), above
        above.append(process["image"])


def led_by(name):
    return {finding["led_by"] for finding in scenario_report(name)["findings"]
            if finding["rule"]["id"] == "limier-trail"}


def the_session_of_a_stolen_account_is_followed(_):
    """4672 names no address: only the number of the session leads there from the logon."""
    rights = [finding for finding in scenario_report("mailbox-export")["findings"]
              if finding["event_id"] == 4672]
    assert len(rights) == 1 and rights[0]["led_by"].startswith("0x"), rights
    assert rights[0]["fields"]["SubjectUserName"] == "adm.keller", rights


def the_account_that_they_used_is_told(_):
    told, = [stage for stage in scenario_report("mailbox-export")["story"] if stage["id"] == "trail"]
    assert any("203.0.113.19 asked the web server as CORP\\adm.keller" in claim["text"]
               for claim in told["claims"]), told


def what_every_server_has_is_held_back_and_said(_):
    held = {row["value"]: row["why"] for row in scenario_report("proxylogon")["not_followed"]}
    program = r"C:\Windows\System32\rundll32.exe"
    assert "of the system" in held[program] and program not in led_by("proxylogon"), held
    held = {row["value"]: row["why"] for row in scenario_report("mailbox-export")["not_followed"]}
    assert "mailbox" in held["l.dubois@example.com"], held


EWS = "DateTime,AuthenticatedUser,UserAgent,ClientIpAddress,ServerHostName,SoapAction,HttpStatus"


def ews_log(folder, requests, agent):
    """One a second."""
    rows = [f"2021-08-20T03:{i // 60:02}:{i % 60:02}.000Z,CORP\\h.tanaka,{agent},203.0.113.52,MAIL01,"
            "GetItem,200" for i in range(requests)]
    head = ["#Software: Microsoft Exchange Server", "#Version: 15.01.2106.002",
            "#Log-type: EWS Logs", "#Fields: " + EWS]
    log = folder / "Ews_2021082003-1.LOG"
    log.write_text("\r\n".join([*head, *rows, ""]), encoding="utf-8")
    return log


def mail_read_in_bulk_by_a_script_is_told_and_by_a_client_is_not(folder):
    for requests, agent, told in ((499, "python-requests/2.25.1", 0),
                                  (500, "python-requests/2.25.1", 1),
                                  (500, "MacOutlook/16.46.21021202", 0)):
        said = scan_json(ews_log(folder, requests, agent))
        bulk = [f for f in said["findings"] if f["rule"]["title"] == "A script read mail in bulk"]
        assert len(bulk) == told and said["verdict"]["state"] == "none", (requests, agent, bulk)


def sweeps_are_set_aside_and_nobody_is_inside(_):
    for name in ("sweep", "scanner"):
        said = scenario_report(name)
        assert said["set_aside"] and not said["shells"] and not said["persistence"], name
        assert all("calls itself" in client["why"] or client["refused"] for client in said["set_aside"]), name
        assert said["taken"]["items"] == [], name
    said = scenario_report("backup")
    assert all("calls itself" in client["why"] for client in said["set_aside"]) and not said["shells"], said["set_aside"]


if __name__ == "__main__":
    sys.exit(run_tests([
        a_tunnel_is_found_with_its_page_and_its_client,
        a_shell_that_no_rule_knew_is_found_by_the_trail,
        each_lead_names_what_led_to_it,
        what_was_taken_is_a_range_around_the_truth,
        a_deleted_shell_is_gone_and_others_are_there,
        what_was_written_names_its_writer,
        commands_stand_below_the_worker_that_started_them,
        the_session_of_a_stolen_account_is_followed,
        the_account_that_they_used_is_told,
        what_every_server_has_is_held_back_and_said,
        mail_read_in_bulk_by_a_script_is_told_and_by_a_client_is_not,
        sweeps_are_set_aside_and_nobody_is_inside,
    ]))
