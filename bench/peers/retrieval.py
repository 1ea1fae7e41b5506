"""Retrieval metrics as the well-known evaluation codes compute them in NumPy: for each query a product with codes of -1 and +1, a sort of all distances,
mAP, precision@N and the counts of the precision-recall curve by radius.

usage: retrieval.py [QUERIES [ITEMS [BITS]]]     times so many queries and prints seconds for 1000; the default is 20 of 1000000 items of 64 bits

It does less than `RetrievalBenchmark`, which adds the best and worst order of ties and the curve by rank.
"""
import sys
import time

import numpy as np

TOPS = [1, 10, 50, *range(100, 1001, 100)]


def evaluate(query, query_labels, database, database_labels):
    """mAP, precision@N, micro precision and recall by radius; labels as 0/1 rows."""
    bits = query.shape[1]
    average_precision, top = 0.0, np.zeros(len(TOPS))
    items, hits = np.zeros(bits + 1), np.zeros(bits + 1)
    for code, label in zip(query, query_labels):
        relevant = (np.dot(label, database_labels.T) > 0).astype(np.float32)
        hamming = 0.5 * (bits - np.dot(code, database.T))
        order = np.argsort(hamming)
        ranked = relevant[order]
        count = int(ranked.sum())
        if count:
            ranks = np.where(ranked == 1)[0] + 1.0
            average_precision += np.mean(np.linspace(1, count, count) / ranks)
        top += [ranked[:n].sum() / n for n in TOPS]
        radius = hamming.astype(np.int64)
        items += np.bincount(radius, minlength=bits + 1)
        hits += np.bincount(radius, weights=relevant, minlength=bits + 1)
    n = len(query)
    return average_precision / n, top / n, np.cumsum(hits) / np.maximum(np.cumsum(items), 1), np.cumsum(hits) / max(hits.sum(), 1)


def main():
    queries, items, bits = [int(a) for a in sys.argv[1:]] + [20, 1_000_000, 64][len(sys.argv) - 1:]
    random = np.random.default_rng(0)
    codes = [np.sign(random.standard_normal((n, bits), np.float32)) for n in (queries, items)]
    for name, classes in (("single", 10), ("multi", 24)):
        if name == "single":
            labels = [np.eye(classes, dtype=np.float32)[random.integers(0, classes, n)] for n in (queries, items)]
        else:
            labels = [(random.random((n, classes)) < 1 / 12).astype(np.float32) for n in (queries, items)]
        evaluate(codes[0][:1], labels[0][:1], codes[1], labels[1])
        start = time.perf_counter()
        evaluate(codes[0], labels[0], codes[1], labels[1])
        seconds = time.perf_counter() - start
        print(f"{name}: {seconds:.2f} s for {queries} queries, {seconds / queries * 1000:.1f} s for 1000")


if __name__ == "__main__":
    main()
