#!/usr/bin/env python3
"""Attacks on a vault by somebody who can write to its folder, or who gives the program a bad file or passphrase, with the
program itself and no key: `python3 tests/attacks.py GYEOT`. For each it prints whether the program held or fell; the exit
status is the number that fell. It knows the folders of both formats, so that a program of before can be put beside one of now.
The attacks that need forged signatures are in tests/vault/attacks.rs, those from inside a worker in tests/live/sandbox.rs.
Each begins with a vault of its own under a temporary folder; nothing else is touched."""

import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

PASS = "quiet orange bicycle under seven lanterns"
PROGRAM = pathlib.Path(sys.argv[1]).resolve()


class Place:
    """A vault with one member and two clients, the second with sheets."""

    def __init__(self):
        self.at = pathlib.Path(tempfile.mkdtemp(prefix="gyeot-attack-"))
        os.chmod(self.at, 0o700)
        (self.at / "p").write_text(PASS + "\n")
        os.chmod(self.at / "p", 0o600)
        self.vault = self.at / "v"
        names = {"HOME": "home", "XDG_DATA_HOME": "d", "XDG_CONFIG_HOME": "c", "XDG_STATE_HOME": "s", "GYEOT_STATE": "w"}
        self.env = {k: str(self.at / v) for k, v in names.items()}
        self.env |= {"PATH": os.environ["PATH"], "GYEOT_VAULT": str(self.vault), "GYEOT_LANG": "en"}
        self.env["GYEOT_MODELS"] = str(self.at / "models")
        (self.at / "home").mkdir()

    def run(self, *args, phrase="p", stdin="", wait=120):
        command = [str(PROGRAM), *args]
        if phrase:
            command += ["--passphrase-file", str(self.at / phrase)]
        return subprocess.run(command, env=self.env, input=stdin, capture_output=True, text=True, timeout=wait, cwd=self.at)

    def laid(self):
        self.done("init", "--centre", "Haesol", "--member", "Lee Sangdam", "--role", "counsellor")
        for code in ["C-0001", "C-0002"]:
            self.done("client", "add", "--name", "Kim Mirae", "--code", code, "--birth", "1990-03-15")
            scopes = [x for s in ["service", "recording", "ai"] for x in ["--scope", s]]
            self.done("client", "consent", code, *scopes, "--form", "v1", "--limits-explained", "--age-confirmed")
        return self

    def sheet(self):
        self.done("assess", "give", "phq-9", "--client", "C-0002", "--answers", "1,1,1,1,1,1,1,1,0")

    def done(self, *args):
        out = self.run(*args)
        if out.returncode:
            raise SystemExit(f"cannot lay a vault: {' '.join(args)}: {out.stderr}")
        return out

    def files(self, name):
        """The files that are this part of the vault, in either format."""
        part = self.vault / name
        return [part] if part.is_file() else sorted(p for p in part.rglob("*") if p.is_file()) if part.is_dir() else []


def told(out):
    """Not whole, or refused: the exit says so."""
    return out.returncode in (12, 13, 11) or out.returncode == 1 and "hint:" in out.stderr


def garbage_log():
    p = Place().laid()
    for f in p.files("access"):
        f.write_text("garbage\n")
    return told(p.run("client", "list")) and told(p.run("vault", "check"))


def cut_log():
    p = Place().laid()
    for f in p.files("access"):
        f.write_bytes(b"".join(f.read_bytes().splitlines(True)[:2]))
    return told(p.run("vault", "check"))


def removed_log():
    p = Place().laid()
    for f in p.files("access"):
        f.unlink()
    return told(p.run("vault", "check"))


def destroyed_put_back():
    p = Place().laid()
    p.sheet()
    kept = p.at / "kept"
    shutil.copytree(p.vault, kept)
    out = p.run("vault", "shred", "--client", "C-0002", "--reason", "asked", "--yes-destroy", "C-0002")
    if out.returncode == 2:
        out = p.run("vault", "shred", "--client", "C-0002", "--reason", "asked")
    if out.returncode:
        raise SystemExit(f"cannot destroy a client: {out.stderr}")
    # Everything as it was but the log, which only grows.
    for part in ["store", "tombs", "mark", "checkpoints", "spare/tombs", "memory"]:
        for where, back in [(p.vault / part, kept / part)]:
            if where.is_dir():
                shutil.rmtree(where)
            elif where.exists():
                where.unlink()
            if back.is_dir():
                shutil.copytree(back, where)
            elif back.exists():
                shutil.copy2(back, where)
    shown = p.run("client", "list")
    return told(shown) or told(p.run("vault", "check"))


def old_folder():
    p = Place().laid()
    kept = p.at / "kept"
    shutil.copytree(p.vault, kept)
    p.done("client", "add", "--name", "Park", "--code", "C-0003", "--birth", "1980-01-01")
    shutil.rmtree(p.vault)
    kept.rename(p.vault)
    return told(p.run("client", "list"))


def open_folder():
    p = Place().laid()
    os.chmod(p.vault, 0o777)
    return told(p.run("client", "list"))


def linked_log():
    p = Place().laid()
    elsewhere = p.at / "elsewhere"
    for f in p.files("access"):
        shutil.move(f, elsewhere)
        f.symlink_to(elsewhere)
    return told(p.run("client", "list"))


def missing_recovery_slot():
    p = Place().laid()
    gone = [f for f in p.files("slots") + p.files("spare/slots") if ".recovery." in f.name]
    for f in gone:
        f.unlink()
    out = p.run("client", "list")
    return not any(f.exists() for f in gone) and "recovery" in (out.stderr + out.stdout).lower()


WEAK = [
    "동해 물과 백두산이 마르고 닳도록", "죽는 날까지 하늘을 우러러 한 점 부끄럼이 없기를", "나 보기가 역겨워 가실 때에는",
    "to be or not to be that is the question", "four score and seven years ago our fathers", "the quick brown fox jumps over the lazy dog",
    "123456789012345678901", "20240101202401012024", "Haesol Lee Sangdam Haesol", "Haesol counselling centre 2024",
    "it was the best of times it was the worst", "password password password",
]


def weak(phrase):
    def attack():
        p = Place()
        (p.at / "p").write_text(phrase + "\n")
        return p.run("init", "--centre", "Haesol", "--member", "Lee Sangdam", "--role", "counsellor").returncode != 0

    return attack


def recovery_phrase_spelling():
    p = Place()
    out = p.run("init", "--centre", "Haesol", "--member", "Lee Sangdam", "--role", "counsellor")
    lines = (out.stdout + out.stderr).splitlines()
    words = [line.split(". ", 1)[1].strip() for line in lines if line.strip()[:2] in ("1.", "2.")]
    (p.at / "one").write_text(words[0].upper().replace("-", " ") + "\n")
    (p.at / "two").write_text("  " + words[1].title().replace("-", "  ") + " \r\n")
    return p.run("vault", "drill", "--phrase", "1", "--phrase-file", "one", "--phrase", "2", "--phrase-file", "two").returncode == 0


def json_without_reason():
    p = Place().laid()
    p.sheet()
    return p.run("assess", "history", "--client", "C-0002", "--json").returncode != 0


def wav(rate):
    data = b"\0\0" * 1600
    head = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return head + b"data" + struct.pack("<I", len(data)) + data


def sample_rate_zero():
    p = Place()
    (p.at / "z.wav").write_bytes(wav(0))
    out = p.run("transcribe", "z.wav", phrase=None)
    return out.returncode not in (101, -6, 134) and "panicked" not in out.stderr


def removed_neighbour():
    p = Place().laid()
    other = [p.at / "b.gyeot.part", p.at / "b.part", p.at / "b.gyeot.new"]
    for f in other:
        f.write_text("mine")
    p.run("backup", "create", str(p.at / "b.gyeot"))
    return all(f.exists() and f.read_text() == "mine" for f in other)


def backup_through_link():
    p = Place().laid()
    target = p.at / "precious"
    target.write_text("mine")
    (p.at / "b.gyeot").symlink_to(target)
    p.run("backup", "create", str(p.at / "b.gyeot"))
    return target.read_text() == "mine"


def restoring_neighbour():
    p = Place().laid()
    p.run("backup", "create", str(p.at / "b.gyeot"))
    mine = p.at / "back.restoring"
    mine.mkdir()
    (mine / "precious").write_text("mine")
    p.run("backup", "restore", str(p.at / "b.gyeot"), "--vault", str(p.at / "back"))
    return (mine / "precious").exists()


def escapes_in_a_name():
    p = Place().laid()
    p.run("client", "add", "--name", "Kim\x1b]0;owned\x07 \u202egnp.exe\u200b", "--code", "C-0009", "--birth", "1990-03-15")
    out = p.run("client", "list", "--json").stdout + p.run("client", "list").stdout
    return not any(c in out for c in ["\x1b", "\x07", "\u202e", "\u200b", "\\u001b", "\\u202e"])


def copied_checkpoint():
    """Another vault's mark in the place of this one's."""
    p, q = Place().laid(), Place().laid()
    mine, theirs = p.files("mark") + p.files("checkpoints"), q.files("mark") + q.files("checkpoints")
    for f, g in zip(mine, theirs):
        f.write_bytes(g.read_bytes())
    return told(p.run("vault", "check"))


def foreign_roster():
    """Another centre's roster in the place of this one's."""
    p, q = Place().laid(), Place().laid()
    for f, g in zip(p.files("roster") + p.files("spare/roster"), q.files("roster") + q.files("spare/roster")):
        f.write_bytes(g.read_bytes())
    return told(p.run("client", "list"))


ATTACKS = {
    "garbage in place of the access log": garbage_log,
    "access log cut to two entries": cut_log,
    "access log removed": removed_log,
    "destroyed client put back with store, tombstones and mark": destroyed_put_back,
    "whole old folder put back": old_folder,
    "folder open to everybody": open_folder,
    "log behind a symbolic link": linked_log,
    "recovery slot removed": missing_recovery_slot,
    "another vault's mark": copied_checkpoint,
    "another vault's roster": foreign_roster,
    "history as JSON without a reason": json_without_reason,
    "sound file with sample rate 0": sample_rate_zero,
    "neighbours of a backup removed": removed_neighbour,
    "backup written through a symbolic link": backup_through_link,
    "neighbours of a restoring removed": restoring_neighbour,
    "escapes and turned writing in a name": escapes_in_a_name,
    "recovery phrases in capitals and with blanks": recovery_phrase_spelling,
} | {f"weak passphrase {n + 1}": weak(w) for n, w in enumerate(WEAK)}


def main():
    fell = []
    for name, attack in ATTACKS.items():
        try:
            held = attack()
        except subprocess.TimeoutExpired:
            held = False
        print(f"{'held' if held else 'FELL'}  {name}", flush=True)
        if not held:
            fell.append(name)
    print(json.dumps({"attacks": len(ATTACKS), "held": len(ATTACKS) - len(fell), "fell": fell}))
    sys.exit(len(fell))


if __name__ == "__main__":
    main()
