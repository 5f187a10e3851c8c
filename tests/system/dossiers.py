"""Each dossier's intrusion, made up, against what limier says of it; and its healthy twin. No
intrusion may be taken for another one."""

import pathlib
import sys

from kit import FAILED, limier, run_tests, scan_json, scenario, scenario_report, truth

LEVELS = ["informational", "low", "medium", "high", "critical"]

# What happens, which dossier says so, and which of its steps are seen.
INTRUSIONS = {
    "solarwinds": ("solarwinds", ["build", "beacon", "prepared", "chosen", "silenced", "loader",
                                  "commands", "persist", "packed"]),
    "supernova": ("supernova", ["shell", "used", "commands", "credentials"]),
    "kaseya": ("kaseya", ["chain", "off", "side-load", "recovery", "encryption"]),
    "clusters": ("exchange-clusters", ["tick"]),
    "apt40": ("apt40", ["lure", "implant", "persist", "staged", "cloud"]),
    "apt31": ("apt31", ["implant", "persist", "directory", "move"]),
    "cryptojacking": ("cryptojacking", ["script", "named", "miner", "pool", "wallet"]),
    "extortion": ("exchange-extortion", ["shell", "encryption"]),
    "bulk-theft": ("bulk-theft", ["locked", "weeks", "staged", "sent", "volume"]),
}

HEALTHY = ["solarwinds-healthy", "office-healthy", "bulk-healthy", "healthy"]


def told(name):
    return scenario_report(name)


def verdicts_are_true(_):
    for name in INTRUSIONS:
        said, true = told(name)["verdict"], truth(name)
        assert (said["state"], said["rung"]) == (true["state"], true["rung"]), (name, said)


def stories_are_true(_):
    """Each stage that was played is told."""
    for name in INTRUSIONS:
        seen = {stage["id"] for stage in told(name)["story"] if stage["seen"]}
        missing = [stage["id"] for stage in truth(name)["stages"] if stage["id"] not in seen]
        assert not missing, (name, missing, seen)


def no_intrusion_is_taken_for_another(_):
    for name, (dossier, _steps) in INTRUSIONS.items():
        said = [d["id"] for d in told(name)["dossiers"]]
        assert said == [dossier], (name, said)


def the_steps_that_were_taken_are_seen(_):
    for name, (dossier, steps) in INTRUSIONS.items():
        of = next(d for d in told(name)["dossiers"] if d["id"] == dossier)
        seen = [step["id"] for step in of["steps"] if step["findings"]]
        assert seen == steps, (name, seen)


def healthy_twins_are_healthy(_):
    for name in HEALTHY:
        said = told(name)
        assert said["verdict"]["state"] == "none", (name, said["verdict"])
        assert not said["dossiers"], (name, said["dossiers"])
        loud = {f["rule"]["title"] for f in said["findings"]
                if LEVELS.index(f["rule"]["level"]) > 1}
        assert not loud, (name, loud)


def nobody_is_named_from_a_page_and_a_flaw(_):
    for name in ("clusters", "extortion", "cryptojacking"):
        assert not told(name)["attribution"]["named"], name


def the_victim_stands_in_the_names_that_the_implant_asked_for(_):
    values = {"DecodedDomain": set(), "DecodedVictim": set(), "DecodedSecondStage": set()}
    for finding in told("solarwinds")["findings"]:
        for name in values.keys() & finding["fields"].keys():
            values[name].add(finding["fields"][name])
    assert values["DecodedDomain"] == {"corp.example.c", "om"}, values["DecodedDomain"]
    assert values["DecodedVictim"] == {"0A1B2C3D4E5F6071"}, values["DecodedVictim"]
    assert values["DecodedSecondStage"] == {"yes", "no"}, values["DecodedSecondStage"]


def encryption_is_measured(_):
    """240 documents in 12 folders within 48 seconds: example/criminals.c."""
    f = next(f["fields"] for f in told("kaseya")["findings"] if "Folders" in f["fields"])
    assert (f["Values"], f["Folders"], f["PerMinute"]) == ("240", "12", "240"), f
    assert f["FirstValue"].endswith("\\00\\plan-000.docx.k4b7x2m"), f


def a_change_journal_alone_shows_encryption_and_names_nobody(_):
    said = scan_json(pathlib.Path(__file__).parents[1] / "golden/formats/usn/$J")
    assert said["verdict"]["rung"] == 7 and not said["dossiers"], said["verdict"]
    f = next(f["fields"] for f in said["findings"] if "Folders" in f["fields"])
    assert f["Values"] == "40", f


def what_was_said_in_public_is_told_apart(_):
    for name, (dossier, _steps) in INTRUSIONS.items():
        of = next(d for d in told(name)["dossiers"] if d["id"] == dossier)
        assert all(a["who"] and a["source"].startswith("https://") for a in of["attributions"])
        assert of["attributions"], name


RULE = """
title: The offer was packed
id: 5d0b7c0e-30f8-4c1a-8f7e-0a1e2b3c4d5e
status: stable
description: An invented sign of an invented intrusion.
author: somebody
tags: [attack.t1560.001, acme.packed]
logsource: {product: windows, category: process_creation}
detection:
    packed: {CommandLine|contains: 'offer.7z'}
    condition: packed
level: high
limier:
    rung: 6
    weight: strong
    stage: collect
    summary: {en: 'The offer was packed.', fr: "L’offre a été empaquetée."}
    benign: {en: 'None known.', fr: 'Aucune connue.'}
"""

DOSSIER = """
dossier: acme
name: {en: 'The Acme intrusion', fr: "L’intrusion Acme"}
summary: {en: 'Invented.', fr: 'Inventée.'}
logs:
    - channel: Security
      title: {en: 'event log Security', fr: 'journal Sécurité'}
      where: {en: 'there', fr: 'là'}
steps:
    - id: packed
      title: {en: 'The offer is packed', fr: "L’offre est empaquetée"}
      stage: collect
      technique: T1560.001
      rung: 6
      telling: true
      looks: {en: '7z.', fr: '7z.'}
      shown_by: [acme.packed]
      logs: [Security]
"""


def the_next_intrusion_needs_no_new_limier(folder):
    """A dossier and its rules in a folder of the user's; indicators come with -i."""
    (folder / "packed.yml").write_text(RULE, encoding="utf-8")
    (folder / "acme.yml").write_text(DOSSIER, encoding="utf-8")
    (folder / "acme.csv").write_text("type,value,incident\ndomain,api.dropboxapi.com,Acme\n")
    said = scan_json(scenario("office-healthy"), "-r", folder, "-i", folder / "acme.csv")
    assert [d["id"] for d in said["dossiers"]] == ["acme"], said["dossiers"]
    assert said["verdict"]["rung"] == 6, said["verdict"]
    assert any(f["rule"]["engine"] == "indicator" for f in said["findings"])


def a_dossier_of_our_name_takes_the_place_of_ours(folder):
    path = folder / "mine.yml"
    path.write_text(DOSSIER.replace("dossier: acme", "dossier: apt40"), encoding="utf-8")
    said = scan_json(scenario("apt40"), "-r", path)
    assert not said["dossiers"], said["dossiers"]


def a_mistake_in_a_dossier_is_one_clear_line(folder):
    path = folder / "wrong.yml"
    path.write_text(DOSSIER.replace("telling: true", "teling: true"), encoding="utf-8")
    run = limier("scan", scenario("office-healthy"), "-r", path)
    assert run.status == FAILED and "wrong.yml:15" in run.err and "teling" in run.err, run.err


if __name__ == "__main__":
    sys.exit(run_tests([
        verdicts_are_true,
        stories_are_true,
        no_intrusion_is_taken_for_another,
        the_steps_that_were_taken_are_seen,
        healthy_twins_are_healthy,
        nobody_is_named_from_a_page_and_a_flaw,
        the_victim_stands_in_the_names_that_the_implant_asked_for,
        encryption_is_measured,
        a_change_journal_alone_shows_encryption_and_names_nobody,
        what_was_said_in_public_is_told_apart,
        the_next_intrusion_needs_no_new_limier,
        a_dossier_of_our_name_takes_the_place_of_ours,
        a_mistake_in_a_dossier_is_one_clear_line,
    ]))
