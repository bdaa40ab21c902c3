#!/usr/bin/env python3
"""What the worker of the language model owes to its design, each as a ratio of two sides measured in turn in one run.

usage: language.py WORKER MODEL.gguf [--threads N] [--runs N] [--long TOKENS]

WORKER is gyeot-llm, spoken to over its pipe as the program does. The transcripts are the English demo, said again and again until
there are so many tokens. Rows (performance.md, rows 6 to 9), medians of --runs:
  fork        a question to a transcript of --long tokens (10,000) that is read anew / to the same one that is held
  held        the same question to 10,000 tokens that are held / to 1,000: attention reads them all, so it grows. No target: nothing
              that runs beside a session asks about more than a line (tests/live/asked_of_models.rs), and how long a counsellor waits
              for a direction at minute 50 is measured by `cargo bench --bench first_direction`
  batched     four tasks on forks of a transcript that is held, 64 tokens each, written in one request / one after another. Also
              printed: how many of the four come out the same both ways; and four sentences of a note, by the prompt of
              prompts/note-wording.toml and lines of the demo, without a target: they are of 17 to 27 tokens, and a third of their time
              is the reading of their own prompts, which nothing saves. Whether the worker writes several at a time depends on
              threads and weights (README.md)
  questions   four questions in one request / one after another. No target: one question is read in one call of the engine with 64
              places, so four of them share little but the way over the pipe. What a model writes is one call for each token, and that is
              what writing together saves
  logits      an answer read from the logits / JSON that says as much, under a grammar: the answer, how sure it is, and the words that it
              rests on, of the usual length of a client's line. The logits say the first two, and the product puts each question to one
              line, so it knows the third. Also printed, without a target: the same / JSON with nothing but the answer, which nobody
              could check and which has the same call of the engine for the question in it, a fixed share that cannot be saved
  grammar     tokens a second under a grammar / without one
  llama       llama-server's engine (xllamacpp), warm, the same question / ours, where this Python has it
and the most memory that the worker ever had. Exits with 1 where a row misses its target. Linux.
"""
import argparse, json, os, statistics, struct, subprocess, sys, time, tomllib

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
START, TURN, END = "<|im_start|>", "<|im_end|>\n", "<|im_end|>"
SYSTEM = f"{START}system\nYou read a counselling session and answer in one word.{TURN}{START}user\nThe session:\n"
QUESTIONS = ["Does the client sleep badly?", "Does the client drink more than before?", "Is the client looking for work?",
             "Has the client a sister?"]
TASKS = ["what the client said about sleep", "what the client said about other people", "what the counsellor asked", "what was planned"]


class Worker:
    def __init__(self, worker, model, threads, context):
        weights = os.open(model, os.O_RDONLY)
        self.process = subprocess.Popen([worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        pass_fds=(3,) if weights == 3 else (weights,),
                                        env={"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "300", "GGML_NO_BACKTRACE": "1"},
                                        preexec_fn=None if weights == 3 else lambda: os.dup2(weights, 3), close_fds=weights == 3)
        os.close(weights)
        self.number = 0
        self.read()
        print("worker:", self.ask("load", {"path": "/dev/fd/3", "threads": threads, "context": context, "embedding": False})["loaded"])

    def read(self):
        (total,) = struct.unpack("<I", self.exactly(4))
        body = self.exactly(total)
        (head,) = struct.unpack("<I", body[:4])
        return json.loads(body[4:4 + head])

    def exactly(self, n):
        got = b""
        while len(got) < n:
            part = self.process.stdout.read(n - len(got))
            if not part:
                sys.exit("the worker ended")
            got += part
        return got

    def ask(self, what, body):
        self.number += 1
        head = json.dumps({"id": self.number, "ask": {what: body}}).encode()
        self.process.stdin.write(struct.pack("<II", 4 + len(head), len(head)) + head)
        self.process.stdin.flush()
        while True:
            said = self.read()
            if "done" in said:
                return said["done"]["answer"]
            if "failed" in said or "cancelled" in said:
                sys.exit(f"the worker refused: {said}")

    def judge(self, before, questions):
        return timed(lambda: self.ask("judge", {
            "before": before, "lines": ["\n"], "answers": ["yes", "no"],
            "questions": [{"line": 0, "after": after(q)} for q in questions]})["judged"])

    def write(self, parts, grammar, most):
        return timed(lambda: self.ask("write", {"parts": [{"text": t, "trusted": True} for t in parts], "grammar": grammar,
                                                "max_tokens": most})["written"])

    def write_together(self, bodies):
        return timed(lambda: self.ask("write-together", {"texts": bodies})["written-together"]["texts"])

    def write_apart(self, bodies):
        return timed(lambda: [self.ask("write", body)["written"] for body in bodies])

    def most_memory(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024


def after(question):
    return f"{question} Answer yes or no.{TURN}{START}assistant\n"


def timed(act):
    begun = time.perf_counter()
    answer = act()
    return time.perf_counter() - begun, answer


def call_of(worker, texts, runs):
    """Milliseconds of a call that goes on with so many texts, in one request: what 64 tokens more of each take. None where one ends before."""
    def stories(most):
        opening, closing = f"{START}system\nYou write long stories.{TURN}{START}user\n", f"{TURN}{START}assistant\n"
        parts = [[{"text": opening, "trusted": True}, {"text": f"Tell a long story about {of}.", "trusted": False},
                  {"text": closing, "trusted": True}] for of in ("a lighthouse", "a baker", "a river", "a garden")[:texts]]
        return [{"parts": p, "grammar": None, "max_tokens": most} for p in parts]
    few, many = ([worker.write_together(stories(most)) for _ in range(runs)] for most in (8, 72))
    if any(text["tokens"] != 72 for _, written in many for text in written):
        return None
    return (median([s for s, _ in many]) - median([s for s, _ in few])) / 64 * 1000


def median(times):
    return statistics.median(times)


def transcript(words):
    said, lines, n = demo(), [], 0
    while n < words:
        for u in said:
            lines.append(f"{'Counsellor' if u['speaker'] == 'counsellor' else 'Client'}: {u['text']}")
            n += len(u["text"].split())
            if n >= words:
                break
    return "\n".join(lines)


def demo():
    return json.load(open(os.path.join(REPO, "src", "demo", "session-en.reference.json"), encoding="utf8"))["utterances"]


def sentences(many):
    """Requests for sentences of a note, as the product makes them for the longer lines of the demo's client."""
    wording = tomllib.load(open(os.path.join(REPO, "prompts", "note-wording.toml"), "rb"))
    opening = f"{START}system\n{wording['en']['system']}{TURN}{START}user\n{wording['en']['before']}"
    closing = f"{wording['en']['after']}{TURN}{START}assistant\n"
    lines = [u["text"] for u in demo() if u["speaker"] == "client" and len(u["text"]) > 30][:many]
    return [{"parts": [{"text": opening, "trusted": True}, {"text": line, "trusted": False}, {"text": closing, "trusted": True}],
             "grammar": None, "max_tokens": wording["max_tokens"]} for line in lines]


def quoted():
    """A grammar of an answer with how sure it is and a quote, between the lower and the upper quartile of a client's line in length."""
    low, _, high = statistics.quantiles([len(u["text"]) for u in demo() if u["speaker"] == "client"], n=4)
    return ('start: "{\\"answer\\": \\"" ("yes" | "no") "\\", \\"sure\\": " /0\\.[0-9]/ ", \\"quote\\": \\"" '
            f'/[A-Za-z0-9 ,.\'?]{{{int(low)},{int(high)}}}/ "\\"}}"')


def peer(model, threads, context, before, runs):
    """Seconds of the same question to llama-server's engine that holds the transcript; none where it is not here."""
    try:
        import xllamacpp
    except ImportError:
        print("======== SKIPPED: xllamacpp is not here ========")
        return None
    params = xllamacpp.CommonParams()
    params.model.path, params.n_ctx, params.n_parallel, params.n_gpu_layers, params.verbosity = model, context, 1, 0, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.warmup = True
    server = xllamacpp.Server(params)

    def asked(question):
        body = {"prompt": before + "\n" + after(question), "n_predict": 1, "cache_prompt": True, "temperature": 0, "n_probs": 2}
        seconds, answer = timed(lambda: server.handle_completions(body))
        if not answer.get("choices"):
            sys.exit(f"the peer refused: {str(answer)[:300]}")
        return seconds

    asked(QUESTIONS[0])
    return median([asked(QUESTIONS[n % 4]) for n in range(1, runs + 1)])


def main():
    a = argparse.ArgumentParser(usage=__doc__)
    a.add_argument("worker"); a.add_argument("model")
    a.add_argument("--threads", type=int, default=os.cpu_count()); a.add_argument("--runs", type=int, default=7)
    a.add_argument("--long", type=int, default=10_000)
    a = a.parse_args()
    context = a.long + 1_000
    worker = Worker(a.worker, a.model, a.threads, context)
    rows = []

    def row(name, figure, target, at_least):
        held = figure >= target if at_least else figure <= target
        rows.append(held)
        print(f"{name:42} {figure:8.3f}   target {'≥' if at_least else '≤'} {target}{'' if held else '   MISSED'}", flush=True)

    # How many tokens a word of the demo has, read off the engine.
    sample = SYSTEM + transcript(400)
    per_word = worker.write([sample, after(QUESTIONS[0])], None, 1)[1]["prompt_tokens"] / 400
    short, long = (SYSTEM + transcript(int(n / per_word)) for n in (1_000, a.long))

    worker.judge(short, QUESTIONS[:1])
    few = median([worker.judge(short, [QUESTIONS[n % 4]])[0] for n in range(a.runs)])
    together, apart = [], []
    for _ in range(a.runs):
        together.append(worker.judge(short, QUESTIONS)[0])
        apart.append(sum(worker.judge(short, [q])[0] for q in QUESTIONS))
    four = sentences(4)
    worker.write_apart(four[:1])
    at_once, in_turn, alike = [], [], 0
    for _ in range(a.runs):
        seconds, one_way = worker.write_together(four)
        at_once.append(seconds)
        seconds, other_way = worker.write_apart(four)
        in_turn.append(seconds)
        alike = sum(x["text"] == y["text"] for x, y in zip(one_way, other_way))
    tasks = [{"parts": [{"text": short, "trusted": True}, {"text": f"\nRetell in several sentences {of}.{TURN}{START}assistant\n", "trusted": True}],
              "grammar": r"start: /[^\x00]{400,2000}/", "max_tokens": 64} for of in TASKS]
    worker.write_apart(tasks[:1])
    forked, alone, tokens, same = [], [], 0, 0
    for _ in range(a.runs):
        seconds, one_way = worker.write_together(tasks)
        forked.append(seconds)
        seconds, other_way = worker.write_apart(tasks)
        alone.append(seconds)
        tokens = [text["tokens"] for text in other_way]
        same = sum(x["text"] == y["text"] for x, y in zip(one_way, other_way))
    calls = {texts: call_of(worker, texts, a.runs) for texts in (1, 4)}
    worker.judge(short, QUESTIONS[:1])
    logits, written, checked = [], [], []
    grammar = 'start: "{\\"answer\\": \\"" ("yes" | "no") "\\"}"'
    for n in range(a.runs):
        question = QUESTIONS[n % 4]
        logits.append(worker.judge(short, [question])[0])
        seconds, answer = worker.write([short, "\n" + after(question).replace("yes or no", "as JSON, {\"answer\": \"yes\"} or no")], grammar, 24)
        json.loads(answer["text"])
        written.append(seconds)
        asked = after(question).replace("yes or no", "as JSON: the answer, how sure you are, and the client's words for it")
        seconds, answer = worker.write([short, "\n" + asked], quoted(), 96)
        json.loads(answer["text"])
        checked.append(seconds)
    free, bound = [], []
    task = [sample, f"\nRetell the session in many sentences.{TURN}{START}assistant\n"]
    loose = r"start: /[^\x00]{1,2000}/"
    worker.write(task, loose, 2)
    for _ in range(max(3, a.runs // 2)):
        for grammar_of, kept in ((None, free), (loose, bound)):
            read = min(worker.write(task, grammar_of, 1)[0] for _ in range(2))
            seconds, answer = worker.write(task, grammar_of, 97)
            kept.append((answer["tokens"] - 1) / (seconds - read))
    anew, _ = worker.judge(long, QUESTIONS[:1])
    held = [worker.judge(long, [QUESTIONS[n % 4]])[0] for n in range(a.runs)]
    memory = worker.most_memory()
    worker.process.kill()

    print(f"seconds: one question {few:.3f} (1,000 tokens held), {median(held):.3f} ({a.long:,} held), {anew:.1f} (read anew); four "
          f"together {median(together):.3f}, apart {median(apart):.3f}; as JSON {median(written):.3f}, with its words {median(checked):.3f}; four sentences together "
          f"{median(at_once):.3f}, apart {median(in_turn):.3f}, {alike} of 4 the same; tokens a second "
          f"{median(bound):.1f} under a grammar, {median(free):.1f} without")
    row("fork: read anew / held", anew / median(held), 100, True)
    print(f"{'held: long / short transcript':42} {median(held) / few:8.3f}   no target")
    print(f"four tasks of {tokens[0]} tokens on forks together {median(forked):.2f}, apart {median(alone):.2f}, {same} of 4 the same")
    row("batched: four tasks on forks / one by one", median(forked) / median(alone), 0.5, False)
    if all(calls.values()):
        print(f"a call that goes on with one text {calls[1]:.1f} ms, with four (as many at a time as this worker writes) {calls[4]:.1f} ms")
    print(f"{'four sentences of a note / one by one':42} {median(at_once) / median(in_turn):8.3f}   no target")
    print(f"{'questions: four together / one by one':42} {median(together) / median(apart):8.3f}   no target")
    row("logits: read / JSON that says as much", median(logits) / median(checked), 0.2, False)
    print(f"{'logits: read / JSON, the answer alone':42} {median(logits) / median(written):8.3f}   no target")
    row("grammar: tokens a second with / without", median(bound) / median(free), 0.97, True)
    row("memory of the worker, GiB", memory / 1024, 1.5, False)
    theirs = peer(a.model, a.threads, 2_048, short, a.runs)
    if theirs is not None:
        row("llama: its engine, warm / ours", theirs / few, 1.0, True)
    sys.exit(0 if all(rows) else 1)


if __name__ == "__main__":
    main()
