"""The checks of tools/ hold, and bite."""

import json
import pathlib
import shutil
import subprocess
import sys

from kit import run_tests

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = sys.argv[3] if len(sys.argv) > 3 else None  # of a build without sanitizers


def tool(name, *words, root=ROOT):
    return subprocess.run([sys.executable, str(root / "tools" / name), *words], cwd=root,
                          capture_output=True, text=True)


def nobody_includes_what_the_table_forbids(_):
    done = tool("check_layers.py")
    assert done.returncode == 0, done.stdout


def a_forbidden_include_is_caught(folder):
    for name in ("tools", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "src/model").mkdir(parents=True)
    (folder / "src/model/bad.c").write_text('#include "base/str.h"\n#include "os/file.h"\n')
    done = tool("check_layers.py", root=folder)
    assert done.returncode == 1, done.stdout
    assert done.stdout == "src/model/bad.c:2: model may not include os\n", done.stdout


def a_room_that_the_table_does_not_know_is_caught(folder):
    for name in ("tools", "docs"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "src/cellar").mkdir(parents=True)
    done = tool("check_layers.py", root=folder)
    assert done.returncode == 1 and "src/cellar" in done.stdout, done.stdout


def the_pure_rooms_are_pure(_):
    done = tool("check_pure.py", BUILD)
    assert done.returncode == 0, done.stdout


def library(folder, room, source):
    """A room of one file."""
    place = folder / "src" / room
    place.mkdir(parents=True)
    (place / "it.c").write_text(source)
    subprocess.run(["cc", "-c", "-o", place / "it.o", place / "it.c"], check=True)
    subprocess.run(["ar", "rc", place / f"lib{room}.a", place / "it.o"], check=True)


def a_counter_and_a_call_outside_are_caught(folder):
    bad = "#include <stdlib.h>\nint count(void);\nint count(void) { static int n; return ++n; }\n" \
          "char *home(void);\nchar *home(void) { return getenv(\"HOME\"); }\n"
    good = "static const char *const names[] = {\"a\", \"b\"};\n" \
           "const char *name(int i);\nconst char *name(int i) { return names[i]; }\n"
    rooms = "base model match formats detect trace judge attribute".split()
    for room in rooms:
        library(folder, room, bad if room == "judge" else good.replace("name(", f"{room}_name("))
    done = tool("check_pure.py", str(folder))
    told = done.stdout.splitlines()
    assert done.returncode == 1 and len(told) == 2, told
    assert "libjudge" in told[0] and "variable that can change" in told[0], told
    assert "getenv" in told[1], told


def test_log(folder, *runs):
    (folder / "meson-logs").mkdir()
    (folder / "meson-logs/testlog.json").write_text(
        "".join(json.dumps(dict(name=name, result=result, stdout=out)) + "\n"
                for name, result, out in runs))


def tests_are_added_up(folder):
    test_log(folder, ("a", "OK", "3 passed, 0 failed, 1 skipped\n"), ("b", "OK", "2 passed, 0 failed"),
             ("c", "OK", "no count"))
    done = tool("sum_tests.py", str(folder))
    assert done.returncode == 0 and done.stdout == "6 passed, 0 failed\n", done.stdout


def what_was_skipped_is_said(folder):
    test_log(folder, ("a", "OK", "SKIPPED x: no evidence\n3 passed, 0 failed, 1 skipped\n"))
    assert "a: SKIPPED x: no evidence\n" in tool("sum_tests.py", str(folder)).stdout


def a_test_that_crashed_has_failed(folder):
    test_log(folder, ("a", "OK", "3 passed, 0 failed, 0 skipped\n"), ("b", "FAIL", "half a"),
             ("c", "TIMEOUT", "1 passed, 0 failed, 0 skipped\n"))
    done = tool("sum_tests.py", str(folder))
    assert done.returncode == 1, done.stdout
    assert done.stdout.splitlines()[-1] == "4 passed, 2 failed", done.stdout


if __name__ == "__main__":
    sys.exit(run_tests([
        nobody_includes_what_the_table_forbids,
        a_forbidden_include_is_caught,
        a_room_that_the_table_does_not_know_is_caught,
        *([the_pure_rooms_are_pure] if BUILD else []),
        a_counter_and_a_call_outside_are_caught,
        tests_are_added_up,
        what_was_skipped_is_said,
        a_test_that_crashed_has_failed,
    ]))
