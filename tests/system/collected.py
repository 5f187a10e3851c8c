"""Collections as the tools lay them out: paths as on the host, and whose they are; several in one
scan stay apart."""

import io
import json
import sys
import tarfile
import zipfile

from kit import run_tests, scan_json

PAGE = '<%@ Page Language="JScript" %><% ev' + 'al(Request["x"], "unsafe") %>'


def event(computer):
    return json.dumps({"Event": {"System": {
        "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}}, "EventID": 4624,
        "TimeCreated": {"#attributes": {"SystemTime": "2021-03-03T01:02:03.000000Z"}},
        "EventRecordID": 7, "Channel": "Security", "Computer": computer},
        "EventData": {"TargetUserName": "somebody"}}}) + "\n"


def put(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def put_zip(path, files):
    with zipfile.ZipFile(path, "w") as z:
        for name, text in files.items():
            z.writestr(name, text)


def pages(report):
    """(host, path as on the host) of everything found in pages."""
    return {(f["host"], f["fields"]["TargetFilename"]) for f in report["findings"]
            if "TargetFilename" in f["fields"]}


def two_hosts_in_one_scan_stay_apart(folder):
    root = folder / "evidence"
    for host in ("EX1", "EX2"):
        put(root / host, {"C/inetpub/wwwroot/aspnet_client/x.aspx": PAGE,
                          "C/logs/security.json": event(f"{host}.corp.example")})
    report = scan_json(root)
    path = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    assert pages(report) == {("EX1.corp.example", path), ("EX2.corp.example", path)}, pages(report)
    hosts = {(s["host"], s["kind"]) for s in report["coverage"]["sources"]}
    assert hosts == {(f"{h}.corp.example", k) for h in ("EX1", "EX2") for k in ("page", "Security")}, hosts


def hosts_that_event_logs_do_not_agree_on_are_not_given_away(folder):
    root = folder / "evidence"
    put(root / "x", {"C/inetpub/wwwroot/aspnet_client/x.aspx": PAGE,
                     "C/logs/security.json": event("A.corp.example") + event("B.corp.example")})
    assert {host for host, _ in pages(scan_json(root))} == {""}


def the_name_of_a_collection_tells_its_host(folder):
    root = folder / "evidence"
    root.mkdir()
    drive = {"aspnet_client/x.aspx": PAGE}
    put_zip(root / "Collection-EX3-2021-03-05T10_11_12Z.zip",
            {f"uploads/auto/C%3A/inetpub/wwwroot/{k}": v for k, v in drive.items()}
            | {"results/Generic.Client.Info.json": '{"Hostname":"EX3"}\n'})
    put_zip(root / "2021-03-05T101112_EX4.zip",
            {f"C/inetpub/wwwroot/{k}": v for k, v in drive.items()})
    inner = io.BytesIO()
    put_zip(inner, {f"C/inetpub/wwwroot/{k}": v for k, v in drive.items()})
    with zipfile.ZipFile(root / "DFIR-ORC_Server_EX5_General.zip", "w") as z:
        z.writestr("Pages.zip", inner.getvalue())
    with tarfile.open(root / "uac-web1-linux-20210305101112.tar.gz", "w:gz") as t:
        data = b"<?php ev" + b"al($_POST['x']); ?>"
        info = tarfile.TarInfo("[root]/var/www/html/x.php")
        info.size = len(data)
        t.addfile(info, io.BytesIO(data))
    report = scan_json(root)
    page = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    expected = {("EX3", page), ("EX4", page), ("EX5", page), ("web1", "/var/www/html/x.php")}
    assert pages(report) == expected, pages(report)


if __name__ == "__main__":
    sys.exit(run_tests([
        two_hosts_in_one_scan_stay_apart,
        hosts_that_event_logs_do_not_agree_on_are_not_given_away,
        the_name_of_a_collection_tells_its_host,
    ]))
