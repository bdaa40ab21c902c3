#!/usr/bin/env python3
"""Words and CPU of `gyeot transcribe` against plain whisper.cpp, set by set, together: same model file, same sound, same
threads, in turn. Neither can be bought with the other.

usage: speech.py GYEOT MODELS_DIR [--runs N] [--threads N] [--model ID] [--only SET,SET] [--ct2 FOLDER]

Sides: ours (program and worker together, user + system), the same engine build run plainly over the whole file
(`gyeot-asr --plain`, beside GYEOT), and where this Python has them pywhispercpp (beam of five) and, with --ct2 and a
CTranslate2 folder of the same weights, faster-whisper (int8, beam of five, its own VAD). A missing peer is said loudly.
Medians. Every run is a fresh process, so loading the model counts on all sides. Errors are of characters in Korean and
of words in English, where a number is the same in words and in digits (as in the normaliser of Radford et al. 2022); where a set has no reference, the share of words in which the two sides differ is printed and
bounds nothing. Of noise the words are counted. The exit status is 1 when ours / plain is above 1.0 in errors on any set
that has a reference, or in CPU on all sets together.
"""
import argparse, json, os, re, resource, statistics, subprocess, sys, unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
SPEECH = os.path.join(REPO, "tests", "data", "speech")

PYWHISPERCPP = """
import sys
from pywhispercpp.model import Model
m = Model(sys.argv[1], n_threads=int(sys.argv[4]), params_sampling_strategy=1, print_progress=False, print_realtime=False, redirect_whispercpp_logs_to=None)
print(' '.join(s.text for s in m.transcribe(sys.argv[2], language=sys.argv[3])))
"""
FASTER = """
import sys
from faster_whisper import WhisperModel
m = WhisperModel(sys.argv[1], device='cpu', compute_type='int8', cpu_threads=int(sys.argv[4]))
print(' '.join(s.text for s in m.transcribe(sys.argv[2], language=sys.argv[3], beam_size=5, vad_filter=True)[0]))
"""


def sets():
    """(name, file, language, reference text or None)"""
    for lang in ("ko", "en"):
        folder = os.path.join(REPO, "src", "demo")
        said = json.load(open(os.path.join(folder, f"session-{lang}.reference.json"), encoding="utf8"))["utterances"]
        yield f"demo-{lang}", os.path.join(folder, f"session-{lang}.flac"), lang, " ".join(u["text"] for u in said)
    for line in open(os.path.join(SPEECH, "transcripts.tsv"), encoding="utf8"):
        if line.strip() and not line.startswith("#"):
            file, lang, text = line.rstrip("\n").split("\t")[:3]
            yield file.split(".")[0], os.path.join(SPEECH, file), lang, text
    yield "en-two-speakers", os.path.join(SPEECH, "en-two-speakers.flac"), "en", None
    yield "mp3", os.path.join(SPEECH, "common_voice_en_651325.mp3"), "en", None
    yield "noise", os.path.join(SPEECH, "noise-15s.flac"), "ko", ""


def cpu_of(command, **kw):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kw)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if out.returncode:
        sys.exit(f"{command[0]} ended with {out.returncode}: {out.stderr.decode(errors='replace')[-400:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, out.stdout.decode(errors="replace")


NUMBERS = dict(zip("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
                   "nineteen twenty".split(), map(str, range(21))), thirty="30", forty="40", fifty="50", sixty="60", seventy="70", eighty="80",
               ninety="90")


def fold(text, lang):
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    words = re.sub(r"(?<![^\W_])'|'(?![^\W_])|[^\w']|_", " ", text).split()
    return list("".join(words)) if lang == "ko" else [NUMBERS.get(word, word) for word in words]


def errors(ref, hyp):
    row = list(range(len(hyp) + 1))
    for i, r in enumerate(ref, 1):
        diagonal, row[0] = row[0], i
        for j, h in enumerate(hyp, 1):
            diagonal, row[j] = row[j], min(diagonal + (r != h), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def model_file(models, wanted):
    found = [os.path.join(models, f) for f in sorted(os.listdir(models)) if f.startswith(wanted + ".") and f.endswith(".bin")]
    if not found:
        sys.exit(f"no model {wanted} in {models}: gyeot models pull {wanted}")
    return found[0]


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("gyeot"); a.add_argument("models")
    a.add_argument("--runs", type=int, default=3); a.add_argument("--threads", default=str(os.cpu_count()))
    a.add_argument("--model", default="whisper-base"); a.add_argument("--only"); a.add_argument("--ct2")
    a = a.parse_args()
    path = model_file(a.models, a.model)
    worker = os.path.join(os.path.dirname(os.path.abspath(a.gyeot)), "gyeot-asr")
    env = {**os.environ, "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "300"}
    sides = {
        "ours": lambda f, lang: [a.gyeot, "transcribe", "--no-speakers", f, "--lang", lang, "--models", a.models, "--model", a.model,
                                 "--threads", a.threads, "--quiet"],
        "plain": lambda f, lang: [worker, "--plain", path, lang, a.threads, f],
    }
    for name, script, model in (("pywhispercpp", PYWHISPERCPP, path), ("faster_whisper", FASTER, a.ct2)):
        try:
            if model is None:
                raise ImportError
            __import__(name)
            sides[name] = lambda f, lang, s=script, m=model: [sys.executable, "-c", s, m, f, lang, a.threads]
        except ImportError:
            print(f"======== SKIPPED: {name} is not here{' (--ct2)' if name == 'faster_whisper' else ''} ========")
    print(f"{os.path.basename(path)}, {a.threads} threads, median CPU of {a.runs}; errors are rates, of noise words")
    print(f"{'set':18} {'ours':>7} {'plain':>7} {'ratio':>6}   {'CPU s':>7} {'plain':>7} {'ratio':>6}   peers (errors, CPU s)")
    too_many, cpu_ours, cpu_plain = [], 0.0, 0.0
    for name, file, lang, reference in sets():
        if a.only and name not in a.only.split(","):
            continue
        got = {side: [] for side in sides}
        for _ in range(a.runs):
            for side, command in sides.items():
                got[side].append(cpu_of(command(file, lang), env=env))
        cpu = {side: statistics.median(c for c, _ in runs) for side, runs in got.items()}
        text = {side: fold(runs[-1][1], lang) for side, runs in got.items()}
        truth = None if reference is None else fold(reference, lang)
        if truth is None:
            rate = {side: errors(text["plain"], heard) / max(1, len(text["plain"])) for side, heard in text.items()}
            ratio = "differ"
        else:
            rate = {side: errors(truth, heard) / max(1, len(truth)) for side, heard in text.items()}
            ratio = f"{rate['ours'] / rate['plain']:.2f}" if rate["plain"] else ("1.00" if not rate["ours"] else "inf")
            if rate["ours"] > rate["plain"]:
                too_many.append(name)
        cpu_ours += cpu["ours"]; cpu_plain += cpu["plain"]
        peers = "  ".join(f"{s} {rate[s]:.4f} {cpu[s]:.1f}" for s in sides if s not in ("ours", "plain"))
        print(f"{name:18} {rate['ours']:7.4f} {rate['plain']:7.4f} {ratio:>6}   {cpu['ours']:7.2f} {cpu['plain']:7.2f} "
              f"{cpu['ours'] / cpu['plain']:6.2f}   {peers}", flush=True)
    print(f"{'all':18} {'':7} {'':7} {'':6}   {cpu_ours:7.2f} {cpu_plain:7.2f} {cpu_ours / max(cpu_plain, 1e-9):6.2f}")
    if too_many or cpu_ours > cpu_plain:
        sys.exit("above 1.0: " + ", ".join(too_many + (["CPU"] if cpu_ours > cpu_plain else [])))


if __name__ == "__main__":
    main()
