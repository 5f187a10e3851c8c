#!/usr/bin/env python3
"""How well actors are told: `make bench-attribution`; `bench/attribution.py fit LIMIER` fits the claim.

    bench/attribution.py table LIMIER [--out FILE]    the table of docs/attribution.md
    bench/attribution.py fit LIMIER                   writes src/attribute/claim.h

Needs LIMIER_SHARED, where the benchmark lies (attribution/): cases, releases of the knowledge base, its own
evaluator and the answers of its reference method. Nothing about the truth is given to limier. Cases
of one actor are never on both sides of a fit."""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import math
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = ["share", "software", "ln_techniques", "rare_software", "foreign"]
REFERENCE_COLUMNS = COLUMNS[:4]
FOLDS, RIDGE, STRUCK = 5, 3.0, 0.5  # STRUCK: what a case without its actor counts in a fit
FAMILY_LEAST = [0, .25, .5, 1, 1.5, 2, 3]  # nats; limier's is decide.h's FAMILY_SPEAKS
PLANTS = [(0, 0), (1, 0), (1, 3), (2, 0), (2, 3)]  # rare software ids, rare techniques


# ---- the benchmark

class Bench:
    def __init__(self, root, folder, limier):
        self.root, self.folder, self.limier = root, pathlib.Path(folder), limier
        self.cases = json.loads((root / "bench/dev.json").read_text(encoding="utf-8"))["cases"]
        self.walk = [c for c in self.cases if c["track"] == "C"]
        self.bases = {}

    def path(self, case):
        return self.root / "bench/kb" / (case["kb"] + ".tsv")

    def base(self, path):
        """[(id, country, {technique: n}, {software: n}, line)] of the live actors."""
        if path not in self.bases:
            rows = []
            for line in path.read_text(encoding="utf-8").splitlines():
                if line[0] == "#":
                    continue
                f = line.split("\t")
                pairs = [dict(p.split("=") for p in f[i].split(",") if p) for i in (4, 5)]
                if any(pairs):
                    rows.append((f[0], f[2], *pairs, line))
            self.bases[path] = rows
        return self.bases[path]

    def ask(self, base, observations):
        """The answers to observations that are held against one knowledge base."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, suffix=".json", encoding="utf-8") as f:
            f.writelines(json.dumps(seen) + "\n" for seen in observations)
            f.flush()
            run = subprocess.run([self.limier, "attribute", "--knowledge", base, "--observed", f.name,
                                  "--format", "json"], capture_output=True, check=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def ask_all(self, jobs):
        """The answers to (knowledge base, observation), in their order."""
        by_base = collections.defaultdict(list)
        for n, (base, _) in enumerate(jobs):
            by_base[base].append(n)
        answers = [None] * len(jobs)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            asked = pool.map(lambda b: self.ask(b, [jobs[n][1] for n in by_base[b]]), by_base)
            for numbers, told in zip(by_base.values(), asked):
                for n, one in zip(numbers, told, strict=True):
                    answers[n] = one
        return answers

    def evaluate(self, ranking, *words):
        """What eval.py prints, by track."""
        run = subprocess.run([sys.executable, self.root / "eval.py", self.root / "bench/dev.json",
                              ranking, *words], capture_output=True, text=True, check=True)
        tracks = {}
        for line in run.stdout.splitlines():
            told = dict(re.findall(r"(\S+?)=(\{[^}]*\}|\[[^\]]*\]|\S+)", line))
            if "track" in told:
                tracks[told["track"]] = told
        return tracks


def seen(case, techniques=(), software=()):
    return {"id": case["id"], "techniques": case["techniques"] + list(techniques),
            "software": case["software"] + list(software)}


def is_right(case, answer):
    return int(bool(answer["ranking"]) and answer["ranking"][0][0] in case["truth"])


def top(answer):
    return answer["ranking"][0] if answer["ranking"] else ("", 0)


# ---- BM25, the usual yardstick: actors as documents, items as words

def bm25(bench, case, k1=1.2, b=0.75, weight=2.0):
    rows = bench.base(bench.path(case))
    lengths = [len(r[2]) + len(r[3]) for r in rows]
    mean = sum(lengths) / len(rows)
    scores = []
    for row, length in zip(rows, lengths):
        score = 0
        for which, worth, items in ((2, 1, case["techniques"]), (3, weight, case["software"])):
            for item in items:
                if item in row[which]:
                    n = sum(item in r[which] for r in rows)
                    idf = math.log(1 + (len(rows) - n + .5) / (n + .5))
                    score += worth * idf * (k1 + 1) / (1 + k1 * (1 - b + b * length / mean))
        scores.append((score, row[0]))
    best = sorted(scores, key=lambda s: (-s[0], s[1]))
    z = sum(math.exp((s - best[0][0]) / 1.8) for s, _ in best)
    return {"id": case["id"], "ranking": [[g, math.exp((s - best[0][0]) / 1.8) / z] for s, g in best],
            "unknown": 0}


# ---- fitting the probability that the first name is right

def solve(m, v):
    """Gauss, for a small matrix."""
    a = [row[:] + [x] for row, x in zip(m, v)]
    n = len(a)
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[p] = a[p], a[i]
        for r in range(n):
            if r != i:
                q = a[r][i] / a[i][i]
                a[r] = [x - q * y for x, y in zip(a[r], a[i])]
    return [a[i][n] / a[i][i] for i in range(n)]


def logistic(z):
    return 1 / (1 + math.exp(-max(-35, min(35, z))))


def fit(examples, ridge=RIDGE):
    """From (columns, right, count) by Newton's method on standard scores, for raw columns."""
    xs, ys, counts = zip(*examples)
    n = len(xs[0])
    mean = [sum(x[j] for x in xs) / len(xs) for j in range(n)]
    dev = [math.sqrt(sum((x[j] - mean[j]) ** 2 for x in xs) / len(xs)) or 1 for j in range(n)]
    rows = [[1] + [(x[j] - mean[j]) / dev[j] for j in range(n)] for x in xs]
    beta = [0.0] * (n + 1)
    for _ in range(30):
        ps = [logistic(sum(b * x for b, x in zip(beta, r))) for r in rows]
        grad = [sum(c * (y - p) * r[j] for y, p, r, c in zip(ys, ps, rows, counts)) - (ridge * beta[j] if j else 0)
                for j in range(n + 1)]
        hess = [[sum(c * p * (1 - p) * r[i] * r[j] for p, r, c in zip(ps, rows, counts))
                 + (ridge if i == j and i else 1e-9 if i == j else 0)
                 for j in range(n + 1)] for i in range(n + 1)]
        beta = [b + s for b, s in zip(beta, solve(hess, grad))]
    raw = [b / d for b, d in zip(beta[1:], dev)]
    return [beta[0] - sum(b * m for b, m in zip(raw, mean))] + raw


def fold_of(case):
    actor = (case["truth"] or [case["id"]])[0]
    return hashlib.sha256(actor.encode()).digest()[0] % FOLDS


def columns_of(answer, names):
    return [answer["columns"][n] for n in names]


def learn(bench, names):
    """[(case, columns, right, count)]: every case, and known ones with their actor struck out."""
    seen_as_is = bench.ask_all([(bench.path(c), seen(c)) for c in bench.walk])
    known = [c for c in bench.walk if c["label"] == "known"]
    struck = bench.ask_all([(without(bench, c), seen(c)) for c in known])
    return ([(c, columns_of(a, names), is_right(c, a), 1) for c, a in zip(bench.walk, seen_as_is)]
            + [(c, columns_of(a, names), 0, STRUCK) for c, a in zip(known, struck)]), seen_as_is


def claim(beta, x):
    return logistic(beta[0] + sum(b * v for b, v in zip(beta[1:], x)))


def cross_fitted(bench, names):
    """Each case with constants from the other actors' cases; the answers with p put in."""
    learned, answers = learn(bench, names)
    betas = [fit([e[1:] for e in learned if fold_of(e[0]) != k]) for k in range(FOLDS)]
    out = []
    for case, answer in zip(bench.walk, answers):
        scale = rescale(answer, claim(betas[fold_of(case)], columns_of(answer, names)))
        out.append({"id": case["id"], "unknown": 0,
                    "ranking": [[g, p * scale] for g, p in answer["ranking"]]})
    return out


def rescale(answer, right):
    """From the p that was printed to that of other constants: never more than its share."""
    total = sum(p for _, p in answer["ranking"])
    share = answer["ranking"][0][1] / total
    return min(1, right / share) / total


def write_claim(beta, cases, right):
    text = """/* Made by bench/attribution.py fit: %d walk-forward cases, %d of them with the right name first,
 * and the known ones without their actor, counted %g; ridge %g on standard scores. */
#ifndef ATTRIBUTE_CLAIM_H
#define ATTRIBUTE_CLAIM_H

#define CLAIM_FITTED %s

#endif
""" % (cases, right, STRUCK, RIDGE, ", ".join("%.5f" % b for b in beta))
    (ROOT / "src/attribute/claim.h").write_text(text, encoding="utf-8")
    return text


# ---- trials

def plant(bench, case, nsoftware, ntechniques, rnd):
    """A random other actor, and rare items of its: what a stranger would leave behind."""
    rows = bench.base(bench.path(case))
    users = collections.Counter(s for r in rows for s in r[3])
    known = collections.Counter(t for r in rows for t in r[2])
    for _ in range(300):
        row = rnd.choice(rows)
        rare = sorted(s for s in row[3] if users[s] <= 2 and s not in case["software"])
        if row[0] not in case["truth"] and len(rare) >= nsoftware:
            ordered = sorted((t for t in row[2] if t not in case["techniques"]),
                             key=lambda t: (known[t], t))[:2 * ntechniques]
            return row[0], rnd.sample(ordered, min(ntechniques, len(ordered))), \
                rnd.sample(rare, nsoftware)
    return None


def rule_holds(answer, least):
    """The rule of naming, but with another weight from which on a family of evidence speaks."""
    families = [answer["families"][f] for f in ("techniques", "software")]
    return top(answer)[1] >= .5 and not {"strongest_item", "two_planted"} & set(answer["doubts"]) \
        and all(nats >= least for nats in families)


def false_flags(bench, draws):
    """The rows of two tables: by what was planted, and by how strict the rule is."""
    lines, by_rule = [], {least: [] for least in FAMILY_LEAST}
    for nsoftware, ntechniques in PLANTS:
        rnd, jobs, about = random.Random(11), [], []
        for _ in range(draws if nsoftware else 1):
            for case in bench.walk:
                decoy = plant(bench, case, nsoftware, ntechniques, rnd) if nsoftware else ("", [], [])
                if decoy:
                    jobs.append((bench.path(case), seen(case, *decoy[1:])))
                    about.append((case, decoy[0]))
        answers = bench.ask_all(jobs)
        rows = [nsoftware, ntechniques, len(jobs)]
        for least, cells in by_rule.items():
            made = [(c, d, a) for (c, d), a in zip(about, answers) if rule_holds(a, least)]
            cells.append("%.1f %%" % (100 * sum(top(a)[0] == d for _, d, a in made) / len(jobs))
                         if nsoftware else
                         "%d of %d" % (sum(is_right(c, a) for c, _, a in made), len(made)))
        for claimed in (lambda a: top(a)[1] >= .5, lambda a: top(a)[1] >= .7, lambda a: a["named"]):
            made = [(c, d, a) for (c, d), a in zip(about, answers) if claimed(a)]
            decoys = sum(top(a)[0] == d for _, d, a in made)
            rows.append("%d of %d; %s" % (sum(is_right(c, a) for c, _, a in made), len(made),
                                          "%.1f %%" % (100 * decoys / len(jobs)) if nsoftware else "-"))
        lines.append(rows)
    return lines, by_rule


def without(bench, case):
    """The knowledge base without the actor of the case."""
    base = bench.folder / (case["id"] + ".tsv")
    base.write_text("".join(r[4] + "\n" for r in bench.base(bench.path(case))
                            if r[0] not in case["truth"]), encoding="utf-8")
    return base


def struck_out(bench):
    """Every known case with its actor taken out of the knowledge base: each claim is wrong."""
    jobs = [(without(bench, c), seen(c)) for c in bench.walk if c["label"] == "known"]
    answers = bench.ask_all(jobs)
    return len(jobs), [sum(f(a) for a in answers) for f in (
        lambda a: top(a)[1] >= .5, lambda a: top(a)[1] >= .7, lambda a: a["named"])]


# ---- the table

def save(bench, name, answers):
    path = bench.folder / name
    path.write_text("".join(json.dumps(a) + "\n" for a in answers), encoding="utf-8")
    return path


def run_bench(bench):
    """All tracks through the benchmark's own runner. The processor seconds of one case, too."""
    out = bench.folder / "limier.jsonl"
    command = bench.limier + " attribute --knowledge {kb} --observed {obs} --format json"
    told = subprocess.run([sys.executable, bench.root / "run_bench.py", bench.root / "bench/dev.json",
                           out, "--cmd", command], capture_output=True, text=True, check=True)
    assert " 0 without an answer" in told.stdout, told.stdout
    return out


def seconds_a_case(bench):
    """Of a case alone, with the start of the program; and of one more in the same run."""
    def seconds(observations):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        bench.ask(bench.path(bench.walk[-1]), observations)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    all_seen, rounds = [seen(c) for c in bench.walk], 5
    one = min(seconds(all_seen[:1]) for _ in range(rounds))
    many = min(seconds(all_seen * 10) for _ in range(rounds))
    return one, (many - one) / (10 * len(all_seen) - 1)


# ---- what better knowledge of malware would give

def with_known_software(bench, case, share, rnd):
    """The knowledge base as if reports credited `share` of the case's software to its actor."""
    told = [s for s in case["software"] if rnd.random() < share]
    out = bench.folder / ("%s-%.2f.tsv" % (case["id"], share))
    lines = []
    for row in bench.base(bench.path(case)):
        columns = row[4].split("\t")
        if row[0] in case["truth"]:
            more = ["%s=1" % s for s in told if s not in row[3]]
            columns[5] = ",".join([c for c in (columns[5],) if c] + more)
        lines.append("\t".join(columns) + "\n")
    out.write_text("".join(lines), encoding="utf-8")
    return out


def knowledge_curve(bench, shares=(0, .1, .2, .3, .5, .75, 1)):
    """[(share, top-1, top-5, right claims, claims)]: the ranking of known cases, the claims of all at p >= 0.7."""
    known = [c for c in bench.walk if c["label"] == "known"]
    others = bench.ask_all([(bench.path(c), seen(c)) for c in bench.walk if c["label"] != "known"])
    wrong = sum(top(a)[1] >= .7 for a in others)
    for share in shares:
        rnd = random.Random(5)
        answers = bench.ask_all([(with_known_software(bench, c, share, rnd), seen(c)) for c in known])
        right = [is_right(c, a) for c, a in zip(known, answers)]
        fifth = sum(any(g in c["truth"] for g, _ in a["ranking"][:5]) for c, a in zip(known, answers))
        claims = [r for r, a in zip(right, answers) if top(a)[1] >= .7]
        yield share, sum(right) / len(known), fifth / len(known), sum(claims), len(claims) + wrong


def claims_cell(told, at):
    found = re.match(r"\{(\d+) of (\d+), precision (\S+); known answered rightly (\S+); "
                     r"false claim on unknown (\S+?)\}", told.get("claims@" + at, ""))
    if not found:
        return "-"
    made, precision = int(found[1]), found[3]
    right = 0 if precision == "-" else round(made * float(precision))
    return "%d of %d" % (right, made)


def row_of(name, told):
    return "| %s | %s / %s / %s | %s | %s | %s | %s | %s |" % (
        name, told["top1"], told["top3"], told["top5"], told.get("top1_ci", ""), told["country_top1"],
        told.get("open_ece", "-"), claims_cell(told, "0.5"), claims_cell(told, "0.7"))


def table(bench, draws):
    limier = run_bench(bench)
    told = {name: bench.evaluate(path, "--boot", "1000") for name, path in (
        ("BM25 + software", save(bench, "bm25.jsonl", [bm25(bench, c) for c in bench.walk])),
        ("reference", bench.root / "results/ref_dev.jsonl"),
        ("limier", limier),
        ("limier, claim cross-fitted", save(bench, "c.jsonl", cross_fitted(bench, COLUMNS))),
        ("the same, four columns", save(bench, "d.jsonl", cross_fitted(bench, REFERENCE_COLUMNS))))}
    yield "Walk-forward, development half: %d cases, %d of an actor known at the time." % (
        len(bench.walk), sum(c["label"] == "known" for c in bench.walk))
    yield ""
    yield "| method | top-1 / 3 / 5, actor known | 95 % of top-1 | country | calibration error, open set " \
          "| right claims at p >= 0.5 | at 0.7 |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, tracks in told.items():
        yield row_of(name, tracks["C"])
    yield ""
    yield "Other tracks, limier beside the reference (top-1 / 3 / 5 and country):"
    yield ""
    yield "| track | cases known | reference | limier |"
    yield "| --- | --- | --- | --- |"
    for track in ("A", "B", "D1", "D3"):
        ref, ours = told["reference"][track], told["limier"][track]
        yield "| %s | %s | %s | %s |" % (track, ours["known"], *(
            "%s / %s / %s, %s" % (t["top1"], t["top3"], t["top5"], t["country_top1"])
            for t in (ref, ours)))
    yield ""
    yield "False flags: rare software (and techniques) of a random other actor planted, %d draws a case." % draws
    yield "Cells: right claims of all claims; how often the decoy was claimed."
    yield ""
    yield "| software | techniques | trials | p >= 0.5 | p >= 0.7 | named by rule |"
    yield "| --- | --- | --- | --- | --- | --- |"
    trials, by_rule = false_flags(bench, draws)
    for row in trials:
        yield "| " + " | ".join(map(str, row)) + " |"
    yield ""
    yield "The price of that: the rule with other weights from which on a family of evidence speaks. Right " \
          "claims of all claims when nothing is planted; how often the decoy is named when it is."
    yield ""
    yield "| nats | " + " | ".join("nothing" if not s else "%d + %d" % (s, t) for s, t in PLANTS) + " |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for least, cells in by_rule.items():
        yield "| %g | %s |" % (least, " | ".join(cells))
    cases, wrong = struck_out(bench)
    yield ""
    yield "The true actor struck out of the knowledge base, %d cases: wrong claims %d at p >= 0.5, %d at 0.7, " \
          "%d named by rule." % (cases, *wrong)
    yield ""
    yield "What would have to be known: the ranking if a share of each case's software had been credited to its " \
          "actor beforehand, whatever else is missing."
    yield ""
    yield "| share | top-1 | top-5 | right claims at p >= 0.7 |"
    yield "| --- | --- | --- | --- |"
    for share, *rest in knowledge_curve(bench):
        yield "| %.0f %% | %.3f | %.3f | %d of %d |" % (100 * share, *rest)
    yield ""
    yield "One case: %.1f ms of one core with the start of the program and the knowledge base read, %.2f ms once " \
          "that is done, the whole answer printed." % tuple(1000 * s for s in seconds_a_case(bench))


def main():
    words = argparse.ArgumentParser()
    words.add_argument("what", choices=["table", "fit"])
    words.add_argument("limier")
    words.add_argument("--out")
    words.add_argument("--draws", type=int, default=3)
    asked = words.parse_args()
    shared = os.environ.get("LIMIER_SHARED")
    if not shared:
        print("SKIPPED: LIMIER_SHARED is not set: no benchmark here")
        return 0
    with tempfile.TemporaryDirectory(prefix="limier-attribution-") as folder:
        bench = Bench(pathlib.Path(shared, "attribution"), folder, os.path.abspath(asked.limier))
        if asked.what == "fit":
            learned, answers = learn(bench, COLUMNS)
            right = sum(is_right(c, a) for c, a in zip(bench.walk, answers))
            print(write_claim(fit([e[1:] for e in learned]), len(answers), right), end="")
            return 0
        text = "\n".join(table(bench, asked.draws)) + "\n"
    print(text, end="")
    if asked.out:
        page = pathlib.Path(asked.out)
        old = page.read_text(encoding="utf-8")
        begin, end = "<!-- measured -->\n", "<!-- end -->\n"
        assert begin in old and end in old, "no place for the table in " + asked.out
        page.write_text(old[:old.index(begin) + len(begin)] + "\n" + text + "\n" + old[old.index(end):],
                        encoding="utf-8")
    return 0


sys.exit(main())
