#!/usr/bin/env python3
"""Makes actors/ from facts that were gathered elsewhere: make_actors.py DATA ACTORS_CSV ACTORS.

DATA holds kb.json, ATT&CK as groups, campaigns, software and the dated sources of every fact;
ACTORS_CSV what governments and companies said in public. ACTORS/revoked.tsv (ours, by hand) maps
ids of before July 2020 to those that replaced them. The form is src/attribute/actors.h."""

import csv
import json
import os
import sys

DENIAL = "all PRC-linked rows above"
PRC_LINKED = ("G0065", "G0125", "G0128")


def profiles(kb):
    """By actor: its own facts and those of the campaigns that are its: {id: set of sources}."""
    out = {g: [(o["T"], o["S"])] for g, o in kb["groups"].items()}
    for campaign in kb["campaigns"].values():
        for g in campaign["truth"]:
            if g in out:
                out[g].append((campaign["T"], campaign["S"]))
    merged = {}
    for g, parts in out.items():
        merged[g] = ({}, {})
        for part in parts:
            for facts, into in zip(part, merged[g]):
                for item, sources in facts.items():
                    into.setdefault(item, set()).update(sources or [-1])
    return merged


def credits(facts):
    """T1003@12+77, or =1 where ATT&CK cites nothing."""
    return ",".join(item + ("@" + "+".join(map(str, sorted(s))) if -1 not in s else "=%d" % len(s))
                    for item, s in sorted(facts.items()))


def revoked(path, kb):
    with open(path, encoding="utf-8") as f:
        pairs = dict(line.rstrip("\n").split("\t") for line in f if line[0] != "#")
    for old, new in pairs.items():
        assert old not in kb["techniques"] and new in kb["techniques"], (old, new)
    return pairs


def attack(kb, old_ids):
    known = profiles(kb)
    used = sorted({s for facts in known.values() for part in facts for v in part.values()
                   for s in v} - {-1})
    yield "# %s" % kb["notice"]
    yield "# The licence is LICENSE-ATTACK.txt. Release: %s. Countries: MISP galaxy," % kb["version"]
    yield "# threat-actor (CC0 1.0): where others suspect an actor to work from. Made by tools/make_actors.py."
    for s in used:
        where, date = kb["sources"][s]
        yield "\t".join(("source", str(s), date or "", where))
    for item, name in sorted(kb["techniques"].items()):
        yield "\t".join(("item", item, name, ""))
    for old, new in sorted(old_ids.items()):
        yield "\t".join(("item", old, kb["techniques"][new], new))
    for item, software in sorted(kb["software"].items()):
        yield "\t".join(("item", item, software["name"], ""))
    for g, (techniques, software) in sorted(known.items()):
        o = kb["groups"][g]
        cited = {s for part in (techniques, software) for v in part.values() for s in v}
        months = sorted((kb["sources"][s][1] or "")[:7] if s >= 0 else "" for s in cited)
        yield "\t".join((g, o["name"], o.get("country") or "", ",".join(months),
                         credits(techniques), credits(software), "|".join(o["aliases"])))


def bars(aliases):
    return "|".join(a.strip() for a in aliases.split(";") if a.strip() not in ("", "-"))


def public(rows):
    yield "# What governments and companies said in public of actors, and under which other names."
    yield "# Words are cut short by us; dates and sources are theirs. Made by tools/make_actors.py."
    seen = set()
    for row in rows:
        actor = row["attack_group_id"] or row["actor"]
        if row["actor"] == DENIAL or actor in seen:
            continue
        seen.add(actor)
        if not row["attack_group_id"]:
            yield "\t".join((actor, row["actor"], "", "", "", "", bars(row["aliases"])))
        elif bars(row["aliases"]):
            yield "\t".join(("alias", actor, bars(row["aliases"])))
    for row in rows:
        actors = (PRC_LINKED if row["actor"] == DENIAL
                  else (row["attack_group_id"] or row["actor"],))
        for actor in actors:
            yield "\t".join(("said", actor, row["sponsor_as_publicly_attributed"], row["by_whom"],
                             row["date"], row["stated_confidence"], row["source_url"]))


def write(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(line + "\n" for line in lines)


def main():
    data, actors_csv, out = sys.argv[1:]
    with open(os.path.join(data, "kb.json"), encoding="utf-8") as f:
        kb = json.load(f)
    with open(actors_csv, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    write(os.path.join(out, "attack.tsv"),
          attack(kb, revoked(os.path.join(out, "revoked.tsv"), kb)))
    write(os.path.join(out, "public.tsv"), public(rows))


main()
