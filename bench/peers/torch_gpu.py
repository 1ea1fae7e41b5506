"""The sizes of MatmulBenchmark and ConvolutionBenchmark on an NVIDIA card with cuBLAS and cuDNN, through PyTorch.

usage: python3 bench/peers/torch_gpu.py [RESULTS.json]

Single precision without TF32. As in the benchmarks, `CALLS` calls are enqueued, then the host waits once; the best of five rounds
after two to warm up. cuDNN may try its algorithms first (cudnn.benchmark), its best setting. Prints a Markdown table.
"""
import json
import sys
import time

import torch

PRODUCTS = [(1024, 1024, 1024), (2048, 2048, 2048), (4096, 4096, 4096), (64, 576, 256), (64, 9216, 4096), (127, 513, 255)]
# batch, channels, outputs, kernel, side, stride, padding
LAYERS = [
    (64, 3, 64, 11, 224, 4, 2), (64, 64, 192, 5, 27, 1, 2), (64, 192, 384, 3, 13, 1, 1), (64, 384, 256, 3, 13, 1, 1),
    (64, 256, 256, 3, 13, 1, 1), (64, 1, 32, 5, 28, 1, 2), (64, 32, 32, 5, 14, 1, 2), (64, 32, 64, 5, 7, 1, 2),
]


def milliseconds(call, calls):
    best = float("inf")
    for round_ in range(7):
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(calls):
            call()
        torch.cuda.synchronize()
        if round_ >= 2:
            best = min(best, (time.perf_counter() - start) * 1e3 / calls)
    return best


def main():
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(1)
    rows = []
    with torch.no_grad():
        for m, k, n in PRODUCTS:
            a, b = torch.randn(m, k, device="cuda"), torch.randn(k, n, device="cuda")
            rows.append((f"matmul {m}x{k}x{n}", milliseconds(lambda: a @ b, 20), 2.0 * m * k * n))
        for n, c, o, kernel, side, stride, pad in LAYERS:
            x, w = torch.randn(n, c, side, side, device="cuda"), torch.randn(o, c, kernel, kernel, device="cuda")
            y = torch.nn.functional.conv2d(x, w, None, stride, pad)
            gy = torch.randn_like(y)

            def gradients(of_input, of_weights):
                return torch.ops.aten.convolution_backward(
                    gy, x, w, None, (stride, stride), (pad, pad), (1, 1), False, (0, 0), 1, (of_input, of_weights, False))

            work = 2.0 * y.numel() * c * kernel * kernel
            name = f"convolution {n}x{c}x{o}x{kernel}x{side}x{stride}x{pad}"
            rows.append((name + " forward", milliseconds(lambda: torch.nn.functional.conv2d(x, w, None, stride, pad), 10), work))
            rows.append((name + " input-gradient", milliseconds(lambda: gradients(True, False), 10), work))
            rows.append((name + " weight-gradient", milliseconds(lambda: gradients(False, True), 10), work))
    device = torch.cuda.get_device_name()
    print(f"\n| PyTorch {torch.__version__}, {device} | ms | GFLOP/s |\n|---|---:|---:|")
    for name, ms, work in rows:
        print(f"| {name} | {ms:.4f} | {work / ms * 1e-6:.0f} |")
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            result = {"torch": torch.__version__, "device": device, "tf32": False,
                      "rows": [{"name": n, "ms": t, "gflops": w / t * 1e-6} for n, t, w in rows]}
            json.dump(result, file, indent=1)


if __name__ == "__main__":
    main()
