#!/usr/bin/env python3
"""CPU of `gyeot transcribe` against plain whisper.cpp: same model file, same sound, same threads, in turn.

usage: speech.py GYEOT MODELS_DIR SOUND.flac REFERENCE.json [RUNS] [THREADS]

Rows: ours (program and worker together, user + system), the same engine build run plainly over the whole file
(`gyeot-asr --plain`), and pywhispercpp where this Python has it (skipped loudly where not). Medians. Every run is
a fresh process, so loading the model counts on all sides. Needs ffmpeg for the raw samples of the plain side.
"""
import json, os, re, resource, statistics, subprocess, sys, tempfile, time, unicodedata

PEER = """
import sys, io, contextlib
from pywhispercpp.model import Model
m = Model(sys.argv[1], n_threads=int(sys.argv[4]), print_progress=False, print_realtime=False, redirect_whispercpp_logs_to=None)
print(' '.join(s.text for s in m.transcribe(sys.argv[2], language=sys.argv[3])))
"""


def cpu_of(command, **kw):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    t = time.monotonic()
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kw)
    wall = time.monotonic() - t
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if out.returncode:
        sys.exit(f"{command[0]} ended with {out.returncode}: {out.stderr.decode(errors='replace')[-400:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall, out.stdout.decode()


def fold(text):
    text = unicodedata.normalize("NFC", text).lower().replace("’", "'")
    return re.sub(r"(?<![^\W_])'|'(?![^\W_])|[^\w']|_", " ", text).split()


def errors(ref, hyp):
    row = list(range(len(hyp) + 1))
    for i, r in enumerate(ref, 1):
        diagonal, row[0] = row[0], i
        for j, h in enumerate(hyp, 1):
            diagonal, row[j] = row[j], min(diagonal + (r != h), row[j] + 1, row[j - 1] + 1)
    return row[-1] / max(1, len(ref))


def main(gyeot, models, sound, reference, runs="3", threads=str(os.cpu_count())):
    ref = json.load(open(reference, encoding="utf8"))
    lang = ref["language"]
    truth = fold(" ".join(u["text"] for u in ref["utterances"]))
    if lang == "ko":
        truth = list("".join(truth))
    tmp = tempfile.mkdtemp()
    raw, wav = os.path.join(tmp, "a.raw"), os.path.join(tmp, "a.wav")
    for to, kind in ((raw, ["-f", "s16le"]), (wav, [])):
        subprocess.run(["ffmpeg", "-v", "error", "-i", sound, "-ar", "16000", "-ac", "1", *kind, to], check=True)
    first = subprocess.run([gyeot, "transcribe", "--no-speakers", sound, "--lang", lang, "--models", models, "--json", "--quiet"],
                           stdout=subprocess.PIPE, check=True)
    model = json.loads(first.stdout)["model"]
    path = next(os.path.join(models, f) for f in sorted(os.listdir(models)) if sha(os.path.join(models, f), model["sha256"]))
    worker = os.path.join(os.path.dirname(gyeot), "gyeot-asr")
    sides = {
        "gyeot transcribe": lambda: cpu_of([gyeot, "transcribe", "--no-speakers", sound, "--lang", lang, "--models", models,
                                            "--threads", threads, "--quiet"]),
        "plain, same build": lambda: cpu_of([worker, "--plain", path, lang, threads], stdin=open(raw, "rb"),
                                            env={**os.environ, "OMP_WAIT_POLICY": "passive"}),
    }
    try:
        import pywhispercpp  # noqa: F401
        sides["pywhispercpp"] = lambda: cpu_of([sys.executable, "-c", PEER, path, wav, lang, threads])
    except ImportError:
        print("======== SKIPPED: pywhispercpp is not installed ========")
    got = {name: [] for name in sides}
    for _ in range(int(runs)):
        for name, run in sides.items():
            got[name].append(run())
    ours = statistics.median(c for c, _, _ in got["gyeot transcribe"])
    print(f"{os.path.basename(path)}, {os.path.basename(sound)}, {threads} threads, median of {runs}")
    for name, results in got.items():
        cpu = statistics.median(c for c, _, _ in results)
        wall = statistics.median(w for _, w, _ in results)
        heard = fold(results[-1][2])
        if lang == "ko":
            heard = list("".join(heard))
        rate = f"{'CER' if lang == 'ko' else 'WER'} {errors(truth, heard):.4f}"
        print(f"{name:18} CPU {cpu:7.2f} s  wall {wall:7.2f} s  {rate}  ours/this {ours / cpu:.2f}")


def sha(path, wanted):
    import hashlib
    if not os.path.isfile(path) or os.path.getsize(path) < 1 << 20:
        return False
    return hashlib.file_digest(open(path, "rb"), "sha256").hexdigest() == wanted


if __name__ == "__main__":
    main(*sys.argv[1:])
