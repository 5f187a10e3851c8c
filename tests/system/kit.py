"""The kit of the system tests, as tests/kit/kit.h is that of the unit tests: a test is a function
whose name is the sentence it proves; the last line counts.

    python3 TEST.py LIMIER MAKE_EXAMPLE"""

import functools
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import traceback

LIMIER = os.path.abspath(sys.argv[1])
MAKE_EXAMPLE = os.path.abspath(sys.argv[2])
ENVIRONMENT = dict(os.environ, LC_ALL="C", LIMIER_LANG="en", LIMIER_CACHE="off")

SCENARIOS = tempfile.TemporaryDirectory(prefix="limier-scenarios-")

DONE, FAILED, USAGE, PARTLY, VERDICT = 0, 1, 2, 3, 10


class Skip(Exception):
    """Why a test could not be tried here."""


class Run:
    def __init__(self, done):
        self.status, self.out = done.returncode, done.stdout
        self.err = done.stderr.decode(errors="replace")

    def json(self):
        return json.loads(self.out)

    def text(self):
        return self.out.decode()


def limier(*words, timeout=600, **more):
    command = [LIMIER, *map(str, words)]
    return Run(subprocess.run(command, capture_output=True, timeout=timeout, env=ENVIRONMENT, **more))


def start(*words):
    """Without waiting for it."""
    return subprocess.Popen([LIMIER, *map(str, words)], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, env=ENVIRONMENT)


def scan_json(*words, ok=(DONE,)):
    run = limier("scan", *words, "--format", "json")
    assert run.status in ok, f"status {run.status}: {run.err}"
    return run.json()


def example(folder, *words):
    subprocess.run([MAKE_EXAMPLE, str(folder), *map(str, words)], check=True)
    return folder


@functools.lru_cache
def scenario(name, *more):
    """The evidence of a scenario; made once, gone with the process. `more`: options of
    make_example."""
    folder = pathlib.Path(SCENARIOS.name, "-".join([name, *more]))
    return example(folder, "--scenario", name, *more)


@functools.lru_cache
def scenario_report(name, *more):
    return scan_json(scenario(name, *more), ok=(DONE, PARTLY))


def truth(name, *more):
    """What really happened in a scenario: docs/example.md."""
    folder = scenario(name, *more)
    return json.loads(folder.with_name(folder.name + ".truth.json").read_text(encoding="utf-8"))


def shared(*parts):
    root = os.environ.get("LIMIER_SHARED")
    if not root:
        raise Skip("LIMIER_SHARED is not set: no real evidence here")
    return pathlib.Path(root, *parts)


def one_line(run):
    """What it said on standard error, which must be one sentence of its own."""
    lines = run.err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("limier"), f"not one clear line: {run.err!r}"
    return lines[0]


def units(report, outcome):
    return report["coverage"]["units"][outcome]


def limit_files(size):
    """For preexec_fn: no file may grow past `size`."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def run_tests(tests):
    """Each gets a folder of its own."""
    passed = failed = skipped = 0
    for test in tests:
        try:
            with tempfile.TemporaryDirectory(prefix="limier-") as folder:
                test(pathlib.Path(folder))
            passed += 1
        except Skip as why:
            print(f"SKIPPED {test.__name__}: {why}")
            skipped += 1
        except Exception:  # a test that breaks has failed
            traceback.print_exc()
            print(f"FAILED  {test.__name__}")
            failed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0
