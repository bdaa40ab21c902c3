#!/usr/bin/env python3
"""Utterances of one to five seconds, each alone: the speech worker as a running session asks it, beside faster-whisper (int8, the same
weights, a beam of five), both loaded once and warm. Processor time and errors (performance.md, row 3).

usage: short_utterances.py GYEOT-ASR MODEL.bin CT2_FOLDER [--threads N] [--most N]

The utterances are those of both demo sessions, cut by their references. CT2_FOLDER holds the same weights for CTranslate2. Needs
faster_whisper, numpy and soundfile. Exits with 1 where ours / theirs is above 0.35. Linux.
"""
import argparse, json, os, resource, struct, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from language import Worker
from speech import REPO, errors, fold


class Speech(Worker):
    """The same pipe with sound behind the head."""

    def decode(self, pcm, lang):
        self.number += 1
        ask = {"decode": {"language": lang, "prompt": None, "pass": "quick"}}
        head, sound = json.dumps({"id": self.number, "ask": ask}).encode(), pcm.tobytes()
        self.process.stdin.write(struct.pack("<II", 4 + len(head) + len(sound), len(head)) + head + sound)
        self.process.stdin.flush()
        while True:
            said = self.read()
            if "done" in said:
                return said["done"]["answer"]["decoded"]["text"]
            if "failed" in said or "cancelled" in said:
                sys.exit(f"the worker refused: {said}")

    def seconds(self):
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("worker"); a.add_argument("model"); a.add_argument("ct2")
    a.add_argument("--threads", type=int, default=os.cpu_count()); a.add_argument("--most", type=int, default=24)
    a = a.parse_args()
    import numpy
    import soundfile
    from faster_whisper import WhisperModel
    ours = Speech(a.worker, a.model, a.threads, 0)
    theirs = WhisperModel(a.ct2, device="cpu", compute_type="int8", cpu_threads=a.threads)
    all_ours, all_theirs = 0.0, 0.0
    for lang in ("ko", "en"):
        sound, rate = soundfile.read(os.path.join(REPO, "src", "demo", f"session-{lang}.flac"), dtype="int16")
        if rate != 16_000 or sound.ndim != 1:
            sys.exit("the demo is 16 kHz mono")
        said = json.load(open(os.path.join(REPO, "src", "demo", f"session-{lang}.reference.json"), encoding="utf8"))["utterances"]
        short = [u for u in said if 1_000 <= u["end_ms"] - u["start_ms"] <= 5_000][:a.most]
        wrong, of, cpu = [0, 0], 0, [0.0, 0.0]
        for n, utterance in enumerate(short):
            pcm = sound[utterance["start_ms"] * 16:utterance["end_ms"] * 16]
            if n == 0:  # both warm
                ours.decode(pcm, lang)
                list(theirs.transcribe(pcm.astype(numpy.float32) / 32768, language=lang, beam_size=5)[0])
            begun = ours.seconds()
            text = ours.decode(pcm, lang)
            cpu[0] += ours.seconds() - begun
            begun = own_seconds()
            other = " ".join(s.text for s in theirs.transcribe(pcm.astype(numpy.float32) / 32768, language=lang, beam_size=5)[0])
            cpu[1] += own_seconds() - begun
            truth = fold(utterance["text"], lang)
            of += len(truth)
            wrong = [wrong[0] + errors(truth, fold(text, lang)), wrong[1] + errors(truth, fold(other, lang))]
        all_ours, all_theirs = all_ours + cpu[0], all_theirs + cpu[1]
        print(f"{lang}: {len(short)} utterances; errors ours {wrong[0] / of:.3f}, faster-whisper {wrong[1] / of:.3f}; "
              f"processor {cpu[0]:.2f} / {cpu[1]:.2f} s: {cpu[0] / cpu[1]:.2f}")
    ratio = all_ours / all_theirs
    print(f"ours / faster-whisper {ratio:.2f}   target ≤ 0.35{'' if ratio <= 0.35 else '   MISSED'}")
    sys.exit(ratio > 0.35)


if __name__ == "__main__":
    main()
