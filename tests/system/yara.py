"""YARA rules that the user gives: over files and members of archives, not over logs; what they say
is checked against Debian's `yara` where that is installed."""

import shutil
import subprocess
import sys
import zipfile

from kit import DONE, PARTLY, Skip, limier, run_tests, scan_json

RULES = r'''
import "pe"
rule marker { meta: description = "A marker" score = 60 author = "tests" strings: $m = "harmless-marker" condition: $m }
rule placed { condition: filename == "x.aspx" and filepath == "C:\\inetpub\\wwwroot" and extension == ".aspx" }
rule program { condition: pe.is_pe and filetype == "EXE" }
rule unknown { condition: some_other_tool_variable > 1 }
'''


def program():
    header = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0"
    optional = b"\x64\x86\0\0" + bytes(12) + b"\xf0\0\x02\0" + b"\x0b\x02" + bytes(400)
    return header + optional


def evidence(folder):
    root = folder / "evidence"
    (root / "C/inetpub/wwwroot").mkdir(parents=True)
    (root / "C/inetpub/wwwroot/x.aspx").write_text('<%@ Page %> harmless-marker')
    (root / "large.bin").write_bytes(b"harmless" + bytes(17 << 20) + b"harmless-marker")
    (root / "p.exe").write_bytes(program())
    (root / "u_ex.log").write_text(
        "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs-uri-stem\n"
        "2021-03-03 01:02:03 /harmless-marker\n")
    with zipfile.ZipFile(root / "a.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("in/side.txt", "1234567 harmless-marker")
    (folder / "rules").mkdir()
    (folder / "rules/r.yar").write_text(RULES)
    return root


def found(report, root):
    return {(f["rule"]["id"], f["unit"].removeprefix(f"{root}/"), f["offset"])
            for f in report["findings"] if f["rule"]["engine"] == "yara"}


def scan(folder, root, *words):
    run = limier("scan", root, "-y", folder / "rules", "--format", "json", *words)
    assert run.status == PARTLY, run.err  # no format knows what p.exe is
    return run


def rules_look_at_files_and_members_and_not_at_logs(folder):
    root = evidence(folder)
    run = scan(folder, root)
    assert found(run.json(), root) == {
        ("marker", "C/inetpub/wwwroot/x.aspx", 12), ("placed", "C/inetpub/wwwroot/x.aspx", 0),
        ("marker", "large.bin", (17 << 20) + 8), ("marker", "a.zip!/in/side.txt", 8),
        ("program", "p.exe", 0),
    }, found(run.json(), root)
    assert "rules/r.yar:6:" in run.err, "a rule that was left out must be told with its place"
    report = run.json()
    assert report["coverage"]["units"]["partly_parsed"] == 0, report["coverage"]["problems"]
    marker = next(f for f in report["findings"] if f["rule"]["id"] == "marker" and "x.aspx" in f["unit"])
    assert marker["rule"]["title"] == "A marker" and marker["rule"]["level"] == "medium", marker
    assert marker["fields"]["$m"] == "0xc: harmless-marker", marker
    kinds = {e["kind"]: e["value"] for e in marker["entities"]}
    assert kinds["path"] == r"C:\inetpub\wwwroot\x.aspx" and len(kinds["hash"]) == 64, kinds


def they_say_the_same_with_any_number_of_workers(folder):
    root = evidence(folder)
    assert len({scan(folder, root, "--threads", n).out for n in (1, 4)}) == 1


def they_say_what_yara_says(folder):
    yara = shutil.which("yara")
    if not yara:
        raise Skip("no yara here to compare with")
    root = evidence(folder)
    rules = folder / "plain.yar"
    rules.write_text("\n".join(line for line in RULES.splitlines() if "_tool_" not in line))
    files = [p for p in root.rglob("*") if p.is_file() and p.suffix != ".log"]
    expected = set()
    for file in files:
        defined = {"filename": file.name, "extension": file.suffix, "owner": "",
                   "filepath": r"C:\inetpub\wwwroot" if file.suffix == ".aspx" else "",
                   "filetype": "EXE" if file.suffix == ".exe" else ""}
        words = [w for k, v in defined.items() for w in ("-d", f"{k}={v}")]
        told = subprocess.run([yara, *words, rules, file], capture_output=True, text=True, check=True)
        expected |= {(line.split()[0], str(file.relative_to(root))) for line in told.stdout.splitlines()}
    ours = {(rule, unit) for rule, unit, _ in found(scan(folder, root).json(), root) if "!" not in unit}
    assert ours == expected, (ours, expected)


def our_own_rules_are_always_asked(folder):
    """By the words that authors of web shells leave; no shell is needed to say one."""
    web = folder / "www"
    web.mkdir()
    (web / "a.php").write_text("<?php\n$x = 'b37" + "4k'; echo $x; ?>\n")
    (web / "b.php").write_text("<?php\necho 'nothing'; ?>\n")
    (web / "large.php").write_text("<?php\n$x = 'b37" + "4k'; ?>\n" + "x" * (5 << 20))
    report = scan_json(web, ok=(DONE, PARTLY))
    found = {f["unit"].rsplit("/", 1)[-1]: f for f in report["findings"] if f["rule"]["engine"] == "yara"}
    assert list(found) == ["a.php"], found
    assert found["a.php"]["rule"]["id"] == "limier_shell_names_itself"
    assert "webshell public" in found["a.php"]["summary_fr"]
    assert report["verdict"]["state"] == "cannot_tell", "a word is a lead"


if __name__ == "__main__":
    sys.exit(run_tests([
        our_own_rules_are_always_asked,
        rules_look_at_files_and_members_and_not_at_logs,
        they_say_the_same_with_any_number_of_workers,
        they_say_what_yara_says,
    ]))
