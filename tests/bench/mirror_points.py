#!/usr/bin/env python3
"""Fits the points of prompts/mirror/en.toml on AnnoMI (CSV as published: transcript_id, utterance_id, interlocutor,
utterance_text, annotator_id, reflection_exists, reflection_subtype, question_exists, question_subtype).

usage: mirror_points.py annomi.csv [prompts/mirror/en.toml]     needs numpy and scikit-learn

The features are those of src/domain/mirror/score.rs. Two dialogues of three are fitted on (dialogue number modulo 3 is not
0), the third is kept aside; printed are the points to be rounded into the file by hand, and F1 of both parts. The figures that
count are those of `gyeot eval mirror`, which runs the program's own rules."""
import collections, csv, re, sys, tomllib
import numpy as np
from sklearn.linear_model import LogisticRegression

D = tomllib.load(open(sys.argv[2] if len(sys.argv) > 2 else "prompts/mirror/en.toml", "rb"))
W, Q = D["words"], D["question"]

def words(s):
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", s.lower().replace("\u2019", "'"))

def sentences(s):
    return [x for x in re.split(r"(?<=[.?!…])\s+|--", s) if words(x)]

def core(ws):
    i = 0
    while i < len(ws) and ws[i] in W["fillers"]:
        i += 1
    return ws[i:]

def stem(w):
    for e in W["endings"]:
        if w.endswith(e) and len(w) - len(e) >= 3:
            return w[: -len(e)]
    return w

def content(s):
    return {stem(w) for w in words(s) if w not in W["empty"] and len(w) > 2}

def asked(s):
    c = core(words(s))
    if len(c) < 2:
        return False
    return (c[0] in Q["ask_words"] and (c[1] in Q["auxiliaries"] or "'" in c[0])) or (c[0] in Q["auxiliaries"] and c[1] in Q["subjects"]) or c[:2] == ["tell", "me"]

def features(text, before):
    ws = words(text)
    low = " " + " ".join(ws) + " "
    f = collections.Counter()
    longest = 0
    for s in sentences(text):
        c = core(words(s))
        mark = s.rstrip(' "-]\u201d').endswith("?")
        if not c:
            continue
        if c[0] in W["second"]:
            f["asked_of_client" if mark else "begins_with_client"] = 1
        if asked(s) or (mark and (c[0] in Q["ask_words"] or c[0] in Q["auxiliaries"])):
            f["form_of_question"] = 1
        elif not mark:
            longest = max(longest, len(c))
        if mark:
            f["question_mark"] = 1
    R = D["reflection"]
    f["statement"] = min(longest, R["statement_words"]) / R["statement_words"]
    n = sum(w in W["first"] for w in ws)
    f["counsellor"] = min(n, 1)
    f["counsellor_more"] = max(0, min(n, 4) - 1)
    c = len(core(ws))
    f["only_fillers"] = c == 0
    f["many"] = len(ws) > R["many_words"]
    own = content(text)
    f["no_content"] = not own
    theirs = set().union(*[content(x) for x in before[-R["client_turns"] :]])
    f["shared_word"] = min(len(own & theirs), 3)
    f["shared_part"] = len(own & theirs) / max(len(own), 3)
    f["so"] = "so" in ws[:2]
    for part in ("reflection", "complex"):
        for cue in D[part]["cues"]:
            k = sum(f" {w} " in low for w in cue["words"])
            f[f"{part[0]}:{cue['id']}"] = min(k, 1)
            f[f"{part[0]}:{cue['id']}+"] = max(0, min(k, 3) - 1)
    f["many_complex"] = len(ws) > D["complex"]["many_words"]
    return f

def f1(y, p):
    return 2 * (y & p).sum() / max(1, y.sum() + p.sum())

def main():
    talk = collections.OrderedDict()
    for r in csv.DictReader(open(sys.argv[1], encoding="utf-8")):
        u = talk.setdefault(r["transcript_id"], {}).setdefault(int(r["utterance_id"]), (r["interlocutor"], r["utterance_text"], []))
        u[2].append((r["reflection_exists"] == "True", r["reflection_subtype"]))
    X, y, z, aside = [], [], [], []
    for n, us in enumerate(talk.values()):
        before = []
        for _, (who, text, labels) in sorted(us.items()):
            if who != "therapist":
                before.append(text)
                continue
            X.append(features(text, before))
            y.append(2 * sum(a for a, _ in labels) >= len(labels))
            kinds = [k for _, k in labels if k in ("simple", "complex")]
            z.append(2 * kinds.count("complex") >= len(kinds) if kinds else None)
            aside.append(n % 3 == 0)
    y, aside = np.array(y), np.array(aside)
    def fit(names, rows, target, label):
        A = np.array([[float(f[k]) for k in names] for f in X])
        m = LogisticRegression(C=0.5, max_iter=3000).fit(A[rows & ~aside], target[rows & ~aside])
        p = m.decision_function(A)
        print(f"\n{label}: base {m.intercept_[0]:.2f}")
        print("  ".join(f"{k} {w:.2f}" for k, w in zip(names, m.coef_[0])))
        for th in (-1.2, -1, -0.8, -0.6, -0.4, -0.2, 0):
            a, b = rows & ~aside, rows & aside
            ratio = (p[b] > th).sum() / target[b].sum()
            print(f"threshold {th:5.1f}: found {ratio:.2f} for one coded aside; F1 fitted {f1(target[a], p[a] > th):.3f}  aside {f1(target[b], p[b] > th):.3f}   right {np.mean((p[b] > th) == target[b]):.3f}")
    every = sorted({k for f in X for k in f})
    fit([k for k in every if not k.startswith("c:") and k != "many_complex"], np.ones(len(y), bool), y, "reflection")
    rows = np.array([k is not None for k in z])
    fit(["shared_part", "many_complex"] + [k for k in every if k.startswith("c:")], rows, np.array([bool(k) for k in z]), "complex")

main()
