#!/usr/bin/env python3
"""Trains the heads of prompts/directions-heads.toml: softmax regression over sentence vectors, one head for each technique card and
one for a line that says nothing. Read are the example lines of the cards (prompts/techniques) and prompts/directions-nothing.toml,
both languages together; the vectors come from the language worker with the embedding model of the product.

usage: direction_heads.py MODEL.gguf [--write]          needs numpy, and GYEOT_WORKERS: the folder with gyeot-llm

Printed are held-out figures: example lines come in pairs of both languages, so every fourth line is left out in both at once, four
times. Only the figures of [ranking] are kept as they stand in the file: they are not trained. Same input, same file."""
import base64, glob, hashlib, json, os, struct, subprocess, sys, tomllib
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np

HOME = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "prompts")
OUT = os.path.join(HOME, "directions-heads.toml")
SHARPNESS, PULL, STEPS, FOLDS = 10.0, 3e-4, 300, 4

def vectors(model, texts):
    """Unit vectors by text, as the product computes them."""
    file = os.open(model, os.O_RDONLY)
    def place():
        if file != 3:
            os.dup2(file, 3)
        os.set_inheritable(3, True)
    worker = subprocess.Popen([os.path.join(os.environ["GYEOT_WORKERS"], "gyeot-llm")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, preexec_fn=place, close_fds=False)
    def read():
        body = worker.stdout.read(struct.unpack("<I", worker.stdout.read(4))[0])
        return json.loads(body[4:4 + struct.unpack("<I", body[:4])[0]])
    def ask(number, what):
        head = json.dumps({"id": number, "ask": what}).encode()
        worker.stdin.write(struct.pack("<II", 4 + len(head), len(head)) + head)
        worker.stdin.flush()
        return read()["done"]["answer"]
    read()
    ask(1, {"load": {"path": "/dev/fd/3", "threads": os.cpu_count(), "context": 512, "embedding": True}})
    found = {}
    texts = sorted(set(texts), key=lambda t: (len(t), t))
    for at in range(0, len(texts), 32):
        part = texts[at:at + 32]
        answer = ask(2 + at, {"embed": {"texts": ["query: " + t for t in part]}})
        found.update(zip(part, (np.array(v) for v in answer["embedded"]["vectors"])))
    worker.stdin.close()
    worker.wait()
    return found

def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)

def train(x, y, classes):
    """Weights and biases (last row), by Adam from zero."""
    x = np.c_[x * SHARPNESS, np.ones(len(x))]
    w, m, s = (np.zeros((x.shape[1], classes)) for _ in range(3))
    wanted = np.eye(classes)[y]
    for t in range(1, STEPS + 1):
        g = x.T @ (softmax(x @ w) - wanted) / len(x)
        g[:-1] += PULL * w[:-1]
        m, s = 0.9 * m + 0.1 * g, 0.99 * s + 0.01 * g * g
        w -= 0.05 * (1 if t < 200 else 0.3) * (m / (1 - 0.9 ** t)) / (np.sqrt(s / (1 - 0.99 ** t)) + 1e-8)
    w[:-1] *= SHARPNESS
    return w

def centred(x, mean):
    x = x - mean
    return x / np.linalg.norm(x, axis=1, keepdims=True)

def main():
    model = sys.argv[1]
    cards = [tomllib.loads(open(f, encoding="utf-8").read().split("+++")[1]) for f in sorted(glob.glob(HOME + "/techniques/*.md"))]
    cards.sort(key=lambda c: c["id"])
    nothing = tomllib.loads(open(HOME + "/directions-nothing.toml", encoding="utf-8").read())
    rows = [(text, k, n) for k, c in enumerate(cards) for lang in ("en", "ko") for n, text in enumerate(c[lang]["examples"])]
    rows += [(text, len(cards), n) for lang in ("en", "ko") for n, text in enumerate(nothing[lang])]
    known = vectors(model, [r[0] for r in rows])
    raw = np.array([known[r[0]] for r in rows])
    y, turn = np.array([r[1] for r in rows]), np.array([r[2] % FOLDS for r in rows])
    mean = raw[y < len(cards)].mean(0).astype(np.float32).astype(float)
    x, n = centred(raw, mean), len(cards)

    first = three = near = quiet = 0
    for k in range(FOLDS):
        kept, out = turn != k, turn == k
        w = train(x[kept], y[kept], n + 1)
        p = softmax(np.c_[x[out], np.ones(out.sum())] @ w)
        like = x[out] @ x[kept].T
        like = np.stack([np.sort(like[:, y[kept] == j], 1)[:, -2:].mean(1) for j in range(n)], 1)
        for i, own in enumerate(y[out]):
            if own == n:
                quiet += p[i].argmax() == n
            else:
                best = np.argsort(-p[i, :n])
                first, three, near = first + (best[0] == own), three + (own in best[:3]), near + (like[i].argmax() == own)
    lines = int((y < n).sum())
    held = (first / lines, three / lines, near / lines, quiet / int((y == n).sum()))
    print("held out: own card first %.3f, among three %.3f, first by nearest examples %.3f; nothing taken for nothing %.3f" % held)
    if "--write" not in sys.argv:
        return

    w = train(x, y, n + 1)
    def head(k, name):
        step = float(np.abs(w[:-1, k]).max() / 127)
        weights = base64.b64encode(np.round(w[:-1, k] / step).astype(np.int8).tobytes()).decode()
        return f'card = "{name}"\nbias = {w[-1, k]:.5f}\nstep = {step:.7f}\nweights = "{weights}"\n'
    ranking = open(OUT, encoding="utf-8").read().split("[ranking]\n")[1].split("\n[held_out]")[0]
    digest = hashlib.sha256(open(model, "rb").read()).hexdigest()
    text = "# Heads over sentence vectors that say which technique card a client's line speaks for. Made by tests/bench/direction_heads.py;\n"
    text += "# only [ranking] is written by hand.\n"
    text += f'id = "directions-heads"\nversion = "1"\nembedding_sha256 = "{digest}"\n'
    text += f'mean = "{base64.b64encode(mean.astype("<f4").tobytes()).decode()}"\n\n[ranking]\n{ranking}\n[held_out]\n'
    text += f'on = "{lines} example lines of the cards and {int((y == n).sum())} that say nothing, every fourth pair of languages left out in turn"\n'
    text += "first = %.3f\nfirst_three = %.3f\nfirst_by_nearness = %.3f\nnothing = %.3f\n\n[nothing]\n" % held
    text += head(n, "nothing") + "".join("\n[[head]]\n" + head(k, c["id"]) for k, c in enumerate(cards))
    open(OUT, "w", encoding="utf-8").write(text)

main()
