"""The native peers of the benchmarks: OpenBLAS through NumPy, oneDNN and the rest through PyTorch.

usage: native.py                          answers requests on standard input, as org.hashgrad.bench.Worker does
       native.py RESULTS.json [CASE...]   times cases, by default those of the table, and writes rows for `hashgrad bench --with`

A case is written as for the Java worker: `Matmul implementation=openblas size=1024x1024x1024`; with calls=20 it is computed 20 times. Threads and waiting are the environment's:
OMP_NUM_THREADS, OMP_WAIT_POLICY, OPENBLAS_NUM_THREADS, OPENBLAS_CORETYPE. Where a peer has several ways to compute something, each is
timed in `prepare` and the fastest is kept.
"""
import ctypes
import json
import math
import os
import sys
import time

import numpy as np

TABLE = [f"Matmul implementation=openblas form=nn size={s}" for s in ("1024x1024x1024", "127x513x255", "64x576x256")] + [
    "Tanh implementation=torch n=4194307", "LogCosh implementation=torch n=16384",
    *(f"PairwiseLoss implementation=torch size={s}" for s in ("64x48", "256x64", "1000x63")),
    *(f"Convolution implementation=torch layer={l} pass={p}" for l in ("64x1x32x5x28", "64x32x32x5x14", "64x32x64x5x7", "16x64x64x3x32")
      for p in ("forward", "input-gradient", "weight-gradient")),
    *(f"ConvChain implementation=torch chain={c} pass={p}" for c in ("alexnet", "3x3x64@32", "5x5x32@16") for p in ("forward", "all")),
    *(f"TrainingStep implementation=torch network={n} batch=64" for n in ("demo", "alexnet")),
]


def extents(text):
    return [int(e) for e in text.split("x")]


def fastest(ways):
    """The way with the smallest median over a fifth of a second, at least three calls; the first is not counted."""
    best, chosen = math.inf, None
    for way in ways:
        way()
        taken = times(way, 0.2)
        if taken[len(taken) // 2] < best:
            best, chosen = taken[len(taken) // 2], way
    return chosen


def matmul(p):
    m, k, n = extents(p["size"])
    form = p.get("form", "nn")
    random = np.random.default_rng(1)
    a = random.standard_normal((k, m) if form[0] == "t" else (m, k), dtype=np.float32)
    b = random.standard_normal((n, k) if form[1] == "t" else (k, n), dtype=np.float32)
    a, b = a.T if form[0] == "t" else a, b.T if form[1] == "t" else b
    c = np.empty((m, n), np.float32)
    if p["implementation"] == "openblas":
        return lambda: np.matmul(a, b, out=c)
    import torch
    ta, tb, tc = torch.from_numpy(a), torch.from_numpy(b), torch.from_numpy(c)
    return lambda: torch.mm(ta, tb, out=tc)


def convolution(p):
    import torch
    n, c, o, kernel, side, *rest = extents(p["layer"])
    stride, pad = rest or (1, (kernel - 1) // 2)
    which = p.get("pass", "forward")

    def way(memory_format):
        x = torch.randn(n, c, side, side).to(memory_format=memory_format)
        w = torch.randn(o, c, kernel, kernel).to(memory_format=memory_format)
        y = torch.nn.functional.conv2d(x, w, None, stride, pad)
        gy = torch.randn_like(y)
        if which == "forward":
            return lambda: torch.nn.functional.conv2d(x, w, None, stride, pad)
        mask = (which == "input-gradient", which == "weight-gradient", False)
        return lambda: torch.ops.aten.convolution_backward(gy, x, w, None, (stride,) * 2, (pad,) * 2, (1, 1), False, (0, 0), 1, mask)

    with torch.no_grad():
        return fastest([way(torch.contiguous_format), way(torch.channels_last)])


def chain_layers(name):
    """(channels, outputs, kernel, side, stride, padding) of each layer, and whether the gradient goes on to x."""
    tail = [(192, 384, 3, 13, 1, 1), (384, 256, 3, 13, 1, 1), (256, 256, 3, 13, 1, 1)]
    if name == "alexnet-3x3":
        return tail, True
    if name == "alexnet":
        return [(3, 64, 11, 224, 4, 2), (64, 192, 5, 27, 1, 2)] + tail, False
    kernel, _, channels, side = (int(e) for e in name.replace("@", "x").split("x"))
    return [(channels, channels, kernel, side, 1, (kernel - 1) // 2)] * 4, True


def conv_chain(p):
    import torch
    layers, input_gradient = chain_layers(p["chain"])
    batch, gradients = int(p.get("batch", 32)), p.get("pass", "forward") == "all"

    def way(memory_format):
        convs, steps = [], []
        for i, (c, o, kernel, side, stride, pad) in enumerate(layers):
            conv = torch.nn.Conv2d(c, o, kernel, stride, pad, bias=False).to(memory_format=memory_format)
            convs.append(conv)
            steps.append(conv)
            out = (side + 2 * pad - kernel) // stride + 1
            if i + 1 < len(layers) and layers[i + 1][3] != out:
                steps.append(torch.nn.MaxPool2d(3, 2))
        model = torch.nn.Sequential(*steps)
        x = torch.randn(batch, layers[0][0], layers[0][3], layers[0][3])
        with torch.no_grad():
            gy = torch.randn_like(model(x).contiguous())
        wanted = [conv.weight for conv in convs]
        if input_gradient:
            x.requires_grad_(True)
            wanted.append(x)

        def call():
            if not gradients:
                with torch.no_grad():
                    return model(x.to(memory_format=memory_format)).contiguous()
            y = model(x.to(memory_format=memory_format)).contiguous()
            return [g.contiguous() for g in torch.autograd.grad(y, wanted, gy)]

        return call

    return fastest([way(torch.contiguous_format), way(torch.channels_last)])


def tanh(p):
    import torch
    x = torch.randn(int(p["n"]))
    y = torch.empty_like(x)
    return fastest([lambda: torch.tanh(x), lambda: torch.tanh(x, out=y)])


def log_cosh(p):
    """The sum of log cosh(|z| - 1) and its gradient: three stable forms by autograd, and written out with and without fresh memory."""
    import torch
    z = torch.randn(int(p["n"]), 64)
    log2 = math.log(2)
    leaf = z.clone().requires_grad_(True)

    def tape(form):
        def call():
            value = form(leaf.abs() - 1).sum()
            return value, torch.autograd.grad(value, leaf)
        return call

    def by_hand():
        a = z.abs() - 1
        gradient = torch.tanh(a) * torch.where(z >= 0, 1.0, -1.0)
        return (a + torch.nn.functional.softplus(-2 * a) - log2).sum(), gradient

    a, b, g = torch.empty_like(z), torch.empty_like(z), torch.empty_like(z)

    def in_place():
        torch.abs(z, out=a).sub_(1)
        torch.tanh(a, out=g)
        g.mul_(torch.sign(z, out=b))
        torch.abs(a, out=a)
        torch.mul(a, -2, out=b).exp_().log1p_()
        return a.sum() + b.sum() - log2 * z.numel(), g

    return fastest([
        tape(lambda d: d.abs() + torch.log1p(torch.exp(-2 * d.abs())) - log2),
        tape(lambda d: d + torch.nn.functional.softplus(-2 * d) - log2),
        tape(lambda d: torch.logaddexp(d, -d) - log2),
        by_hand,
        in_place,
    ])


def pairwise(p):
    """Sum of w (softplus θ - s θ), θ = u uᵀ, and its gradient: by autograd in two forms; for torch-by-hand also written out in two."""
    import torch
    n, bits = extents(p["size"])
    functional = torch.nn.functional
    classes = torch.arange(n) % 10
    s = (classes[:, None] == classes[None]).float()
    w = torch.full((n, n), 1 / n / n)
    u = torch.randn(n, bits)
    leaf = u.clone().requires_grad_(True)

    def tape(form):
        def call():
            value = form(leaf @ leaf.T)
            return value, torch.autograd.grad(value, leaf)
        return call

    def by_hand():
        theta = u @ u.T
        residual = (torch.sigmoid(theta) - s) * w
        return ((functional.softplus(theta) - s * theta) * w).sum(), (residual + residual.T) @ u

    def symmetric():
        theta = u @ u.T
        residual = (torch.sigmoid(theta) - s).mul_(w)
        return (functional.softplus(theta).sub_(s * theta)).mul_(w).sum(), (residual @ u).mul_(2)

    ways = [
        tape(lambda theta: ((functional.softplus(theta) - s * theta) * w).sum()),
        tape(lambda theta: functional.binary_cross_entropy_with_logits(theta, s, w, reduction="sum")),
    ]
    return fastest(ways + [by_hand, symmetric] if p["implementation"] == "torch-by-hand" else ways)


def network(name, side):
    """The networks of org.hashgrad.bench.StepNetwork, and the shape of an image."""
    from torch import nn
    import torch
    if name == "alexnet":
        relu = lambda: nn.ReLU(True)  # noqa: E731
        layers = [nn.Conv2d(3, 64, 11, 4, 2), relu(), nn.MaxPool2d(3, 2), nn.Conv2d(64, 192, 5, 1, 2), relu(), nn.MaxPool2d(3, 2),
                  nn.Conv2d(192, 384, 3, 1, 1), relu(), nn.Conv2d(384, 256, 3, 1, 1), relu(), nn.Conv2d(256, 256, 3, 1, 1), relu(),
                  nn.MaxPool2d(3, 2), nn.Flatten(), nn.Dropout(), nn.Linear(9216, 4096), relu(), nn.Dropout(), nn.Linear(4096, 4096),
                  relu(), nn.Linear(4096, 48), nn.Tanh()]
        return nn.Sequential(*layers), (3, 224, 224)
    channels = 1 if name == "demo" else 3
    side = side or (28 if name == "demo" else 32)

    def block(inputs, outputs, pool):
        return [nn.Conv2d(inputs, outputs, 5, padding=2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True), pool(3, 2, ceil_mode=True)]

    trunk = [*block(channels, 32, nn.MaxPool2d), *block(32, 32, nn.AvgPool2d), *block(32, 64, nn.AvgPool2d), nn.Flatten()]
    with torch.no_grad():
        features = nn.Sequential(*trunk)(torch.zeros(2, channels, side, side)).shape[1]
    return nn.Sequential(*trunk, nn.Linear(features, 256, bias=False), nn.BatchNorm1d(256), nn.ReLU(True), nn.Linear(256, 48),
                         nn.Tanh()), (channels, side, side)


def training_step(p):
    import torch
    functional = torch.nn.functional
    batch = int(p.get("batch", 64))

    def way(memory_format):
        torch.manual_seed(0)
        model, image = network(p["network"], int(p.get("side", 0)))
        model = model.to(memory_format=memory_format)
        x = torch.randn(batch, *image).to(memory_format=memory_format)
        classes = torch.randint(0, 10, (batch,))
        optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4)
        off = 1 - torch.eye(batch)

        def call():
            z = model(x)
            s = (classes[:, None] == classes[None]).float()
            w = off * torch.where(s > 0, (1 - s).sum() / s.sum(), torch.ones(()))
            w = w / w.sum()
            pairs = functional.binary_cross_entropy_with_logits(z @ z.T, s, w, reduction="sum")
            a = z.abs() - 1
            loss = pairs + 0.1 * (a + functional.softplus(-2 * a) - math.log(2)).mean()
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            return loss.item()

        return call

    return fastest([way(torch.contiguous_format), way(torch.channels_last)])


BENCHMARKS = {"Matmul": matmul, "Convolution": convolution, "ConvChain": conv_chain, "Tanh": tanh, "LogCosh": log_cosh,
              "PairwiseLoss": pairwise, "TrainingStep": training_step}


def prepared(text):
    name, *words = text.split()
    if name not in BENCHMARKS:
        raise ValueError(f"native: there is no '{name}'; there are {', '.join(BENCHMARKS)}")
    parameters = dict(word.split("=", 1) for word in words)
    if parameters.get("implementation") not in ("openblas", "torch", "torch-by-hand"):
        raise ValueError(f"native: need implementation=openblas, torch or torch-by-hand in '{text}'")
    call, times_over = BENCHMARKS[name](parameters), int(parameters.get("calls", 1))
    return call if times_over == 1 else lambda: [call() for _ in range(times_over)]


def times(call, seconds):
    """Milliseconds of each call, sorted; at least three."""
    taken = []
    start = before = time.perf_counter()
    while len(taken) < 3 or before - start < seconds:
        call()
        now = time.perf_counter()
        taken.append((now - before) * 1e3)
        before = now
    return sorted(taken)


def about():
    parts = [f"NumPy {np.__version__}"]
    with open("/proc/self/maps", encoding="utf-8") as maps:
        libraries = sorted({line.split()[-1] for line in maps if "openblas" in line})
    for library in libraries:
        for name in ("openblas_get_corename", "openblas_get_corename64_", "scipy_openblas_get_corename64_"):
            try:
                function = getattr(ctypes.CDLL(library), name)
            except (AttributeError, OSError):
                continue
            function.restype = ctypes.c_char_p
            parts.append("OpenBLAS core " + function().decode())
    if "torch" in sys.modules:
        parts.append(f"PyTorch {sys.modules['torch'].__version__}, {sys.modules['torch'].get_num_threads()} threads")
    return ", ".join(parts)


def answer(calls, line):
    try:
        request, rest = line.split(None, 1) if " " in line else (line, "")
        if request == "about":
            return "ok " + about()
        if request == "prepare":
            seconds, case = rest.split(None, 1)
            calls[case] = prepared(case)
            times(calls[case], float(seconds))
            return "ok"
        if request == "run":
            seconds, case = rest.split(None, 1)
            taken = times(calls[case], float(seconds))
            return f"ok {taken[len(taken) // 2]:.6f} {taken[0]:.6f} {len(taken)}"
        raise ValueError(f"need about, prepare or run, got '{line}'")
    except Exception as failure:  # noqa: BLE001  # the driver says which case failed, and goes on
        return f"error {type(failure).__name__} {failure}".replace("\n", " ")


def main(arguments):
    if not arguments:
        calls = {}
        for line in sys.stdin:
            print(answer(calls, line.strip()), flush=True)
        return
    rows = []
    for case in arguments[1:] or TABLE:
        call = prepared(case)
        times(call, 0.5)
        taken = times(call, 1.5)
        parameters = dict(word.split("=", 1) for word in case.split()[1:])
        rows.append({"case": case, "implementation": parameters["implementation"], "ms": taken[len(taken) // 2]})
        print(f"{rows[-1]['ms']:12.3f} ms  {case}", flush=True)
    settings = {key: os.environ[key] for key in sorted(os.environ) if key.startswith(("OMP_", "OPENBLAS_"))}
    with open(arguments[0], "w", encoding="utf-8") as file:
        json.dump({"about": about(), "settings": settings, "rows": rows}, file, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
