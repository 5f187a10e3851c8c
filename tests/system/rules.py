"""Our rules against events that they must see and others that only look like them."""

import pathlib
import re
import sys

from kit import limier, run_tests

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMED = re.compile(r"^  rule: (\S+\.yml)$", re.MULTILINE)


def with_text(named):
    lines = (ROOT / "rules" / named[1]).read_text(encoding="utf-8").splitlines()
    return "  rule: |\n" + "\n".join("    " + line if line else "" for line in lines)


def vectors(folder, name):
    text = (ROOT / "tests/system/vectors" / name).read_text(encoding="utf-8")
    whole = folder / name
    whole.write_text(NAMED.sub(with_text, text), encoding="utf-8")
    return whole, len(NAMED.findall(text))


def holds(folder, name):
    path, cases = vectors(folder, name)
    run = limier("rules", "test", path)
    assert run.status == 0 and f"{cases} passed, 0 failed" in run.text(), run.text() + run.err


def rules_on_exchange(folder):
    holds(folder, "exchange.yml")


def rules_on_windows(folder):
    holds(folder, "windows.yml")


def rules_on_linux(folder):
    holds(folder, "linux.yml")


def rules_on_any_web_server(folder):
    holds(folder, "web.yml")


def rules_on_the_intrusions_of_the_dossiers(folder):
    holds(folder, "intrusions.yml")


def a_rule_that_misses_its_event_fails(folder):
    path, cases = vectors(folder, "linux.yml")
    path.write_text(path.read_text(encoding="utf-8").replace("expect: [0, 1, 2]", "expect: [0, 1]"),
                    encoding="utf-8")
    run = limier("rules", "test", path)
    assert run.status == 1 and f"{cases - 2} passed, 2 failed" in run.text(), run.text()


if __name__ == "__main__":
    sys.exit(run_tests([
        rules_on_exchange,
        rules_on_windows,
        rules_on_linux,
        rules_on_any_web_server,
        rules_on_the_intrusions_of_the_dossiers,
        a_rule_that_misses_its_event_fails,
    ]))
