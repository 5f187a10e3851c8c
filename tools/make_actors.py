#!/usr/bin/env python3
"""Makes actors/public.tsv from facts that were gathered elsewhere:
make_actors.py ACTORS_CSV INDICATORS_CSV NOTES_CSV ACTORS

ACTORS_CSV holds what governments and companies said in public, INDICATORS_CSV what was seen of whom,
NOTES_CSV what is to be said of single indicators. The form is src/attribute/actors.h. The other files of
ACTORS are made by `limier actors update` (attack.tsv) and by hand (traits.tsv)."""

import csv
import os
import re
import sys

DENIAL = "all PRC-linked rows above"
PRC_LINKED = ("G0065", "G0125", "G0128")
INFRASTRUCTURE = {"ipv4", "ipv6", "domain", "url", "email"}
CODE = {"sha256", "sha1", "md5", "mutex"}
# Rented, shared or given to others since: a meeting with it says little.
SHARED = re.compile(r"shared|reassign|rented|VPS|VPN|proxy|Tor|legitimate|parked|sinkhole", re.I)
RELIABILITY = 90   # of a row without a confidence of its own
SHARED_MOST = 30


def bars(aliases):
    return "|".join(a.strip() for a in aliases.split(";") if a.strip() not in ("", "-"))


def actor_ids(rows):
    """From names as the lists spell them to ids."""
    ids = {}
    for row in rows:
        ids.setdefault(row["actor"], row["attack_group_id"] or row["actor"])
    return ids


def statements(rows):
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


def known(rows, notes, ids):
    """Addresses, domains and files of one actor; what belongs to nobody in particular is no fact here."""
    caveats = {row["value"].lower(): row["note"] for row in notes}
    seen = set()
    for row in rows:
        kind = "infrastructure" if row["type"] in INFRASTRUCTURE else "code"
        value = row["value"].lower()
        if row["actor"] not in ids or row["type"] not in INFRASTRUCTURE | CODE \
                or "," in value or (row["actor"], value) in seen:
            continue
        seen.add((row["actor"], value))
        percent = int(row["confidence"] or RELIABILITY)
        if kind == "infrastructure" and SHARED.search(caveats.get(value, "")):
            percent = min(percent, SHARED_MOST)
        yield "\t".join(("known", ids[row["actor"]], kind, value, row["first_seen"], str(percent),
                         row["source_url"]))


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def main():
    actors, indicators, notes, out = sys.argv[1:]
    rows = read(actors)
    with open(os.path.join(out, "public.tsv"), "w", encoding="utf-8") as f:
        f.write("# What governments and companies said in public of actors, under which other names, and\n"
                "# which infrastructure and files they saw them use. Words are cut short by us; dates and\n"
                "# sources are theirs. Made by tools/make_actors.py.\n")
        f.writelines(line + "\n" for line in statements(rows))
        f.writelines(line + "\n" for line in known(read(indicators), read(notes), actor_ids(rows)))


main()
