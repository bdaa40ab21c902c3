#!/usr/bin/env python3
"""Learns the weighed words of prompts/items/words-ko.tsv and words-en.tsv: which words of a client's line, and of the question before
it, say which item of the PHQ-9 or GAD-7 it is about, which answer it fits, and whether it goes on about what the line before it was
about. Softmax regression over rows of letters and of words; the program adds the same weights up (src/domain/assessment/proposal).

usage: item_words.py [ko] [en] [--check] [--write]          needs scikit-learn

Learned from tests/data/items-learn alone. --check leaves each writer of dialogues out in turn, prints how their dialogues are read by
what all the others taught, and with --write keeps the bar that was best so (`!enough` of the file otherwise stays). The lists of forms, retractions
and the rules of an item are the program's and not in these figures. Same input, same file."""
import base64, collections, glob, os, re, sys, warnings
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression

HOME = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
DATA, OUT = os.path.join(HOME, "tests", "data", "items-learn"), os.path.join(HOME, "prompts", "items")
INSTRUMENTS = (("phq-9", "P", 9, "G5"), ("gad-7", "G", 7, "P8"))  # the last: says the same of the other's people, and teaches neither
SCORES = "0123-u"  # the answers; nothing of these two weeks of this client; not told how often
LETTERS = {"ko": (2, 3, 4), "en": (3, 4, 5)}
PUSH, LEAST_LINES, KEPT = 2.0, 2, 25_000
BARE = 3  # words of an answer that, without its question, is about nothing
BARS = (0.06, 0.08, 0.1, 0.125, 0.15, 0.2)
NOT_NOW, UNTOLD, TOLD = 0.5, 0.3, np.array((0.05, 0.25, 0.45, 0.25))  # as in prompts/items/reading.toml
QUIET = 0.895  # of what was not spoken about stays blank, where the bar is set

Row = collections.namedtuple("Row", "item score question answer follows")

def table(name):
    with open(name, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip()]

def files(kind, lang):
    return sorted(glob.glob(os.path.join(DATA, f"{kind}-{lang}-*.tsv")))

def single_rows(lang):
    """Lines without a question, and questions with their answers."""
    rows = [Row(item, score, "", text, None) for name in files("lines", lang) for item, score, text in table(name)]
    for name in files("qa", lang):
        for item, score, before, question, answer in table(name):
            if before == "-":
                rows.append(Row(item, score, question, answer, 0))
            else:
                rows.append(Row(item, "-" if item == "-" else "u", "", before, None))
                rows.append(Row(None, score, question, answer, None if item == "-" else 1))
                if len(answer.split()) <= BARE:
                    rows.append(Row("-", None, "", answer, None))
    return rows

def dialogues(lang):
    """(writer, name, instrument, [(question, text, marks)]): a line of the client with what the counsellor said just before it."""
    found = []
    for name in files("talk", lang) + files("session", lang):
        writer, question, said = os.path.basename(name)[:-4], "", True
        for key, instrument, who, marks, text in table(name):
            if not found or found[-1][:2] != (writer, key):
                found.append((writer, key, instrument, []))
                question, said = "", True
            if who == "T":
                question, said = (text if said else question + " " + text), False
            else:
                found[-1][3].append(("" if said else question, text, [] if marks == "-" else marks.split(",")))
                said = True
    return found

def dialogue_rows(dialogue):
    lines, rows = dialogue[3], []
    of = collections.defaultdict(list)
    for n, (_, _, marks) in enumerate(lines):
        for mark in marks:
            of[mark].append(n)
    for n, (question, text, marks) in enumerate(lines):
        for mark in marks:
            item, score = mark.split("=")
            follows = n - 1 in of[mark]
            last = n == of[mark][-1]
            asked_again = any(m > n and lines[m][0] for m in of[mark])
            rows.append(Row(None if follows else item, score if last else "u" if asked_again else None, question, text, int(follows)))
        if not marks:
            rows.append(Row("-", "-", question, text, 0))
    return rows

def plain(text):
    return " " + " ".join(re.sub(r"[^\w']|_", " ", text.lower().replace("’", "'")).split()) + " "

def features(text, lang):
    """Rows of letters, and rows of words; what the program calls the same."""
    letters = plain(text).replace(" ", "_")
    words = plain(text).split()
    rows = {letters[i:i + n] for n in LETTERS[lang] for i in range(len(letters) - n + 1)}
    return rows, {"=" + "_".join(words[i:i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)}

class Words:
    """What was learned: columns of weights by feature; a feature of the question begins with `?`."""

    def __init__(self, lang, rows):
        self.lang = lang
        seen, texts = collections.Counter(), collections.Counter()
        for row in rows:
            for part, text in (("", row.answer), ("?", row.question)):
                texts[part] += bool(text)
                for group in features(text, lang) if text else ():
                    seen.update(part + f for f in group)
        self.names = sorted(f for f, n in seen.items() if n >= LEAST_LINES)
        self.rare = {f: 1 + np.log((texts["?" if f[0] == "?" else ""] + 1) / (seen[f] + 1)) for f in self.names}
        self.learn(rows)
        matter = sum(np.sqrt((w ** 2).sum(0)) for w, _ in self.parts) * np.sqrt(np.asarray(self.x.multiply(self.x).sum(0)).ravel())
        self.names = sorted(self.names[i] for i in np.argsort(-matter, kind="stable")[:KEPT])
        self.learn(rows)

    def matrix(self, pairs, weighed=True):
        at, cells, line, column = {f: i for i, f in enumerate(self.names)}, [], [], []
        for n, (question, answer) in enumerate(pairs):
            for part, text in (("", answer), ("?", question)):
                for group in features(text, self.lang) if text else ():
                    for f in group:
                        if (i := at.get(part + f)) is not None:
                            cells.append((self.rare[part + f] if weighed else 1.0) / np.sqrt(len(group)))
                            line.append(n)
                            column.append(i)
        return sparse.csr_matrix((cells, (line, column)), shape=(len(pairs), len(self.names)))

    def learn(self, rows):
        self.x = self.matrix([(r.question, r.answer) for r in rows])
        def fit(kept, wanted):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = LogisticRegression(C=PUSH, max_iter=200).fit(self.x[kept], wanted)
            return model.coef_, model.intercept_
        self.parts = []
        for _, letter, items, same in INSTRUMENTS:
            kept = [n for n, r in enumerate(rows) if r.item is not None and r.item != same]
            self.parts.append(fit(kept, [int(rows[n].item[1:]) - 1 if rows[n].item[0] == letter else items for n in kept]))
        kept = [n for n, r in enumerate(rows) if r.score is not None]
        self.parts.append(fit(kept, [SCORES.index(rows[n].score) for n in kept]))
        kept = [n for n, r in enumerate(rows) if r.follows is not None]
        self.parts.append(fit(kept, [rows[n].follows for n in kept]))

    def weights(self):
        """All columns together, as the program has them: rarity is in the weight, and each is one byte times the step of its column."""
        w = np.vstack([w for w, _ in self.parts]) * np.array([self.rare[f] for f in self.names])
        step = np.abs(w).max(1) / 127
        return np.round(w / step[:, None]).astype(np.int8), step, np.concatenate([b for _, b in self.parts])

    def read(self, dialogue):
        """Of each line of the client the likelihood of every item, and of every answer."""
        bytes_, step, bias = self.weights()
        z = self.matrix([line[:2] for line in dialogue[3]], weighed=False) @ (bytes_.T * step) + bias
        ends = np.cumsum([len(b) for _, b in self.parts])
        number = next(n for n, i in enumerate(INSTRUMENTS) if i[0] == dialogue[2])
        softmax = lambda z: (lambda e: e / e.sum(1, keepdims=True))(np.exp(z - z.max(1, keepdims=True)))
        items, scores = softmax(z[:, 0 if number == 0 else ends[0]:ends[number]]), softmax(z[:, ends[1]:ends[2]])
        follows = 1 / (1 + np.exp(-z[:, ends[2]]))
        for n in range(1, len(items)):
            items[n] = follows[n] * items[n - 1] + (1 - follows[n]) * items[n]
        return items, scores

def proposed(items, scores, bar):
    """Of each item that was spoken about its likeliest answer and the lines it rests on."""
    found = {}
    for item in range(items.shape[1] - 1):
        lines = [n for n in range(len(items)) if items[n, item] >= bar and scores[n, 4] <= NOT_NOW]
        if lines:
            found[item + 1] = (int(sum(items[n, item] * (scores[n, :4] + UNTOLD * scores[n, 5] * TOLD) for n in lines).argmax()), set(lines))
    return found

def figures(read, bar):
    """Exact, at most one off, and resting on a line of the key, of what was spoken about; blank, of what was not."""
    exact = near = right = spoken = blank = silent = 0
    for dialogue, items, scores in read:
        key = {}
        for n, (_, _, marks) in enumerate(dialogue[3]):
            for mark in marks:
                item, score = mark.split("=")
                key.setdefault(int(item[1:]), (int(score), set()))[1].add(n)
        found = proposed(items, scores, bar)
        for item in range(1, items.shape[1]):
            if item in key:
                spoken += 1
                off = abs(found[item][0] - key[item][0]) if item in found else 9
                exact, near, right = exact + (off == 0), near + (off <= 1), right + bool(item in found and found[item][1] & key[item][1])
            else:
                silent, blank = silent + 1, blank + (item not in found)
    return exact / spoken, near / spoken, right / spoken, blank / silent

def check(lang, rows, talks):
    read = []
    for writer in sorted({t[0] for t in talks}):
        words = Words(lang, rows + [r for t in talks if t[0] != writer for r in dialogue_rows(t)])
        read += [(t, *words.read(t)) for t in talks if t[0] == writer]
    best = (-1.0, BARS[-1])
    for bar in BARS:
        all_ = figures(read, bar)
        best = max(best, (all_[0] if all_[3] >= QUIET else all_[3] - 1, bar))
        print(f"{lang} bar {bar}: exact {all_[0]:.3f}, within one {all_[1]:.3f}, right line {all_[2]:.3f}, not discussed {all_[3]:.3f}", flush=True)
    for kind in ("talk", "session"):
        of = figures([r for r in read if r[0][0].startswith(kind)], best[1])
        print(f"{lang} {kind} at {best[1]}: exact {of[0]:.3f}, within one {of[1]:.3f}, right line {of[2]:.3f}, not discussed {of[3]:.3f}", flush=True)
    return best[1]

def main():
    for lang in [a for a in sys.argv[1:] if a in LETTERS] or sorted(LETTERS):
        out = os.path.join(OUT, f"words-{lang}.tsv")
        rows, talks = single_rows(lang), dialogues(lang)
        if "--check" in sys.argv:
            bar = check(lang, rows, talks)
        else:
            bar = float(next(line[1] for line in table(out) if line[0] == "!enough"))
        if "--write" not in sys.argv:
            continue
        words = Words(lang, rows + [r for t in talks for r in dialogue_rows(t)])
        bytes_, step, bias = words.weights()
        numbers = lambda of: "\t".join(f"{x:.6g}" for x in of)
        with open(out, "w", encoding="utf-8") as file:
            file.write("# What rows of letters and of words in a line, and (?) in the question before it, add to each item, to each answer and to\n"
                       "# whether the line goes on about the one before: a byte each, times the step of its column, base64. Made by\n"
                       "# tests/bench/item_words.py from tests/data/items-learn; not written by hand.\n")
            columns = [(name, items + 1) for name, _, items, _ in INSTRUMENTS] + [("score", len(SCORES)), ("follows", 1)]
            file.write("".join(f"!{name}\t{count}\n" for name, count in columns))
            file.write(f"!enough\t{bar}\n!bias\t{numbers(bias)}\n!step\t{numbers(step)}\n")
            for n, name in enumerate(words.names):
                file.write(f"{name}\t{base64.b64encode(bytes_[:, n].tobytes()).decode()}\n")

main()
