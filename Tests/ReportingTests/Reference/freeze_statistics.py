"""Writes statistics.json: what SciPy and NumPy make of fixed numbers, for StatisticsReferenceTests.

    python freeze_statistics.py        # SciPy 1.17, NumPy 2
"""

import json
from pathlib import Path

import numpy
from scipy import stats

discordant = [(0, 0), (0, 1), (1, 1), (3, 9), (12, 4), (40, 60), (150, 215), (700, 760), (2500, 2600)]
pairs = [
    ([1, 2, 3, 4, 5, 6, 7], [2.1, 3.9, 6.2, 7.8, 9.7, 12.4, 13.8]),
    ([10, 20, 20, 40, 50, 50], [1.0, 0.9, 0.95, 0.7, 0.7, 0.1]),
    ([0.0, 0.05, 0.1, 0.2, 0.4], [52.0, 47.5, 48.0, 33.0, 21.0]),
]

# Crossed effects by hand-written sums, apart from the code under test: rows are seeds.
panel = numpy.array([
    [0.5, 1.0, 0.0, 0.75, 0.25, 1.0],
    [0.75, 1.0, 0.25, 0.5, 0.0, 0.75],
    [0.5, 0.75, 0.0, 0.5, 0.25, 0.5],
])
S, Q = panel.shape
a = stats.sem(panel.mean(axis=1)) ** 2
b = stats.sem(panel.mean(axis=0)) ** 2
residuals = panel - panel.mean(axis=1, keepdims=True) - panel.mean(axis=0, keepdims=True) + panel.mean()
e = (residuals ** 2).sum() / ((S - 1) * (Q - 1)) / (S * Q)
variance = max(a, b, a + b - e)
degrees = variance ** 2 / (a ** 2 / (S - 1) + max(0, b - e) ** 2 / (Q - 1))
if degrees > S - 1:
    degrees = (degrees + S - 1) / 2
margin = numpy.sqrt(variance) * stats.t.ppf(0.975, degrees)

document = {
    "mcnemar": [
        [x, y, float(stats.binomtest(min(x, y), x + y, 0.5).pvalue) if x + y else 1.0]
        for x, y in discordant
    ],
    "lines": [
        {
            "x": x, "y": y,
            "slope": float(stats.linregress(x, y).slope),
            "intercept": float(stats.linregress(x, y).intercept),
            "pearson": float(stats.pearsonr(x, y).statistic),
        }
        for x, y in pairs
    ],
    "grid": {"values": panel.tolist(), "mean": float(panel.mean()), "margin": float(margin)},
}
Path(__file__).with_name("statistics.json").write_text(json.dumps(document, indent=1) + "\n")
