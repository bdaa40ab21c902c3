"""Makes a folder of transcripts for `gyeot eval` out of the two public sets of counselling talk, which are not shipped:

    python3 tests/bench/note_transcripts.py annomi-dev.csv kmi-ko-dev.json OUT [N]
    gyeot eval OUT --task note --plain-baseline

The first N (20) of each file, in order. AnnoMI (Wu et al. 2022, ICASSP) and KMI (Kim et al. 2025, NAACL) come from their
publishers; only the standard library is needed. A third form, `fifty MINUTES-LONG.json`, joins transcripts of one language
into one of about fifty minutes: give `--fifty` as the last argument.
"""

import csv
import json
import pathlib
import sys


def kept(out, name, language, lines, times=None):
    told = [(who, text.strip()) for who, text in lines if text and text.strip()]
    rows = []
    at = 0
    for number, (who, text) in enumerate(told, 1):
        start = times[number - 1] if times and number <= len(times) else at
        # Three words a second in English, five syllables in Korean: for order and rough length only.
        took = 1000 + (len(text) * 200 if language == "ko" else len(text.split()) * 350)
        rows.append({"id": number, "start_ms": start, "end_ms": start + took, "speaker": who, "text": text})
        at = start + took + 600
    body = {"schema": "gyeot.transcript/1", "language": language, "duration_ms": at, "utterances": rows, "gaps": []}
    (out / name).write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n")


def main():
    arguments = [a for a in sys.argv[1:] if not a.startswith("--")]
    english, korean, out = arguments[0], arguments[1], pathlib.Path(arguments[2])
    most = int(arguments[3]) if len(arguments) > 3 else 20
    out.mkdir(parents=True, exist_ok=True)
    talks = {}
    with open(english, newline="") as file:
        for row in csv.DictReader(file):
            who = "counsellor" if row["interlocutor"] == "therapist" else "client"
            lines = talks.setdefault(row["transcript_id"], {})
            lines.setdefault(int(row["utterance_id"]), (who, row["utterance_text"]))
    english = [[lines[k] for k in sorted(lines)] for lines in talks.values()]
    said = {"Therapist": "counsellor", "Client": "client"}
    korean = [
        [(said.get(u["role"], "other"), u["utterance_ko"]) for u in talk["dialogue"]]
        for talk in json.load(open(korean))
    ]
    if "--fifty" in sys.argv:
        for language, all_of in (("en", english), ("ko", korean)):
            lines, letters = [], 0
            for talk in all_of:
                lines += talk
                letters += sum(len(t) * 200 if language == "ko" else len(t.split()) * 350 for _, t in talk)
                letters += 1600 * len(talk)
                if letters > 50 * 60_000:
                    break
            kept(out, f"fifty-{language}.json", language, lines)
        return
    for language, all_of in (("en", english), ("ko", korean)):
        for number, lines in enumerate(all_of[:most], 1):
            kept(out, f"{language}-{number:02}.json", language, lines)


main()
