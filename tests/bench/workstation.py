#!/usr/bin/env python3
"""The workstation in a terminal of its own: how soon its first frame stands, how soon a key is painted, what it costs while nobody
does anything, what it needs in a session.

usage: workstation.py start  GYEOT [--runs N]
       workstation.py keys   GYEOT [--presses N] [--beside]
       workstation.py idle   GYEOT [--seconds N]
       workstation.py memory GYEOT [--seconds N]

start:  from the start of the process to the first bytes of its first frame, and to a frame that says what can be done (the unlock
        screen of a vault). keys: in the caseload of a vault, from a key to the first bytes that are painted for it; --beside runs the
        whole demo with both engines at the same time. idle: processor time while the caseload is shown and nothing is pressed.
        memory: the demo session as it is spoken, the largest sum of what all processes of it need for themselves (Pss).
The vault, settings and state are made in a folder that is removed. Models are those of GYEOT_MODELS or of the user. Linux.
The exit status is 1 where a figure is above its target: 50 ms, 10 ms (95th of 100), 0.1 %, 1.0 GiB.
"""
import argparse, fcntl, os, pty, select, shutil, signal, struct, subprocess, sys, tempfile, termios, time

PHRASE = "velvet harbour cactus nineteen drums"
HOME = os.path.expanduser("~")


class Terminal:
    def __init__(self, command, env, cols=100, rows=30):
        self.begun = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        self.seen = b""

    def read(self, wait):
        """What comes within so many seconds; empty where nothing does."""
        ready, _, _ = select.select([self.fd], [], [], wait)
        if not ready:
            return b""
        try:
            got = os.read(self.fd, 1 << 16)
        except OSError:
            got = b""
        self.seen += got
        return got

    def until(self, what, wait=30):
        """Seconds from the start until these bytes were painted."""
        while what not in self.seen:
            if time.perf_counter() - self.begun > wait:
                sys.exit(f"{what!r} did not come: {self.seen[-2000:]!r}")
            self.read(0.5)
        return time.perf_counter() - self.begun

    def quiet(self, wait=0.4):
        while self.read(wait):
            pass

    def write(self, text):
        os.write(self.fd, text.encode())

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def figures(name, values, unit, target):
    values = sorted(values)
    at = lambda share: values[min(len(values) - 1, int(len(values) * share))]
    print(f"{name}: p50 {at(.5):.2f} {unit}, p95 {at(.95):.2f} {unit}, worst {values[-1]:.2f} {unit} of {len(values)} (target {target})")
    return at(.95)


def world(gyeot):
    folder = tempfile.mkdtemp(prefix="gyeot-bench-")
    env = {k: v for k, v in os.environ.items() if not k.startswith("GYEOT_") or k in ("GYEOT_MODELS", "GYEOT_WORKERS")}
    env.setdefault("GYEOT_MODELS", os.path.join(HOME, ".local/share/gyeot/models"))
    env.update(HOME=folder, XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder, GYEOT_STATE=os.path.join(folder, "state"),
               GYEOT_VAULT=os.path.join(folder, "vault"), GYEOT_LANG="en", TERM="xterm-256color", LANG="C.UTF-8")
    phrase = os.path.join(folder, "phrase")
    open(phrase, "w").write(PHRASE + "\n")
    run = lambda *args: subprocess.run([gyeot, *args, "--passphrase-file", phrase], env=env, check=True, capture_output=True)
    run("init", "--centre", "Bench", "--member", "Lee", "--role", "counsellor")
    for n in range(40):
        run("client", "add", "--name", f"Person {n}")
    return folder, env


def unlocked(gyeot, env):
    terminal = Terminal([gyeot], env)
    terminal.until(b"Passphrase")
    terminal.write(PHRASE)
    terminal.quiet(0.2)
    terminal.write("\r")
    terminal.until(b"C-0001")
    terminal.quiet(1.5)
    return terminal


def start(args):
    folder, env = world(args.gyeot)
    first, useful = [], []
    for _ in range(args.runs):
        terminal = Terminal([args.gyeot], env)
        first.append(terminal.until(b"Gyeot") * 1000)
        useful.append(terminal.until(b"Passphrase") * 1000)
        terminal.close()
    shutil.rmtree(folder)
    worst = figures("start to first frame", first, "ms", "50 ms")
    figures("start to the unlock screen", useful, "ms", "none")
    return worst <= 50


def keys(args):
    folder, env = world(args.gyeot)
    terminal = unlocked(args.gyeot, env)
    beside = None
    if args.beside:
        beside = subprocess.Popen([args.gyeot, "demo", "--headless"], env={**env, "GYEOT_VAULT": os.path.join(folder, "other")},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(5)
    took = []
    for n in range(args.presses):
        terminal.quiet(0.05)
        before = time.perf_counter()
        terminal.write("j" if n % 20 < 10 else "k")
        if terminal.read(2):
            took.append((time.perf_counter() - before) * 1000)
        time.sleep(0.03)
    running = beside is not None and beside.poll() is None
    if beside:
        print("the demo with both engines", "still ran at the end" if running else "had ended before the last key")
        beside.kill()
        beside.wait()
    terminal.close()
    shutil.rmtree(folder)
    return figures("key to paint", took, "ms", "p95 10 ms") <= 10


def ticks(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def idle(args):
    folder, env = world(args.gyeot)
    terminal = unlocked(args.gyeot, env)
    # What is looked at after unlocking is over by then.
    time.sleep(5)
    before, begun = ticks(terminal.pid), time.monotonic()
    painted = 0
    while time.monotonic() - begun < args.seconds:
        painted += len(terminal.read(1))
    share = (ticks(terminal.pid) - before) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - begun) * 100
    terminal.close()
    shutil.rmtree(folder)
    print(f"idle: {share:.3f} % of one processor over {args.seconds} s, {painted} bytes painted (target 0.1 %)")
    return share <= 0.1


def family(pid):
    found = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        for child in open(f"/proc/{pid}/task/{task}/children").read().split():
            found += family(int(child))
    return found


def memory(args):
    folder, env = world(args.gyeot)
    terminal = Terminal([args.gyeot, "demo"], env)
    most, parts = 0, {}
    begun = time.monotonic()
    while time.monotonic() - begun < args.seconds:
        terminal.read(1)
        now = {}
        try:
            for pid in family(terminal.pid):
                name = open(f"/proc/{pid}/comm").read().strip()
                pss = next(line for line in open(f"/proc/{pid}/smaps_rollup") if line.startswith("Pss:"))
                now[f"{name} {pid}"] = int(pss.split()[1]) / 1024
        except (OSError, StopIteration):
            continue
        if sum(now.values()) > most:
            most, parts = sum(now.values()), now
    terminal.close()
    shutil.rmtree(folder)
    print(f"memory: {most:.0f} MiB in all at the most (target 1024)", ", ".join(f"{k} {v:.0f}" for k, v in parts.items()))
    return most <= 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["start", "keys", "idle", "memory"])
    parser.add_argument("gyeot")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--beside", action="store_true")
    parser.add_argument("--seconds", type=int, default=60)
    args = parser.parse_args()
    args.gyeot = os.path.abspath(args.gyeot)
    sys.exit(0 if {"start": start, "keys": keys, "idle": idle, "memory": memory}[args.what](args) else 1)


main()
