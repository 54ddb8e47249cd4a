#!/usr/bin/env python3
"""Prints the numbers that tests/results/statistics_test.cpp holds results/statistics.cpp to.

Student's interval comes from SciPy; Wilson's from SciPy's binomtest, which has a form of its own.
Run: python3 tests/reference/intervals.py   (SciPy 1.10)
"""

import numpy as np
from scipy import stats

REPEATS = [
    [0.851, 0.858],
    [0.851, 0.858, 0.849],
    [0.4312, 0.4298, 0.4401, 0.4275, 0.4333],
    [1e-9, 2e-9, 4e-9, 8e-9],
    [1000000.1, 1000000.2, 1000000.4],
]
SHARES = [(8541, 10000), (0, 10000), (10000, 10000), (1, 3), (9999, 10000)]

for values in REPEATS:
    mean = np.mean(values)
    low, high = stats.t.interval(0.95, len(values) - 1, loc=mean, scale=stats.sem(values))
    print(f"{{{{{', '.join(map(repr, values))}}}, {mean!r}, {low!r}, {high!r}}},")
for right, images in SHARES:
    interval = stats.binomtest(right, images).proportion_ci(0.95, method="wilson")
    print(f"{{{right}, {images}, {interval.low!r}, {interval.high!r}}},")
