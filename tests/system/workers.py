"""Any number of workers, killed workers, a killed scan: the answer does not change, or says why."""

import os
import pathlib
import random
import signal
import sqlite3
import sys
import time

from kit import DONE, PARTLY, example, limier, run_tests, scan_json, scenario, shared, start

ENOUGH = 16_000_000  # bytes of evidence: a scan long enough to be interrupted


def same_with_any_number_of_workers(evidence):
    for form in ("json", "text"):
        told = {limier("scan", evidence, "--threads", n, "--format", form).out for n in (1, 2, 8)}
        assert len(told) == 1, f"{form} differs between 1, 2 and 8 workers"


def the_example_is_told_the_same_with_any_number_of_workers(folder):
    same_with_any_number_of_workers(example(folder / "evidence", "--breached"))


def the_recording_is_told_the_same_with_any_number_of_workers(_):
    same_with_any_number_of_workers(shared("corpus/otrf/proxylogon_ssrf_rce_poc.zip"))


def children(pid):
    try:
        return [int(child) for child in
                pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def is_busy(pid):
    """It is confined, and runs: it has been given something to read."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return "\nState:\tR" in status and "\nSeccomp:\t2" in status


def kill_a_busy_worker(scan):
    while scan.poll() is None:
        for worker in children(scan.pid):
            if is_busy(worker):
                os.kill(worker, signal.SIGKILL)
                return True
        time.sleep(0.002)
    return False


def a_killed_worker_costs_its_unit_and_is_told(folder):
    evidence = example(folder / "evidence", "--breached", "--size", ENOUGH)
    whole = scan_json(evidence)
    units = lambda report: sum(report["coverage"]["units"].values())
    for attempt in range(20):
        case = folder / f"{attempt}.case"
        scan = start("scan", evidence, "-o", case, "--threads", 2)
        killed = kill_a_busy_worker(scan)
        status = scan.wait(timeout=300)
        report = limier("report", case, "--format", "json").json()
        died = [p for p in report["coverage"]["problems"] if p["reason"] == "WORKER_DIED"]
        if killed and died:
            break
    else:
        raise AssertionError("no worker could be killed while it was reading")
    assert status == PARTLY, status
    assert len(died) == 1, died
    assert units(report) == units(whole), "nothing but that unit may be missing"
    lost = died[0]["unit"]
    elsewhere = lambda r: {f["id"] for f in r["findings"] if f["unit"] != lost and not f["trail"]}
    assert elsewhere(report) == elsewhere(whole), "findings in other units must not be lost"
    text = " ".join(limier("report", case).text().split())
    assert pathlib.Path(lost).name in text, "the verdict must name what was not read"


def a_killed_scan_is_taken_up_again(folder):
    evidence = example(folder / "evidence", "--breached", "--size", ENOUGH)
    began = time.monotonic()
    expected = limier("scan", evidence, "-o", folder / "whole.case", "--format", "json")
    took = time.monotonic() - began
    assert expected.status == DONE, expected.err
    chance = random.Random(1)
    for case in (folder / "first.case", folder / "second.case"):
        for _ in range(3):
            scan = start("scan", evidence, "-o", case)
            time.sleep(chance.uniform(0, took))
            scan.send_signal(signal.SIGKILL)
            scan.wait()
        again = limier("scan", evidence, "-o", case, "--format", "json")
        assert again.status == DONE, again.err
        assert again.out == expected.out, "another answer after being killed"


def as_killed_on_its_trail(case, passes):
    """The case as a scan leaves it that is killed when this many passes of its trail are written:
    beside what web traffic led to, which comes first."""
    later = "SELECT number FROM part WHERE pass > ? AND pass < 1000"
    with sqlite3.connect(case) as db:
        db.execute("UPDATE scan SET complete = 0, assessment = NULL")
        db.execute(f"DELETE FROM finding WHERE part IN ({later})", (passes,))
        db.execute("DELETE FROM part WHERE pass > ? AND pass < 1000", (passes,))
        left, = db.execute("SELECT count(*) FROM finding WHERE trail = 1").fetchone()
        leads, = db.execute("SELECT count(*) FROM part WHERE pass > 1000").fetchone()
    db.close()
    return left, leads


def a_scan_killed_on_its_trail_follows_it_anew(folder):
    evidence, case = scenario("proxylogon"), folder / "trail.case"
    expected = limier("scan", evidence, "-o", case, "--format", "json")
    assert expected.status in (DONE, PARTLY), expected.err
    for passes in (3, 0):
        left, leads = as_killed_on_its_trail(case, passes)
        assert (left > 0) == (passes > 0) and leads > 0, (passes, left, leads)
        unfinished = limier("report", case)
        assert unfinished.status not in (DONE, PARTLY), "it has no answer yet"
        again = limier("scan", evidence, "-o", case, "--format", "json")
        assert again.status == expected.status, again.err
        assert again.out == expected.out, (passes, "another answer after being killed on the trail")


def no_worker_outlives_a_killed_scan(folder):
    evidence = example(folder / "evidence", "--breached", "--size", ENOUGH)
    scan = start("scan", evidence)
    workers = []
    while not workers and scan.poll() is None:
        workers = children(scan.pid)
    scan.send_signal(signal.SIGKILL)
    scan.wait()
    assert workers, "it had none"
    deadline = time.monotonic() + 20
    while any(pathlib.Path(f"/proc/{w}").exists() for w in workers):
        assert time.monotonic() < deadline, "a worker is still there"
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(run_tests([
        the_example_is_told_the_same_with_any_number_of_workers,
        the_recording_is_told_the_same_with_any_number_of_workers,
        a_killed_worker_costs_its_unit_and_is_told,
        a_killed_scan_is_taken_up_again,
        a_scan_killed_on_its_trail_follows_it_anew,
        no_worker_outlives_a_killed_scan,
    ]))
