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


def a_velociraptor_collection_that_was_renamed_tells_its_host_and_its_paths(folder):
    put_zip(folder / "x.zip", {
        "client_info.json": json.dumps({"Hostname": "EX6", "OS": "windows"}, indent=1),
        "uploads/ntfs/%5C%5C.%5CC%3A/inetpub/wwwroot/aspnet_client/a%25b.aspx": PAGE,
        "log.json": '{"client_time":1614938000,"level":"ERROR","message":"cannot open C:\\\\x.evtx"}\n'})
    report = scan_json(folder / "x.zip")
    assert pages(report) == {("EX6", r"C:\inetpub\wwwroot\aspnet_client\a%b.aspx")}, pages(report)


GET_THIS = ("ComputerName,VolumeID,ParentFRN,FRN,FullName,SampleName,SizeInBytes,MD5,SHA1,FindMatch,ContentType,"
            "SampleCollectionDate,CreationDate,LastModificationDate\n")


def orc_sample(name):
    return f"36DA2C4BDA2C0A27_1000000000001_2000000000002_0_{name}_{{00000000-0000-0000-0000-000000000000}}.data"


def samples_of_dfir_orc_have_the_paths_of_their_host(folder):
    """Their names in the archive keep neither folder nor extension; a list beside them does."""
    def collection(host):
        row = (f'"{host}",0x36DA2C4BDA2C0A27,0x1,0x2,"\\inetpub\\wwwroot\\aspnet_client\\x.aspx",'
               f'"pages\\{orc_sample("x.aspx")}",60,,,"Name matches *.aspx","data",'
               "2021-03-05 10:11:12.000,2021-03-03 04:05:06.000,2021-03-03 04:05:07.000\n")
        inner = io.BytesIO()
        put_zip(inner, {f"pages/{orc_sample('x.aspx')}": PAGE, "GetThis.csv": GET_THIS + row})
        return inner.getvalue()
    for i, host in enumerate(("EX8", "EX9")):
        with zipfile.ZipFile(folder / f"{i}.zip", "w") as z:
            z.writestr("Pages.zip", collection(host))
    report = scan_json(folder / "0.zip", folder / "1.zip")
    path = r"\inetpub\wwwroot\aspnet_client\x.aspx"
    assert pages(report) == {("EX8", path), ("EX9", path)}, pages(report)
    assert {f["rule"]["level"] for f in report["findings"]} & {"high", "critical"}


def drives_that_were_copied_bare_stay_apart(folder):
    for host in ("EX1", "EX2"):
        path = folder / "e" / host
        put(path, {"inetpub/wwwroot/aspnet_client/x.aspx": PAGE,
                   "Windows/System32/winevt/Logs/security.json": event(f"{host}.corp.example")})
    hosts = {host for host, _ in pages(scan_json(folder / "e"))}
    assert hosts == {"EX1.corp.example", "EX2.corp.example"}, hosts


def what_a_collector_could_not_take_is_a_blind_spot(folder):
    logs = {
        "kape/2021-03-05T10_11_12_0000000_ConsoleLog.txt":
            "[2021-03-05 10:11:12.0000001 | INF] Command line: --tsource C:\r\n"
            "[2021-03-05 10:11:13.0000001 | ERR] Access to the path 'C:\\x' is denied.\r\n",
        "uac/uac.log.stderr": "cp: '/var/log/audit/audit.log': Permission denied\n",
        "v/log.json": '{"client_time":1614938000,"level":"ERROR","message":"x"}\n',
    }
    put(folder / "e", logs)
    report = scan_json(folder / "e")
    told = {p["unit"].split("/e/")[1] for p in report["coverage"]["problems"] if p["reason"] == "NOT_COLLECTED"}
    assert told == set(logs), report["coverage"]["problems"]
    spots = [s["text"] for s in report["coverage"]["blind_spots"] if "collector" in s["text"]]
    assert len(spots) == 1 and all(name in spots[0] for name in logs), spots
    assert report["verdict"]["state"] == "cannot_tell", "what a collector wrote is no log of the host"


if __name__ == "__main__":
    sys.exit(run_tests([
        a_velociraptor_collection_that_was_renamed_tells_its_host_and_its_paths,
        samples_of_dfir_orc_have_the_paths_of_their_host,
        drives_that_were_copied_bare_stay_apart,
        what_a_collector_could_not_take_is_a_blind_spot,
        two_hosts_in_one_scan_stay_apart,
        hosts_that_event_logs_do_not_agree_on_are_not_given_away,
        the_name_of_a_collection_tells_its_host,
    ]))
