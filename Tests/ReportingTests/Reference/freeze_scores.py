"""Writes scores.json: what NumPy makes of scores of several figures, for GridFunctionTests.

    python freeze_scores.py        # NumPy 2

The error of a score is found here by weighing single cells a little more and computing the whole
score again (the infinitesimal jackknife by its definition), not by the sums of the code under test.
"""

import json
import math
from pathlib import Path

import numpy

rng = numpy.random.default_rng(5)
S, Q = 3, 8
accuracy = numpy.round(rng.uniform(0.2, 1.0, (S, Q)), 2)
base_accuracy = numpy.round(numpy.clip(accuracy - 0.1 + 0.1 * rng.standard_normal((S, Q)), 0, 1), 2)
tokens = numpy.round(40 + 20 * rng.standard_normal(Q) + 5 * rng.standard_normal((S, Q)), 1)
base_tokens = numpy.round(1.6 * tokens + 5 * rng.standard_normal((S, Q)), 1)
cells = [accuracy, tokens, base_accuracy, base_tokens]


def t_quantile(degrees, probability=0.975):
    c = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) / math.sqrt(degrees * math.pi)

    def below(x, n=20000):
        u = numpy.linspace(0, x, n + 1)
        y = c * (1 + u * u / degrees) ** (-(degrees + 1) / 2)
        return 0.5 + x / n / 3 * (y[0] + y[-1] + 4 * y[1:-1:2].sum() + 2 * y[2:-1:2].sum())

    low, high = 0.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) < probability else (low, middle)
    return low


def interpolated_quantile(degrees):
    """Between whole degrees of freedom, linear in their inverse, as the code under test has it."""
    low = int(degrees)
    below, above = t_quantile(low), t_quantile(low + 1)
    u, v = 1 / low, 1 / (low + 1)
    return below + (u - 1 / degrees) / (u - v) * (above - below)


def aes(a, l, a0, l0, alpha=1, beta=3, gamma=5):
    gain = (a - a0) / a0
    return alpha * (l0 - l) / l0 + (gamma if gain < 0 else beta) * gain


def e3(a, l, a0, l0, w=0.6, rho=-1):
    return (w * (a / a0) ** rho + (1 - w) * (l0 / l) ** rho) ** (1 / rho)


def f1(a, l, a0, l0):
    return 2 * a * a0 / (a + a0)


def estimate(score):
    def weighed(weights):
        return score(*(float((weights * c).sum() / weights.sum()) for c in cells))

    influence = numpy.zeros((S, Q))
    for s in range(S):
        for q in range(Q):
            step = 1e-5
            more, less = numpy.ones((S, Q)), numpy.ones((S, Q))
            more[s, q] += step
            less[s, q] -= step
            influence[s, q] = (weighed(more) - weighed(less)) / (2 * step)
    a = (influence.sum(1) ** 2).sum() * S / (S - 1)
    b = (influence.sum(0) ** 2).sum() * Q / (Q - 1)
    rest = influence - influence.mean(1, keepdims=True) - influence.mean(0, keepdims=True) + influence.mean()
    e = (rest ** 2).sum() * Q / (Q - 1) * S / (S - 1)
    variance = max(a, b, a + b - e)
    degrees = variance ** 2 / (a ** 2 / (S - 1) + max(0, b - e) ** 2 / (Q - 1))
    if degrees > S - 1:
        degrees = (degrees + S - 1) / 2
    return {"value": weighed(numpy.ones((S, Q))), "margin": math.sqrt(variance) * interpolated_quantile(degrees)}


budgets = [[16, 32, 128], [1, 2, 3, 5, 1000], [512, 65536]]
curves = []
for axis in budgets:
    y = numpy.round(rng.uniform(0, 1, len(axis)), 3)
    x = numpy.log(axis)
    curves.append({"budgets": axis, "y": y.tolist(), "area": float(numpy.trapezoid(y, x) / (x[-1] - x[0]))})

means = [
    {"a": a, "b": b, "weight": w, "exponent": r,
     "value": float((w * a ** r + (1 - w) * b ** r) ** (1 / r)) if r else float(a ** w * b ** (1 - w))}
    for a, b in [(1.5, 2.0), (0.02, 40.0), (1.0, 1.0), (0.9, 0.3)]
    for w in [0.0, 0.25, 1.0]
    for r in [-30, -1, -0.5, 0, 0.3, 1]
]

document = {
    "cells": [c.tolist() for c in cells],
    "scores": {"aes": estimate(aes), "e3": estimate(e3), "f1": estimate(f1)},
    "curves": curves,
    "means": means,
}
Path(__file__).with_name("scores.json").write_text(json.dumps(document, indent=1) + "\n")
