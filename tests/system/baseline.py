"""What belongs in a place: made, checked, used by a scan; and what limier knows of Exchange itself."""

import csv
import hashlib
import pathlib
import sys

from kit import DONE, FAILED, USAGE, VERDICT, limier, run_tests, scan_json, shared

AUTH = "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth"
EVAL = '<%@ Page Language="JScript" %><% ev' + 'al(Request["x"], "unsafe") %>'
DATA = pathlib.Path(__file__).parents[2] / "data/known_good/exchange.sha256"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def findings(report, name):
    return {f["rule"]["id"]: f for f in report["findings"] if f["unit"].endswith("/" + name)}


def making_and_checking_agree(folder):
    root = folder / "wwwroot"
    write(root / "index.php", "<?php echo 1;")
    write(root / "inc/lib.php", "<?php echo 2;")
    made = limier("baseline", "make", root)
    assert made.status == DONE, made.err
    line = f"{hashlib.sha256(b'<?php echo 2;').hexdigest()}  wwwroot/inc/lib.php"
    assert line in made.text().splitlines(), made.text()
    base = write(folder / "b.sha256", made.text())
    assert limier("baseline", "check", root, "-b", base).status == DONE
    write(root / "inc/lib.php", "<?php echo 3;")
    write(root / "inc/Iib.php", "<?php echo 4;")
    write(root / "inc/libs1.php", "<?php echo 4;")
    told = limier("baseline", "check", root, "-b", base)
    assert told.status == VERDICT and told.text().split("\n")[:-1] == [
        "foreign wwwroot/inc/Iib.php", "changed wwwroot/inc/lib.php", "foreign wwwroot/inc/libs1.php",
    ], told.text()


def what_is_wrong_is_said(folder):
    bad = write(folder / "bad", "nonsense\n")
    run = limier("baseline", "check", folder, "-b", bad)
    assert run.status == FAILED and "bad:1:" in run.err, run.err
    assert limier("scan", folder, "-b", bad).status == FAILED
    assert limier("baseline", "make", folder / "none").status == FAILED
    assert limier("baseline", "burn", folder).status == USAGE


def a_page_that_exchange_does_not_ship_is_a_finding(folder):
    root = folder / "evidence"
    write(root / AUTH / "logon.aspx", "<%@ Page %> not of any build")
    write(root / AUTH / "RedirSuiteServerProxy.aspx", "<%@ Page %> harmless")
    write(root / AUTH / "help1.aspx", "<%@ Page %> harmless")
    report = scan_json(root)
    levels = lambda name: {f["rule"]["level"] for f in findings(report, name).values()}
    assert levels("logon.aspx") == {"informational"}, findings(report, "logon.aspx")
    like = findings(report, "RedirSuiteServerProxy.aspx").values()
    assert any(f["fields"].get("LooksLike") == "redirsuiteserviceproxy.aspx" for f in like), like
    assert all(f["fields"]["Baseline"] == "foreign" for f in like), like
    assert "high" in levels("help1.aspx"), findings(report, "help1.aspx")


def a_file_that_belongs_is_no_finding_whatever_it_says(folder):
    root, place = folder / "evidence", "C/inetpub/wwwroot/aspnet_client/"
    write(root / (place + "x.aspx"), EVAL)
    assert len(findings(scan_json(root), "x.aspx")) > 0
    rules = write(folder / "r.yar", "rule any { condition: true }")
    base = folder / "b.sha256"
    assert limier("baseline", "make", root / "C/inetpub/wwwroot", "-o", base).status == DONE
    known = scan_json(root, "-b", base, "-y", rules)
    assert known["findings"] == [], known["findings"]
    assert known["coverage"]["events"] == 1, "it is counted all the same"
    write(root / (place + "x.aspx"), EVAL + " ")
    assert len(findings(scan_json(root, "-b", base), "x.aspx")) > 0, "changed by a byte"


def all_pages_of_the_published_baselines_are_known(_):
    rows = list(csv.DictReader(shared("knowledge/exchange_known_good_dynamic.csv").open()))
    known = {tuple(line.split("  ", 1)) for line in DATA.read_text().splitlines() if line[0] != "#"}
    assert len(rows) > 3000
    for row in rows:
        path = row["path"].replace("\\", "/")
        path = path if path.split("/")[0] in ("FrontEnd", "ClientAccess") else f"ClientAccess/{path}"
        assert (row["sha256"], path) in known, row


if __name__ == "__main__":
    sys.exit(run_tests([
        making_and_checking_agree,
        what_is_wrong_is_said,
        a_page_that_exchange_does_not_ship_is_a_finding,
        a_file_that_belongs_is_no_finding_whatever_it_says,
        all_pages_of_the_published_baselines_are_known,
    ]))
