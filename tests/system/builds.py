"""Builds as the logs of Exchange tell them: rows, headers, an update in between, lies."""

import sys

from kit import run_tests, scan_json

COLUMNS = ("DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,Protocol,UrlStem,"
           "UserAgent,ClientIpAddress,ServerHostName,HttpStatus")


def row(day, build, host="MAIL01", hour=0):
    numbers = build.replace(".", ",") if build else ",,,"
    return (f"2021-03-{day:02}T{hour:02}:00:00.000Z,r,{numbers},Owa,/owa/,Mozilla,203.0.113.7,{host},200")


def log(path, kind, rows, version="15.0.0.0", columns=COLUMNS):
    path.parent.mkdir(parents=True, exist_ok=True)
    head = f"#Software: Microsoft Exchange Server\n#Version: {version}\n#Log-type: {kind}\n#Fields: {columns}\n"
    path.write_text(head + "\n".join(rows) + "\n")


def builds(report, dossier="proxylogon"):
    return [(b["host"], b["product"], b["number"], b["state"], b["latest"])
            for b in report["builds"] if b["dossier"] == dossier]


def an_update_in_the_middle_of_a_file_is_seen(folder):
    log(folder / "e" / "HttpProxy_2021030100-1.LOG", "HttpProxy Logs",
        [row(d, "15.1.2176.2") for d in range(1, 9)] + [row(d, "15.1.2176.9") for d in range(9, 20)])
    report = scan_json(folder / "e")
    assert builds(report) == [
        ("MAIL01", "Exchange 2016 CU19", "15.1.2176.2", "unconfirmed", False),
        ("MAIL01", "Exchange 2016 CU19", "15.1.2176.9", "fixed", True)], report["builds"]
    first = report["builds"][0]
    assert (first["first"], first["last"]) == ("2021-03-01T00:00:00Z", "2021-03-08T00:00:00Z"), first
    assert report["verdict"]["rung"] == 0
    assert len([s for s in report["coverage"]["sources"]]) == 1, "one log, whatever wrote it"


def the_header_tells_where_rows_do_not(folder):
    log(folder / "e" / "MSGTRK2021030100-1.LOG", "Message Tracking Log",
        ["2021-03-01T00:00:00.000Z,MAIL01,RECEIVE"], "15.02.0792.003", "date-time,server-hostname,event-id")
    report = scan_json(folder / "e")
    assert builds(report) == [("MAIL01", "Exchange 2019 CU8", "15.2.792.3", "unconfirmed", True)], report["builds"]
    assert any("15.2.792.3" in s["text"] and "15.2.792.3" in s["text_fr"] for s in report["verdict"]["sentences"])
    assert "patch" in [a["id"] for a in report["actions"]]


def the_form_of_a_log_is_no_build(folder):
    log(folder / "e" / "HttpProxy_2021030100-1.LOG", "HttpProxy Logs", [row(1, "")])
    assert builds(scan_json(folder / "e")) == []


def numbers_that_are_none_are_no_build(folder):
    lies = ["15.1.0x10.2", "15.1.2176.", "15.1.99999999999.2", "a.b.c.d", "15.1.-1.2", '15."1".2176.2']
    log(folder / "e" / "HttpProxy_2021030100-1.LOG", "HttpProxy Logs",
        [row(1, b, hour=i) for i, b in enumerate(lies)])
    assert builds(scan_json(folder / "e")) == []


def a_front_end_that_keeps_its_number_does_not_hide_the_update(folder):
    log(folder / "e" / "HttpProxy_2021030100-1.LOG", "HttpProxy Logs",
        [row(d, "15.0.1497.0") for d in range(1, 20)])
    log(folder / "e" / "Ews_2021030100-1.LOG", "EWS Logs", [row(d, "15.0.1497.30") for d in range(3, 20)])
    assert builds(scan_json(folder / "e")) == [
        ("MAIL01", "Exchange 2013 CU23", "15.0.1497.30", "fixed", True)]


def two_servers_stay_apart(folder):
    log(folder / "e" / "HttpProxy_2021030100-1.LOG", "HttpProxy Logs",
        [row(1, "15.0.1367.3", "MAIL01"), row(1, "15.1.2507.6", "MAIL02")])
    assert builds(scan_json(folder / "e")) == [
        ("MAIL01", "Exchange", "15.0.1367.3", "open", True),
        ("MAIL02", "Exchange", "15.1.2507.6", "fixed", True)]


def builds_made_up_without_end_cost_no_event(folder):
    rows = [row(1 + i % 28, f"15.1.{1 + i % 9000}.{i}", hour=i % 24) for i in range(20000)]
    log(folder / "e" / "HttpProxy_2021030100-1.LOG", "HttpProxy Logs", rows)
    report = scan_json(folder / "e")
    assert report["coverage"]["events"] == 20000, report["coverage"]["events"]


def setup_log(folder, *said):
    path = folder / "e" / "C" / "ExchangeSetupLogs" / "ExchangeSetup.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Starting Microsoft Exchange Server 2016 Setup\r\n" + "".join(
        f"[03/{day:02}/2021 10:00:00.0123] [0] {text}\r\n" for day, text in said))


DONE_WELL = "The Exchange Server setup operation completed successfully."


def a_setup_that_completed_tells_the_build(folder):
    setup_log(folder, (1, "Setup version: 15.1.2106.2."), (1, DONE_WELL),
              (2, "Setup version: 15.1.2176.2."),
              (2, "Command Line Parameter Name='mode', Value='Upgrade'."), (3, DONE_WELL))
    report = scan_json(folder / "e")
    assert report["verdict"]["state"] == "cannot_tell", "setup is no log of what came later"
    found = [(b["number"], b["latest"], b["first"][:19]) for b in report["builds"]
             if b["dossier"] == "proxylogon"]
    assert found == [("15.1.2106.2", False, "2021-03-01T10:00:00"),
                     ("15.1.2176.2", True, "2021-03-03T10:00:00")], found


def a_setup_that_failed_or_only_prepared_tells_none(folder):
    setup_log(folder, (1, "Setup version: 15.1.2106.2."), (1, "[ERROR] it did not work"),
              (2, "Setup version: 15.1.2176.2."),
              (2, "Command Line Parameter Name='preparead', Value=''."), (2, DONE_WELL))
    assert scan_json(folder / "e")["builds"] == []


if __name__ == "__main__":
    sys.exit(run_tests([
        a_setup_that_completed_tells_the_build,
        a_setup_that_failed_or_only_prepared_tells_none,
        an_update_in_the_middle_of_a_file_is_seen,
        the_header_tells_where_rows_do_not,
        the_form_of_a_log_is_no_build,
        numbers_that_are_none_are_no_build,
        a_front_end_that_keeps_its_number_does_not_hide_the_update,
        two_servers_stay_apart,
        builds_made_up_without_end_cost_no_event,
    ]))
