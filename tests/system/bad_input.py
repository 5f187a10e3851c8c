"""Everything that can be wrong with what limier is given: one clear line, nothing lost, and the
exit status that the contract names."""

import gzip
import io
import os
import random
import shutil
import struct
import subprocess
import sys
import time
import zipfile
import zlib

from kit import (DONE, ENVIRONMENT, FAILED, LIMIER, PARTLY, USAGE, Run, Skip, example, limier,
                 one_line, run_tests, scan_json, units)

MB = 1 << 20
GB = 1 << 30

IIS_HEADER = (b"#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n"
              b"#Date: 2021-03-03 05:00:00\r\n#Fields: date time s-ip cs-method cs-uri-stem "
              b"cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status "
              b"sc-substatus sc-win32-status time-taken\r\n")
IIS_LINE = (b"2021-03-03 05:00:01 10.0.0.1 GET /owa/ - 443 - 10.0.0.2 Mozilla/5.0 - 302 0 0 5\r\n")
LOG = IIS_HEADER + IIS_LINE


def problem(report, name):
    """Of the unit whose path ends so."""
    found = [p for p in report["coverage"]["problems"] if p["unit"].endswith(name)]
    assert len(found) == 1, (name, report["coverage"]["problems"])
    return found[0]


# ---- paths

def a_missing_path_is_named(folder):
    run = limier("scan", folder / "nothing-here")
    assert run.status == FAILED and "nothing-here" in one_line(run)


def a_missing_path_is_named_before_anything_is_read(folder):
    (folder / "good.log").write_bytes(LOG)
    run = limier("scan", folder / "good.log", folder / "nothing-here", "-o", folder / "a.case")
    assert run.status == FAILED and "nothing-here" in one_line(run)


def no_evidence_given_is_wrong_usage(_):
    assert limier("scan").status == USAGE
    assert limier("scan", "--no-such-option", "x").status == USAGE


def an_empty_file_is_told(folder):
    (folder / "empty.evtx").write_bytes(b"")
    report = scan_json(folder / "empty.evtx", ok=(DONE, PARTLY))
    assert report["verdict"]["state"] == "cannot_tell", report["verdict"]
    assert problem(report, "empty.evtx")["reason"] == "EMPTY"


def a_folder_without_evidence_is_told(folder):
    (folder / "nothing").mkdir()
    run = limier("scan", folder / "nothing", "--format", "json")
    assert run.status in (DONE, PARTLY), run.err
    assert run.json()["verdict"]["state"] == "cannot_tell"
    assert sum(run.json()["coverage"]["units"].values()) == 0


def a_loop_of_links_ends(folder):
    (folder / "logs").mkdir()
    (folder / "logs" / "a.log").write_bytes(LOG)
    os.symlink(folder, folder / "logs" / "loop")
    os.symlink("itself", folder / "itself")
    report = scan_json(folder, ok=(DONE, PARTLY))
    assert units(report, "parsed") == 3, report["coverage"]  # the log, and two links with nothing to read
    assert report["coverage"]["events"] == 1, "a file is read once, by whatever way it is reached"


def an_unreadable_file_is_told(folder):
    folder.chmod(0o755)
    (folder / "good.log").write_bytes(LOG)
    (folder / "secret.log").write_bytes(LOG)
    (folder / "secret.log").chmod(0)
    command = [LIMIER, "scan", str(folder), "--format", "json"]
    if os.geteuid() == 0:
        as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
        if not shutil.which("setpriv") or subprocess.run([*as_nobody, LIMIER, "version"],
                                                         capture_output=True).returncode:
            raise Skip("root reads everything, and cannot become nobody here")
        command = [*as_nobody, *command]
    run = Run(subprocess.run(command, capture_output=True, env=ENVIRONMENT, timeout=300))
    assert run.status == PARTLY, (run.status, run.err)
    assert problem(run.json(), "secret.log")["reason"] == "UNREADABLE_FILE"
    assert units(run.json(), "parsed") == 1


# ---- contents

def noise_is_not_understood(folder):
    (folder / "noise.bin").write_bytes(random.Random(1).randbytes(MB))
    report = scan_json(folder / "noise.bin", ok=(PARTLY,))
    assert units(report, "not_understood") == 1, report["coverage"]
    assert report["verdict"]["state"] == "cannot_tell"


def records_of_no_known_log_leave_the_question_open(folder):
    (folder / "package.json").write_text('{"name": "x", "version": "1.0"}\n')
    report = scan_json(folder / "package.json")
    assert units(report, "parsed") == 1 and report["coverage"]["events"] == 1, report["coverage"]
    assert report["verdict"]["state"] == "cannot_tell", report["verdict"]
    (folder / "u_ex210303.log").write_bytes(LOG)
    assert scan_json(folder)["verdict"]["state"] == "none", "a log was read"


def a_cut_event_log_gives_what_it_holds(folder):
    evidence = example(folder / "evidence", "--breached", "--days", 1)
    log = next(evidence.rglob("Security.evtx"))
    whole = scan_json(log)["coverage"]["events"]
    log.write_bytes(log.read_bytes()[:-100_000])
    report = scan_json(log, ok=(PARTLY,))
    assert whole * 0.5 < report["coverage"]["events"] < whole
    assert problem(report, "Security.evtx")["reason"] in (
        "TRUNCATED", "BAD_CHUNK", "BAD_RECORD", "BAD_HEADER")


def deflated_zeros(size):
    """`size` zeros as a deflate stream, made of one block said again and again."""
    step = 10 * MB
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(step)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (size // step) + packer.flush()


def zip_with_bomb(size):
    """A log, and a member that unpacks to `size`."""
    body = deflated_zeros(size)
    sizes = struct.pack("<QQ", size, len(body))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 45, 0, 8, 0, 0x5265, 0, 0xffffffff, 0xffffffff,
                        8, 20) + b"bomb.log" + struct.pack("<HH", 1, 16) + sizes
    central = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 45, 45, 0, 8, 0, 0x5265, 0, 0xffffffff,
                          0xffffffff, 8, 20, 0, 0, 0, 0, 0)
    central += b"bomb.log" + struct.pack("<HH", 1, 16) + sizes
    name = b"good.log"
    second = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 0x5265, zlib.crc32(LOG), len(LOG),
                         len(LOG), len(name), 0) + name + LOG
    at = len(local) + len(body)
    central += struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 0, 0, 0x5265, zlib.crc32(LOG),
                           len(LOG), len(LOG), len(name), 0, 0, 0, 0, 0, at) + name
    start = at + len(second)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 2, 2, len(central), start, 0)
    return local + body + second + central + end


def a_bomb_is_defused(folder):
    (folder / "bomb.zip").write_bytes(zip_with_bomb(10_000 * MB))
    assert (folder / "bomb.zip").stat().st_size < 11 * MB
    began = time.monotonic()
    report = scan_json(folder / "bomb.zip", ok=(PARTLY,))
    assert time.monotonic() - began < 120
    reasons = {p["reason"] for p in report["coverage"]["problems"]}
    assert reasons & {"OVER_RATIO", "OVER_BUDGET", "MEMBER_REFUSED"}, reasons


def archives_nested_fifty_deep_end(folder):
    inner = LOG
    for depth in range(50):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("deep.zip" if depth else "deep.log", inner)
            archive.writestr("level.log", LOG)
        inner = packed.getvalue()
    (folder / "nested.zip").write_bytes(inner)
    report = scan_json(folder / "nested.zip", ok=(PARTLY,))
    assert any(p["reason"] == "OVER_DEPTH" for p in report["coverage"]["problems"])
    assert units(report, "parsed") >= 3, "what lies above the limit is read"


def a_cut_stream_gives_all_that_it_holds(folder):
    """What a program unpacks of it before it breaks: to the last line, not to the last block."""
    noise = random.Random(2)
    lines = b"".join(b"2021-03-03 05:%02d:%02d 10.0.0.1 GET /%d - 443 - 10.0.0.2 Mozilla/5.0 - 302 0 0 5\r\n"
                     % (i // 60 % 60, i % 60, noise.randrange(10**9)) for i in range(3000))
    whole = gzip.compress(IIS_HEADER + lines)
    for size in (1500, len(whole) // 2, len(whole) - 4):
        there = zlib.decompressobj(31).decompress(whole[:size]).count(b"\n") - IIS_HEADER.count(b"\n")
        (folder / "cut.log.gz").write_bytes(whole[:size])
        report = scan_json(folder / "cut.log.gz", ok=(PARTLY,))
        assert there <= report["coverage"]["events"] <= there + 1, (size, there, report["coverage"])


def a_stream_with_a_wrong_bit_is_told(folder):
    packed = bytearray(gzip.compress(IIS_HEADER + IIS_LINE * 2000))
    packed[-6] ^= 1  # of its checksum
    (folder / "one.log.gz").write_bytes(packed)
    report = scan_json(folder / "one.log.gz", ok=(PARTLY,))
    assert report["coverage"]["events"] == 2000
    assert problem(report, "one.log.gz")["reason"] == "BAD_ARCHIVE"
    (folder / "one.log.gz").write_bytes(gzip.compress(LOG) + gzip.compress(IIS_LINE) + bytes(512))
    assert scan_json(folder / "one.log.gz")["coverage"]["problems"] == [], "two members, and zeros behind"


def a_line_of_a_gigabyte_costs_itself_alone(folder):
    with open(folder / "u_ex210303.log", "wb") as log:
        log.write(LOG)
        log.write(b"2021-03-03 05:00:02 10.0.0.1 GET /")
        log.seek(GB, os.SEEK_CUR)
        log.write(b" - 443\r\n" + IIS_LINE)
    report = scan_json(folder / "u_ex210303.log", ok=(PARTLY,))
    assert report["coverage"]["events"] == 2, report["coverage"]
    assert problem(report, "u_ex210303.log")["reason"] in ("LONG_LINE", "BAD_LINE")


# ---- rules and cases

BAD_RULE = """title: A rule that cannot be read
id: 2f0f6f5e-24a5-4b9a-8d3c-0a1f7f3e7a11
logsource:
    category: webserver
detection:
    selection:
        cs-uri-stem: /x
    condition: selection and (
level: high
"""


def a_bad_rule_is_shown_with_line_and_column(folder):
    (folder / "good.log").write_bytes(LOG)
    rule = folder / "bad.yml"
    rule.write_text(BAD_RULE)
    checked = limier("rules", "check", rule)
    told = checked.err + checked.text()
    assert checked.status == FAILED, told
    assert "bad.yml:8:" in told, told
    scanned = limier("scan", folder / "good.log", "-r", rule, "--format", "json")
    told = scanned.err + scanned.out.decode()
    assert "bad.yml:8:" in told, told


def rules_that_are_not_yaml_are_shown_with_line_and_column(folder):
    rule = folder / "broken.yml"
    rule.write_text("title: x\ndetection: [a, b\nlevel: high\n")
    checked = limier("rules", "check", rule)
    told = checked.err + checked.text()
    assert checked.status == FAILED and "broken.yml:" in told, told


def a_file_that_is_no_case_is_refused_and_kept(folder):
    case = folder / "notes.txt"
    case.write_text("my notes, not a case\n" * 200)
    before = case.read_bytes()
    (folder / "good.log").write_bytes(LOG)
    for words in (["report", case], ["scan", folder / "good.log", "-o", case],
                  ["explain", case, "0123456789ab"]):
        run = limier(*words)
        assert run.status == FAILED and "notes.txt" in one_line(run), (words, run.err)
    assert case.read_bytes() == before


def a_case_of_other_evidence_is_refused(folder):
    (folder / "one.log").write_bytes(LOG)
    (folder / "two.log").write_bytes(LOG)
    case = folder / "a.case"
    assert limier("scan", folder / "one.log", "-o", case).status == DONE
    run = limier("scan", folder / "two.log", "-o", case)
    assert run.status == FAILED and "a.case" in one_line(run), run.err


def a_full_disk_is_told_and_the_scan_goes_on_when_there_is_room(folder):
    evidence = example(folder / "evidence", "--breached", "--days", 1)
    small = folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "limier", str(small)],
                             capture_output=True)
    if mounted.returncode:
        raise Skip("no small file system can be mounted here")
    try:
        run = limier("scan", evidence, "-o", small / "a.case")
        assert run.status == FAILED and "a.case" in one_line(run), (run.status, run.err)
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        again = limier("scan", evidence, "-o", small / "a.case", "--format", "json")
        assert again.out == limier("scan", evidence, "--format", "json").out, again.err
    finally:
        subprocess.run(["umount", str(small)], check=True)


def results_that_cannot_be_written_are_told(folder):
    (folder / "good.log").write_bytes(LOG)
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full here")
    with open("/dev/full", "wb") as full:
        run = subprocess.run([LIMIER, "scan", str(folder / "good.log")], stdout=full,
                             stderr=subprocess.PIPE, env=ENVIRONMENT)
    assert run.returncode == FAILED and run.stderr, run


if __name__ == "__main__":
    sys.exit(run_tests([
        a_missing_path_is_named,
        a_missing_path_is_named_before_anything_is_read,
        no_evidence_given_is_wrong_usage,
        an_empty_file_is_told,
        a_folder_without_evidence_is_told,
        a_loop_of_links_ends,
        an_unreadable_file_is_told,
        noise_is_not_understood,
        records_of_no_known_log_leave_the_question_open,
        a_cut_event_log_gives_what_it_holds,
        a_bomb_is_defused,
        archives_nested_fifty_deep_end,
        a_cut_stream_gives_all_that_it_holds,
        a_stream_with_a_wrong_bit_is_told,
        a_line_of_a_gigabyte_costs_itself_alone,
        a_bad_rule_is_shown_with_line_and_column,
        rules_that_are_not_yaml_are_shown_with_line_and_column,
        a_file_that_is_no_case_is_refused_and_kept,
        a_case_of_other_evidence_is_refused,
        a_full_disk_is_told_and_the_scan_goes_on_when_there_is_room,
        results_that_cannot_be_written_are_told,
    ]))
