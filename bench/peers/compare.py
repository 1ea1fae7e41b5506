"""Times our kernels and steps against native and JVM peers, taking turns, and prints the table of performance goals.

usage: hashgrad bench compare [FIGURE...] [--rounds N] [--peers] [--json FILE]
       hashgrad bench compare --list

Without a FIGURE all of them run, which takes about fifteen minutes on two cores. Results are added to FILE (bench/target/compare.json), so
figures may be run one at a time; the table shows all that FILE holds. --peers adds PyTorch through DJL, for a build with `bench --peers`.

Every contestant is a process of its own (ours: org.hashgrad.bench.Worker; native: bench/peers/native.py), stopped by SIGSTOP while it is not
its turn: threads that OpenMP leaves spinning take no time from the next one. A peer runs with several settings of its threads; after the first
round those more than a fifth slower than its best are dropped, and the fastest per case counts. Figures are medians of the rounds' medians.
"""
import argparse
import datetime
import json
import math
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
HOME = HERE.parent.parent
JAR = HOME / "bench/target/benchmarks.jar"
LIBRARIES = HOME / "bench/peers/jvm/target"
PATIENCE = 240

# M, N, K
PRODUCTS = [(1024, 1024, 1024), (2048, 2048, 2048), (96, 3025, 363), (192, 2916, 1600), (384, 8450, 1728), (256, 8450, 2304),
            (128, 4096, 9216), (64, 32768, 800)]
CHAINS = ["alexnet", "3x3x64@32", "5x5x32@16"]
# batch, channels, outputs, kernel, side, stride, padding
LAYERS = ["32x3x64x11x224x4x2", "32x64x192x5x27x1x2", "32x192x384x3x13x1x1", "32x384x256x3x13x1x1", "32x256x256x3x13x1x1",
          "32x64x64x3x32x1x1", "32x32x32x5x16x1x2"]


class Figure:
    """One or more rows of the table: cases that ours and a peer time; `goals` by our implementation: label, must, aim, least per case."""

    def __init__(self, name, cases, peer, goals, seconds=0.4, rounds=5, unit="ms"):
        self.name, self.cases, self.peer, self.goals = name, cases, peer, goals
        self.seconds, self.rounds, self.unit = seconds, rounds, unit


class Growth:
    """Our step time against a size that grows: `sizes` by case."""

    def __init__(self, name, label, sizes, implementations, seconds=0.4, rounds=3):
        self.name, self.label, self.sizes, self.implementations = name, label, sizes, implementations
        self.cases, self.seconds, self.rounds = list(sizes), seconds, rounds


def flops(case):
    """Of a product, else 0."""
    if not case.startswith("Matmul"):
        return 0
    m, k, n = (int(e) for e in case.split("size=")[1].split("x"))
    return 2.0 * m * k * n


def step(network, batch, side=0):
    return f"TrainingStep network={network} batch={batch}" + (f" side={side}" if side else "")


FIGURES = [
    Figure("gemm", [f"Matmul size={m}x{k}x{n}" for m, n, k in PRODUCTS], "openblas",
           {"opencl": ("OpenCL SGEMM / OpenBLAS", 1.0, 1.1, 0.9), "cpu": ("Java SGEMM / OpenBLAS", 0.85, 1.0, None)}, seconds=0.3, unit="GF/s"),
    Figure("conv", [f"ConvChain chain={c} pass=all batch=32" for c in CHAINS], "torch",
           {"opencl": ("conv chains, forward and both gradients / PyTorch", 1.0, 1.2, None)}),
    Figure("winograd", [f"ConvChain chain={c} pass=forward batch=32" for c in ("alexnet-3x3", "3x3x64@32")], "torch",
           {"opencl": ("Winograd layers forward / PyTorch", 1.4, 1.8, None)}),
    Figure("tanh", ["Tanh n=16777216"], "torch", {"opencl": ("tanh / PyTorch", 2.5, 4, None)}),
    Figure("log-cosh", ["LogCosh n=262144"], "torch", {"opencl": ("fused log-cosh loss and gradient / PyTorch", 10, 20, None)}),
    Figure("alexnet", [step("alexnet", 64)], "torch",
           {"opencl": ("training AlexNet 224x224 batch 64 / PyTorch", 1.0, 1.3, None),
            "cpu": ("the same on the Java backend", 0.6, 1.0, None)}, seconds=1, rounds=4, unit="img/s"),
    Figure("demo", [step("demo", 64)], "torch",
           {"opencl": ("training the demo network / PyTorch", 1.3, 2, None), "cpu": ("the same on the Java backend", 0.6, 1.0, None)},
           seconds=1, unit="img/s"),
    Figure("pairwise", ["PairwiseLoss size=256x64 calls=20"], "torch",
           {"opencl": ("DHN pairwise loss and gradient, a wait for 20 / PyTorch", 5, 10, None),
            "cpu": ("the same on the Java backend (no bar)", None, None, None)}),
    Figure("pairwise-by-hand", ["PairwiseLoss size=256x64 calls=20"], "torch-by-hand",
           {"opencl": ("the same / PyTorch with the gradient written out (no bar)", None, None, None)}),
    Figure("pairwise-wait", ["PairwiseLoss size=256x64"], "torch",
           {"opencl": ("the same, a wait for each / PyTorch by autograd (no bar)", None, None, None)}),
    Growth("growth-demo", "step against batch 16 to 256, demo network", {step("demo", b): b for b in (16, 32, 64, 128, 256)},
           ["opencl", "cpu"]),
    Growth("growth-pixels", "step against side 32 to 224, demo network in colour, batch 16",
           {step("colour", 16, s): s * s for s in (32, 64, 128, 224)}, ["opencl", "cpu"]),
    Growth("growth-alexnet", "step against batch 16 to 256, AlexNet", {step("alexnet", b): b for b in (16, 64, 256)}, ["opencl"], rounds=2),
    Figure("layers", [f"Convolution layer={l} pass={p}" for l in LAYERS for p in ("forward", "input-gradient", "weight-gradient")
                      if not (l.startswith("32x3x") and p == "input-gradient")], "torch",
           {"opencl": ("isolated convolution layers / PyTorch (no bar)", None, None, None)}, seconds=0.2, rounds=3),
]


class Failure(Exception):
    """One line for the user."""


class Contestant:
    """A worker process, stopped unless it is asked something."""

    def __init__(self, implementation, setting, command, environment, log):
        self.implementation, self.setting = implementation, setting
        self.name = implementation + (f" ({setting})" if setting else "")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "OPENBLAS_", "LD_PRELOAD"))}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, bufsize=0,
                                        env={**inherited, **environment})
        self.unread = b""
        self.process.send_signal(signal.SIGSTOP)

    def ask(self, request):
        self.process.send_signal(signal.SIGCONT)
        try:
            self.process.stdin.write(request.encode() + b"\n")
            line = self.line(request)
        except BrokenPipeError:
            line = ""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)
        if line.startswith("ok"):
            return line[2:].strip()
        raise Failure(f"{self.name}: '{request}': {line or 'the process ended'}; its messages are in {LOG}")

    def line(self, request):
        """The next answer; what a library prints of its own is passed over. Empty: the process ended."""
        end = time.monotonic() + PATIENCE
        while True:
            while b"\n" in self.unread:
                line, self.unread = self.unread.split(b"\n", 1)
                if line.startswith((b"ok", b"error")):
                    return line.decode().strip()
            if not select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]:
                raise Failure(f"{self.name}: no answer to '{request}' within {PATIENCE} s")
            read = os.read(self.process.stdout.fileno(), 65536)
            if not read:
                return ""
            self.unread += read

    def close(self):
        self.process.kill()
        self.process.wait()


LOG = HOME / "bench/target/compare.log"


def java_command(with_peers):
    java = os.environ.get("HASHGRAD_JAVA") or (os.environ.get("JAVA_HOME", "") + "/bin/java" if os.environ.get("JAVA_HOME") else "java")
    java = shutil.which(java)
    if not java:
        raise Failure("compare: no java found; set JAVA_HOME")
    if not JAR.is_file():
        raise Failure(f"compare: no {JAR}; ./hashgrad bench compare builds it")
    path = str(JAR)
    if with_peers:
        if not (LIBRARIES / "lib").is_dir():
            raise Failure(f"compare: no {LIBRARIES}/lib; ./hashgrad bench --peers builds it")
        path += f":{LIBRARIES}/classes:{LIBRARIES}/lib/*"
    jsig = pathlib.Path(os.path.realpath(java)).parent.parent / "lib/libjsig.so"
    environment = {"LD_PRELOAD": str(jsig)} if jsig.is_file() else {}
    return [java, "--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-XX:+UseParallelGC",
            "-XX:MaxRAMPercentage=50", "-Dai.djl.offline=true", "-cp", path, "org.hashgrad.bench.Worker"], environment


def pythons(module):
    """The interpreters here that have a module, one per version of it."""
    found = {}
    for python in dict.fromkeys([sys.executable, "/usr/bin/python3", shutil.which("python3")]):
        if python and os.path.exists(python):
            probe = subprocess.run([python, "-c", f"import {module}; print({module}.__version__)"], capture_output=True, text=True, check=False)
            if probe.returncode == 0:
                found.setdefault(probe.stdout.strip(), python)
    return found


def processors():
    return len(os.sched_getaffinity(0))


def contestants(figure, options, log, made):
    """Adds ours, then the peer with each of its settings, to the list that the caller closes."""
    command, environment = java_command(False)
    ours = figure.implementations if isinstance(figure, Growth) else list(figure.goals)
    for name in ours:
        made.append(Contestant(name, "", command, environment, log))
    if isinstance(figure, Growth):
        return
    threads = str(processors())
    native = str(HERE / "native.py")
    if figure.peer == "openblas":
        for version, python in pythons("numpy").items():
            for core in ("", "SkylakeX"):
                settings = {"OPENBLAS_NUM_THREADS": threads, **({"OPENBLAS_CORETYPE": core} if core else {})}
                made.append(Contestant("openblas", f"NumPy {version}, {core or 'own choice of'} core", [python, native], settings, log))
        return
    ways = [(f"{threads} threads, {p}", {"OMP_NUM_THREADS": threads, "OMP_WAIT_POLICY": p.upper()}) for p in ("passive", "active")]
    ways.append(("1 thread", {"OMP_NUM_THREADS": "1"}))
    for version, python in pythons("torch").items():
        for label, settings in ways:
            made.append(Contestant(figure.peer, f"{version}, {label}", [python, native], {**settings, "OPENBLAS_NUM_THREADS": threads}, log))
    if options.peers and figure.peer == "torch":
        command, environment = java_command(True)
        for label, settings in ways:
            made.append(Contestant("djl", label, command, {**environment, **settings}, log))


def with_implementation(case, implementation):
    name, parameters = case.split(None, 1)
    return f"{name} implementation={implementation} {parameters}"


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def geomean(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def measure(figure, options):
    """{contestant: {case: [median of each round in ms]}}"""
    rounds = options.rounds or figure.rounds
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with open(LOG, "a", encoding="utf-8") as log:
        field = []
        try:
            contestants(figure, options, log, field)
            ours = {c.name for c in field if c.implementation in ("opencl", "cpu")}
            if not isinstance(figure, Growth) and len(field) == len(ours):
                raise Failure(f"{figure.name}: no peer here; install python3-torch and python3-numpy (Debian), or build with --peers")
            times = {}
            for contestant in list(field):
                say(f"  {figure.name}: {contestant.name} prepares")
                try:
                    for case in figure.cases:
                        contestant.ask(f"prepare {figure.seconds} {with_implementation(case, contestant.implementation)}")
                    times[contestant.name] = {case: [] for case in figure.cases}
                except Failure:
                    if contestant.name in ours:
                        raise
                    say(f"  {figure.name}: {contestant.name} left out, see {LOG}")
                    field.remove(contestant)
                    contestant.close()
            if not isinstance(figure, Growth) and len(field) == len(ours):
                raise Failure(f"{figure.name}: no peer could prepare, see {LOG}")
            for number in range(rounds):
                say(f"  {figure.name}: round {number + 1} of {rounds}")
                for case in figure.cases:
                    for contestant in field:
                        answer = contestant.ask(f"run {figure.seconds} {with_implementation(case, contestant.implementation)}")
                        times[contestant.name][case].append(float(answer.split()[0]))
                if number == 0:
                    drop_slow([c for c in field if c.name not in ours], times, figure.cases, field)
            return times
        finally:
            for contestant in field:
                contestant.close()


def drop_slow(peers, times, cases, field):
    """Stops those settings that no case is within a fifth of the best with."""
    for peer in list(peers):
        if all(times[peer.name][case][0] > 1.2 * min(times[p.name][case][0] for p in peers) for case in cases):
            peer.close()
            field.remove(peer)


def result(figure, times):
    """Rows and details of a figure, for the table and for JSON."""
    medians = {name: {case: median(rounds) for case, rounds in by_case.items()} for name, by_case in times.items()}
    rows = []
    if isinstance(figure, Growth):
        for name, by_case in medians.items():
            per = [(figure.sizes[case], ms / figure.sizes[case]) for case, ms in by_case.items()]
            worst = max(b / a for i, (_, a) in enumerate(per) for _, b in per[i + 1:])
            rows.append({"label": f"{figure.label} ({name})", "must": "≤ 1.10", "aim": "", "ours": "  ".join(f"{ms:.1f}" for ms in by_case.values()) + " ms",
                         "peer": "linear", "ratio": worst, "met": worst <= 1.1, "details": []})
        return rows
    peers = {name: by_case for name, by_case in medians.items() if name not in figure.goals}
    for ours, (label, must, aim, least) in figure.goals.items():
        details = []
        for case in figure.cases:
            peer = min(peers, key=lambda name: peers[name][case])  # noqa: B023
            details.append({"case": case, "ours": medians[ours][case], "peer": peers[peer][case], "setting": peer,
                            "ratio": peers[peer][case] / medians[ours][case]})
        ratios = [d["ratio"] for d in details]
        ratio = geomean(ratios)
        met = None if must is None else ratio >= must and (least is None or min(ratios) >= least)
        rows.append({"label": label, "must": "" if must is None else f"{must:g}" + (f", none < {least:g}" if least else ""),
                     "aim": "" if aim is None else f"{aim:g}", "ours": shown(figure, details, "ours"), "peer": shown(figure, details, "peer"),
                     "ratio": ratio, "least": min(ratios), "met": met, "details": details, "unit": figure.unit})
    return rows


def value(case, ms, unit):
    """GF/s, images/s, or milliseconds of one call."""
    if unit == "GF/s":
        return flops(case) / ms * 1e-6
    if unit == "img/s":
        return int(case.split("batch=")[1].split()[0]) / ms * 1e3
    return ms / int(case.split("calls=")[1]) if "calls=" in case else ms


def shown(figure, details, side):
    """The value of one case, or the geometric mean of several."""
    mean = geomean([value(d["case"], d[side], figure.unit) for d in details])
    return f"{mean:.4g} {figure.unit}" + (" (geomean)" if len(details) > 1 else "")


def table(results):
    """The Markdown table, and below it one line per case."""
    lines = ["| figure | must | aim | ours | peer | ratio | met |", "|---|---|---|---:|---:|---:|---|"]
    details = []
    for figure in FIGURES:
        for row in results.get(figure.name, {}).get("rows", []):
            ratio = f"**{row['ratio']:.2f}**" + (f" (least {row['least']:.2f})" if len(row["details"]) > 1 else "")
            met = {True: "yes", False: "no", None: ""}[row["met"]]
            lines.append(f"| {row['label']} | {row['must']} | {row['aim']} | {row['ours']} | {row['peer']} | {ratio} | {met} |")
            for d in row["details"]:
                unit = row["unit"]
                details.append(f"| {row['label']}: {d['case']} | {value(d['case'], d['ours'], unit):.4g} | {value(d['case'], d['peer'], unit):.4g} | "
                               f"{unit} | {d['ratio']:.2f} | {d['setting']} |")
    if details:
        lines += ["", "| case | ours | peer | unit | ratio | the peer's best setting |", "|---|---:|---:|---|---:|---|", *details]
    return "\n".join(lines)


def say(text):
    print(text, file=sys.stderr, flush=True)


def machine():
    model = ""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "")
    except OSError:
        pass
    return f"{datetime.date.today()}, {model or os.uname().machine}, {processors()} processors, load {os.getloadavg()[0]:.2f}"


def read(path):
    if not path.is_file():
        return {}
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except ValueError as failure:
        raise Failure(f"compare: {path} is no JSON: {failure}") from failure


def main(arguments):
    parser = argparse.ArgumentParser(prog="hashgrad bench compare", description=__doc__.split("\n")[0])
    parser.add_argument("figures", nargs="*", metavar="FIGURE")
    parser.add_argument("--rounds", type=int, help="turns of each contestant; default by figure")
    parser.add_argument("--peers", action="store_true", help="also PyTorch through DJL, in a build with `bench --peers`")
    parser.add_argument("--json", type=pathlib.Path, default=HOME / "bench/target/compare.json", help="results are added to this file")
    parser.add_argument("--list", action="store_true", help="the figures there are")
    options = parser.parse_args(arguments)
    if options.list:
        print("\n".join(f"{f.name:18}{len(f.cases)} case{'s' if len(f.cases) > 1 else ''}" for f in FIGURES))
        return 0
    if options.rounds is not None and options.rounds < 1:
        parser.error(f"need --rounds >= 1, got {options.rounds}")
    names = [f.name for f in FIGURES]
    for name in options.figures:
        if name not in names:
            parser.error(f"there is no figure '{name}'; there are {', '.join(names)}")
    # As after an interrupt, the contestants are ended: a stopped process would stay for ever.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failed = False
    try:
        results = read(options.json)
        for figure in FIGURES:
            if options.figures and figure.name not in options.figures:
                continue
            start, where = time.monotonic(), machine()
            try:
                times = measure(figure, options)
            except Failure as failure:
                failed = True
                say(str(failure))
                continue
            results[figure.name] = {"machine": where, "seconds": round(time.monotonic() - start), "rows": result(figure, times), "times": times}
            options.json.parent.mkdir(parents=True, exist_ok=True)
            options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
            say(f"  {figure.name}: {results[figure.name]['seconds']} s")
        print(table(results))
        print("\n" + "\n".join(sorted({r["machine"] for r in results.values()})))
    except Failure as failure:
        say(str(failure))
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
