#!/usr/bin/env python3
"""Makes a folder for `gyeot eval` out of the two public sets of counselling talk, which are not shipped, with the known topic of each
session as its key: the cards of that topic, one of which has to be among the first five directions.

    python3 tests/bench/direction_topics.py annomi-dev.csv kmi-ko-dev.json OUT
    gyeot eval OUT --task directions --half en --model qwen2.5-coder-0.5b      and again with another model, and --half ko

Only sessions whose topic a card names are written. The general cards of motivational interviewing fit every session of both sets, so
they count for none. Which card belongs to which topic is our reading (CARDS below); the heads were chosen on the same sets, so the
figures compare models and are no evidence of how good either is. Only the standard library is needed."""
import csv, json, pathlib, sys

CARDS = {"alcohol": ["mi-alcohol"], "exercise": ["behavioural-activation"], "her values": ["act-values"], "assertive": ["dbt-dear-man"],
         "drug use": ["relapse-prevention"], "gambling": ["relapse-prevention"], "smoking": ["relapse-prevention"],
         "학업": ["procrastination-steps"]}


def kept(out, name, language, topic, lines):
    cards = sorted({card for word, cards in CARDS.items() if word in topic for card in cards})
    if not cards:
        return 0
    rows = [{"id": n, "start_ms": n * 5_000, "end_ms": n * 5_000 + 4_000, "speaker": who, "text": text.strip()}
            for n, (who, text) in enumerate(((w, t) for w, t in lines if t and t.strip()), 1)]
    body = {"schema": "gyeot.transcript/1", "language": language, "duration_ms": len(rows) * 5_000 + 5_000, "utterances": rows, "gaps": []}
    (out / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False))
    (out / f"{name}.key.json").write_text(json.dumps({"schema": "gyeot.key/1", "half": language, "directions": cards}))
    return 1


def main():
    english, korean, out = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    talks = {}
    with open(english, newline="") as file:
        for row in csv.DictReader(file):
            who = "counsellor" if row["interlocutor"] == "therapist" else "client"
            lines = talks.setdefault(row["transcript_id"], (row["topic"], {}))[1]
            lines.setdefault(int(row["utterance_id"]), (who, row["utterance_text"]))
    written = sum(kept(out, f"en-{name}", "en", topic, [lines[k] for k in sorted(lines)]) for name, (topic, lines) in talks.items())
    said = {"Therapist": "counsellor", "Client": "client"}
    for talk in json.load(open(korean)):
        lines = [(said.get(u["role"], "other"), u["utterance_ko"]) for u in talk["dialogue"]]
        written += kept(out, f"ko-{talk['id']:03}", "ko", talk["category"], lines)
    print(f"{written} sessions")


main()
