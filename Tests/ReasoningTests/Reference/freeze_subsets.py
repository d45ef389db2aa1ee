"""Freezes scores of k of n responses, computed from exact integers and by drawing every subset.

    python3 freeze_subsets.py     # needs numpy

pass@k, pass^k and G-Pass@k_tau are sums of whole numbers of subsets, divided once.
"""

import itertools
import json
import math
import pathlib
from fractions import Fraction

import numpy as np

random = np.random.default_rng(20261130)


def at_least(least, right, count, k):
    ways = sum(
        math.comb(right, j) * math.comb(count - right, k - j) for j in range(least, k + 1)
    )
    return float(Fraction(ways, math.comb(count, k)))


reliability = []
for count, k in [(1, 1), (4, 2), (8, 8), (16, 4), (64, 25), (64, 32), (1024, 500), (2048, 1024)]:
    for right in sorted({0, 1, count // 3, count // 2, count - 1, count}):
        reliability.append([
            count, right, k, at_least(1, right, count, k), at_least(k, right, count, k),
            [at_least(least, right, count, k) for least in range(1, min(k, 6) + 1)],
        ])

best = []
for count in [1, 3, 5, 7]:
    for _ in range(4):
        scores = [None if random.random() < 0.25 else float(random.integers(-4, 0)) for _ in range(count)]
        right = [s is not None and bool(random.random() < 0.5) for s in scores]
        values = []
        for k in range(1, count + 1):
            sums = []
            for chosen in itertools.combinations(range(count), k):
                known = [i for i in chosen if scores[i] is not None]
                top = [i for i in known if scores[i] == max(scores[j] for j in known)]
                sums.append(np.mean([right[i] for i in top]) if top else 0.0)
            values.append(float(np.mean(sums)))
        best.append({"scores": scores, "right": right, "values": values})

path = pathlib.Path(__file__).with_name("subsets.json")
path.write_text(json.dumps({"reliability": reliability, "best": best}) + "\n")
