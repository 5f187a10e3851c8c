"""Backups of telephones: what is planted is found, in the open and under a password; a clean one is
silent; a wrong password is one clear line; what lies is noted and nothing falls over."""

import io
import json
import pathlib
import plistlib
import struct
import sys
import tarfile
import zipfile

import phone_backup
from kit import DONE, FAILED, PARTLY, limier, one_line, run_tests, scan_json
from phone_backup import SIGNS, Keybag, backup

PASSWORD = "violets & 12 crows"

# Whom each sign gives away: a rule by its title, or an indicator in a channel.
SHOWN_BY = {
    "link": ("badlink.example", "Message"),
    "warned": "Message that says Apple warns of spyware",
    "redirect": "Plain page led to a short link on an odd port",
    "process": "Process of a name that Pegasus used",
    "data": "Much data sent by a process of no program",
    "orphan": "Network use by a process whose name was removed",
    "gap": "Rows removed from the table of processes",
    "lookup": ("linakeller2203@badmail.example", "Identity"),
    "daily": "Process of a name that Pegasus used",
    "file": "File by which Pegasus stayed or hid crashes",
}


def indicators(folder):
    """As a helper would send them: STIX, of what no rule of ours knows."""
    patterns = ["[domain-name:value='badlink.example']", "[email-addr:value='linakeller2203@badmail.example']",
                "[process:name='nobodyhasthis']"]
    bundle = {"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "indicator", "id": f"indicator--{i}", "name": "Made up", "pattern_type": "stix", "pattern": p}
        for i, p in enumerate(patterns)]}
    path = folder / "signs.stix2"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    return path


def password(folder, text=PASSWORD):
    path = folder / "password"
    path.write_text(text + "\n", encoding="utf-8")
    return path


def shows(finding, sign):
    by = SHOWN_BY[sign]
    if isinstance(by, tuple):
        return finding["fields"].get("Indicator") == by[0] and by[1] in finding["fields"]
    return finding["rule"]["title"] == by


def found(report):
    return {sign for sign in SIGNS if any(shows(f, sign) for f in report["findings"])}


def ten_planted_signs_are_ten_found_ones(folder):
    report = scan_json(backup(folder / "phone", SIGNS), "-i", indicators(folder), "--min-level", "informational")
    assert found(report) == set(SIGNS), set(SIGNS) - found(report)
    assert report["verdict"]["state"] == "compromised", report["verdict"]
    assert [d["id"] for d in report["dossiers"] if d.get("matched", True)] == ["pegasus"], report["dossiers"]


def each_sign_is_found_by_itself_and_no_other_is(folder):
    known = indicators(folder)
    for sign in SIGNS:
        report = scan_json(backup(folder / sign, {sign}), "-i", known)
        same = {s for s in SIGNS if SHOWN_BY[s] == SHOWN_BY[sign]}
        assert sign in found(report) and found(report) <= same, (sign, found(report))


def a_clean_phone_is_silent(folder):
    report = scan_json(backup(folder / "phone"), "-i", indicators(folder))
    assert report["findings"] == [], report["findings"][:2]
    assert report["verdict"]["state"] == "none", report["verdict"]


def a_phone_is_told_what_phones_are_and_a_server_beside_it_what_servers_are(folder):
    phone = backup(folder / "phone", SIGNS)
    ids = {a["id"] for a in scan_json(phone)["actions"]}
    assert "phone-consent" in ids and "isolate" not in ids, ids
    (folder / "u_ex210701.log").write_text(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time c-ip cs-uri-stem sc-status\n"
        "2021-07-01 12:00:00 192.0.2.1 /index.html 200\n", encoding="utf-8")
    both = {a["id"] for a in scan_json(phone, folder / "u_ex210701.log")["actions"]}
    assert {"phone-consent", "isolate"} <= both, both


def every_row_of_a_large_database_is_read(folder):
    """Trees of several levels, rows that point to others, rows on overflow pages."""
    people, count = 300, 20000
    rows = [("handle", (i, f"+1555{i:07}")) for i in range(1, people + 1)]
    rows += [("message", (i, f"{i} " + "x" * (i % 97 * 97), i % people + 1, int(phone_backup.at(i) * 1e9)))
             for i in range(1, count + 1)]
    (folder / "sms.db").write_bytes(phone_backup.database(
        "create table handle (ROWID INTEGER PRIMARY KEY, id TEXT);"
        "create table message (ROWID INTEGER PRIMARY KEY, text TEXT, handle_id INTEGER, date INTEGER);", rows))
    run = limier("dump", folder / "sms.db")
    assert run.status == DONE, run.err
    seen = 0
    for line in run.out.splitlines():
        event = json.loads(line)
        if event["channel"] == "ios-message":
            i, said = event["record"], event["fields"]
            assert said["From"] == f"+1555{i % people + 1:07}" and said["Message"] == f"{i} " + "x" * (i % 97 * 97), i
            seen += 1
    assert seen == count, seen


def one_name_alone_is_no_verdict(folder):
    report = scan_json(backup(folder / "phone", {"daily"}))
    assert report["verdict"]["state"] == "cannot_tell", report["verdict"]


def a_password_opens_what_it_closed(folder):
    known = indicators(folder)
    plain = scan_json(backup(folder / "a" / "phone", SIGNS), "-i", known)
    closed = scan_json(backup(folder / "b" / "phone", SIGNS, PASSWORD), "-i", known,
                       "--password-file", password(folder))
    assert found(closed) == found(plain) == set(SIGNS)

    def told(report):
        return sorted((f["rule"]["title"], f["time"] or "", f["record"], f["unit"].partition("phone")[2])
                      for f in report["findings"])
    assert told(closed) == told(plain)
    clean = scan_json(backup(folder / "c" / "phone", (), PASSWORD), "-i", known, "--password-file", password(folder))
    assert clean["findings"] == [] and clean["verdict"]["state"] == "none"


def what_was_decrypted_is_written_nowhere(folder):
    phone = backup(folder / "phone", SIGNS, PASSWORD)
    before = {p: p.read_bytes() for p in phone.rglob("*") if p.is_file()}
    run = limier("scan", phone, "--password-file", password(folder), "-o", folder / "x.case")
    assert run.status == DONE, run.err
    assert {p: p.read_bytes() for p in phone.rglob("*") if p.is_file()} == before


def a_wrong_password_is_one_line(folder):
    phone = backup(folder / "phone", SIGNS, PASSWORD)
    run = limier("scan", phone, "--password-file", password(folder, "wrong"))
    assert run.status == FAILED and not run.out, (run.status, run.out[:200])
    assert "not the password" in one_line(run)
    empty = folder / "empty"
    empty.write_text("", encoding="utf-8")
    run = limier("scan", phone, "--password-file", empty)
    assert run.status == FAILED and "no password" in one_line(run)


def without_a_password_it_says_so_and_goes_on(folder):
    run = limier("scan", backup(folder / "phone", SIGNS, PASSWORD), "--format", "json")
    assert run.status == PARTLY and "--password-file" in one_line(run), run.err
    report = run.json()
    assert report["verdict"]["state"] != "none" or report["verdict"]["confidence"] == "low"
    assert report["coverage"]["units"]["not_understood"] == 7, report["coverage"]["units"]


def the_path_on_the_phone_is_known(folder):
    run = limier("dump", backup(folder / "phone", SIGNS))
    units = {json.loads(line)["unit"].partition("phone")[2] for line in run.out.splitlines()}
    assert "!/private/var/mobile/Library/SMS/sms.db" in units, units
    assert "!/private/var/wireless/Library/Databases/DataUsage.sqlite" in units, units


# ---- sysdiagnose, Android

GOLDEN = pathlib.Path(__file__).parent.parent / "golden" / "formats"


def packed(path, files):
    with tarfile.open(path, "w:gz") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), phone_backup.NOON
            tar.addfile(entry, io.BytesIO(data))
    return path


def a_sysdiagnose_is_read_in_its_archive(folder):
    root = "sysdiagnose_2021.07.03_10-00-00+0000_iPhone-OS_iPhone_18F72"
    report = scan_json(packed(folder / f"{root}.tar.gz", {
        f"{root}/system_logs.logarchive/Extra/shutdown.log": (GOLDEN / "shutdown_log/shutdown.log").read_bytes(),
        f"{root}/ps.txt": (GOLDEN / "process_list/ps.txt").read_bytes().replace(b"broken\n", b""),
        f"{root}/crashes_and_spins/JetsamEvent.ips": (GOLDEN / "crash_report/JetsamEvent.ips").read_bytes()}))
    shown = {(f["rule"]["title"], f["unit"].rpartition("/")[2]) for f in report["findings"]}
    staging = "Process run from a folder where spyware is unpacked"
    known = "Process of a name that Pegasus used"
    assert {(staging, "shutdown.log"), (staging, "ps.txt"), (known, "JetsamEvent.ips")} <= shown, shown
    assert report["verdict"]["state"] == "compromised", report["verdict"]


def an_android_report_shows_its_programs(folder):
    text = (GOLDEN / "android_report/bugreport.txt").read_text(encoding="utf-8")
    for name, body in (("evil", text), ("clean", text.replace("com.network.android", "org.example.notes"))):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr("bugreport-coral-2021-07-02.txt", body)
            archive.writestr("version.txt", "2.0")
    evil = scan_json(folder / "evil.zip", ok=(DONE, PARTLY))
    assert [f["rule"]["title"] for f in evil["findings"]] == ["Program that was Pegasus for Android"]
    assert evil["verdict"]["state"] == "compromised", evil["verdict"]
    clean = scan_json(folder / "clean.zip", ok=(DONE, PARTLY))
    assert clean["findings"] == [] and clean["verdict"]["state"] == "none", clean["verdict"]
    assert any("Android keeps few traces" in spot["text"] for spot in clean["coverage"]["blind_spots"])


def links_in_an_android_backup_are_found(folder):
    report = scan_json(GOLDEN / "android_backup/backup.ab", "-i", indicators(folder))
    assert [f["fields"]["Indicator"] for f in report["findings"]] == ["badlink.example"], report["findings"]
    run = limier("scan", GOLDEN / "android_backup/encrypted.ab", "--format", "json")
    assert run.status == PARTLY and "encrypted" in json.dumps(run.json()["coverage"]), run.err


# ---- what lies

def a_keybag_that_asks_for_ages_is_refused(folder):
    bag = Keybag(PASSWORD)
    bag.iterations = 4_000_000_000
    phone = backup(folder / "phone", SIGNS, PASSWORD, bag)
    run = limier("scan", phone, "--password-file", password(folder), timeout=60)
    assert run.status == FAILED and "rounds" in one_line(run), run.err


def a_keybag_that_is_cut_is_one_line(folder):
    phone = backup(folder / "phone", SIGNS, PASSWORD)
    manifest = plistlib.loads((phone / "Manifest.plist").read_bytes())
    whole = manifest["BackupKeyBag"]
    for length in (0, 3, 7, 40, 150, len(whole) - 1):
        manifest["BackupKeyBag"] = whole[:length]
        (phone / "Manifest.plist").write_bytes(plistlib.dumps(manifest, fmt=plistlib.FMT_BINARY))
        run = limier("scan", phone, "--password-file", password(folder))
        assert run.status == FAILED and "damaged" in one_line(run), (length, run.err)


def a_database_that_lies_costs_itself_alone(folder):
    phone = backup(folder / "phone", SIGNS)
    victim = phone / "3d" / "3d0d7e5fb2ce288813306e4d4636395e047a3d28"
    whole = victim.read_bytes()
    lies = {
        "page size": (16, b"\x00\x07"),
        "pages beyond the end": (4096 + 8, b"\xff\xff\xff\xff"),
        "a tree in a circle": (100, b"\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"),
        "cells": (103, b"\xff\xff"),
        "everything": (100, b"\xff" * 3000),
    }
    for name, (at, lie) in lies.items():
        victim.write_bytes(whole[:at] + lie + whole[at + len(lie):])
        run = limier("scan", phone, "--format", "json", timeout=60)
        assert run.status in (DONE, PARTLY), (name, run.err)
        assert "process" in found(run.json()), name
    for cut in (0, 50, 100, 4000, 9000):
        victim.write_bytes(whole[:cut])
        assert limier("scan", phone, timeout=60).status in (DONE, PARTLY), cut


def a_list_that_unfolds_without_end_is_bounded(folder):
    """Each of 60 arrays holds the next one twice: 2^60 values in 300 bytes."""
    objects = [bytes([0xa2, i + 1, i + 1]) for i in range(60)] + [b"\x51a"]
    out, offsets = b"bplist00", []
    for each in objects:
        offsets.append(len(out))
        out += each
    out += bytes(offsets) + bytes(6) + bytes([1, 1]) + struct.pack(">QQQ", len(objects), 0, len(out))
    (folder / "bomb.plist").write_bytes(out)
    run = limier("dump", folder / "bomb.plist", timeout=60)
    assert run.status in (DONE, PARTLY) and "limit" in run.err, run.err


def the_manifest_names_what_it_likes(folder):
    """Two files of one path, a path that climbs, one that is not text: all are read, under names of
    their own."""
    phone = backup(folder / "phone", SIGNS)
    rows = [("Files", ("3d0d7e5fb2ce288813306e4d4636395e047a3d28", "HomeDomain", "../../../etc/passwd", 1, b"")),
            ("Files", ("0d609c54856a9bb2d56729df1d68f2958a88426b", "HomeDomain", "../../../etc/passwd", 1, b"x")),
            ("Files", ("6b97989189901ceaa4e5be9b7f05fb584120e27b", "A\x00B", "\ud800".encode("utf-8", "surrogatepass"),
                       1, None)),
            ("Files", ("short", None, None, "x", 5))]
    (phone / "Manifest.db").write_bytes(phone_backup.database(
        "CREATE TABLE Files (fileID TEXT, domain TEXT, relativePath, flags INTEGER, file BLOB);", rows))
    report = scan_json(phone, "-i", indicators(folder), ok=(DONE, PARTLY))
    assert {"process", "lookup", "link"} <= found(report), found(report)


if __name__ == "__main__":
    sys.exit(run_tests([
        ten_planted_signs_are_ten_found_ones,
        each_sign_is_found_by_itself_and_no_other_is,
        a_clean_phone_is_silent,
        a_phone_is_told_what_phones_are_and_a_server_beside_it_what_servers_are,
        every_row_of_a_large_database_is_read,
        one_name_alone_is_no_verdict,
        a_password_opens_what_it_closed,
        what_was_decrypted_is_written_nowhere,
        a_wrong_password_is_one_line,
        without_a_password_it_says_so_and_goes_on,
        the_path_on_the_phone_is_known,
        a_sysdiagnose_is_read_in_its_archive,
        an_android_report_shows_its_programs,
        links_in_an_android_backup_are_found,
        a_keybag_that_asks_for_ages_is_refused,
        a_keybag_that_is_cut_is_one_line,
        a_database_that_lies_costs_itself_alone,
        a_list_that_unfolds_without_end_is_bounded,
        the_manifest_names_what_it_likes,
    ]))
