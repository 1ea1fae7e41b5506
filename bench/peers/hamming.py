"""FAISS's exact binary index on the codes of org.hashgrad.bench.HammingBenchmark: the better of its heap and its counting mode.

Also the processor's popcount peak, where there is a C compiler: words of 64 bits in registers, by every instruction the compiler has for it.

usage: OMP_NUM_THREADS=2 /usr/bin/python3 bench/peers/hamming.py [QUERIESxNxBITS ...]      (Debian: python3-faiss)
"""
import os
import subprocess
import sys
import tempfile
import time

import faiss
import numpy as np

CENTRES, NEAREST, REPEATS = 1000, 100, 5


def draw(kind, n, words, seed, centres):
    random = np.random.default_rng(seed)
    if kind == "uniform":
        return random.integers(0, 2**64, (n, words), np.uint64)
    flips = random.integers(0, 2**64, (n, words), np.uint64)
    for _ in range(2):
        flips &= random.integers(0, 2**64, (n, words), np.uint64)
    return centres[random.integers(0, CENTRES, n)] ^ flips


with tempfile.TemporaryDirectory() as folder:
    source, program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "popcount.c"), os.path.join(folder, "peak")
    try:
        subprocess.run(["cc", "-O3", "-march=native", "-mprefer-vector-width=512", "-fopenmp", source, "-o", program], check=True)
        print(f"popcount peak: {float(subprocess.check_output([program])) * 1e-9:.1f} G words/s")
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"popcount peak: not measured: {error}")

for size in sys.argv[1:] or ["1000x1000000x64", "1000x1000000x128", "100x1000000x512"]:
    queries, n, bits = map(int, size.split("x"))
    centres = np.random.default_rng(0).integers(0, 2**64, (CENTRES, bits // 64), np.uint64)
    for kind in ("uniform", "clustered"):
        index = faiss.IndexBinaryFlat(bits)
        index.add(draw(kind, n, bits // 64, 1, centres).view(np.uint8))
        asked = draw(kind, queries, bits // 64, 2, centres).view(np.uint8)
        for heap in (True, False):
            index.use_heap = heap
            taken = []
            for _ in range(REPEATS):
                start = time.perf_counter()
                index.search(asked, NEAREST)
                taken.append(time.perf_counter() - start)
            mode = "heap" if heap else "counting"
            print(f"faiss {faiss.__version__} {faiss.omp_get_max_threads()} threads {size} {kind} {mode}: "
                  f"median {np.median(taken) * 1e3:.1f} ms, best {min(taken) * 1e3:.1f} ms", flush=True)
