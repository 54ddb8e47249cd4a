#!/usr/bin/env python3
"""Writes comparisons.json: what SciPy says of the tests in results/significance.cpp and beside it.

Where SciPy has a function it is called; where it has none (Holm, Satterthwaite, Nadeau-Bengio,
Agresti-Caffo) the formula of the named paper is written out here again, in NumPy.
Run: python3 tests/reference/comparisons.py   (SciPy 1.10, NumPy 1.24)
"""

import json
import pathlib

import numpy as np
from scipy import optimize, stats

rng = np.random.default_rng(20261121)


def table(configurations, repeats, effect, scale=1.0):
    """Values that share a repeat's luck, as paired repeats do; rounded so that the file is short."""
    luck = rng.normal(0, 1, repeats)
    rows = [effect * c + luck + rng.normal(0, 1, repeats) for c in range(configurations)]
    return [[round(0.9 + 0.01 * scale * value, 6) for value in row] for row in rows]


def paired(a, b):
    test = stats.ttest_rel(a, b)
    difference = np.subtract(a, b)
    low, high = stats.t.interval(0.95, len(a) - 1, difference.mean(), stats.sem(difference))
    return {
        "a": a, "b": b, "mean": difference.mean(), "error": stats.sem(difference), "df": len(a) - 1,
        "p": test.pvalue, "p_below": stats.ttest_rel(a, b, alternative="less").pvalue,
        "half_width": (high - low) / 2,
    }


def welch(a, b):
    test = stats.ttest_ind(a, b, equal_var=False)
    variances = np.var(a, ddof=1) / len(a), np.var(b, ddof=1) / len(b)
    df = sum(variances) ** 2 / (variances[0] ** 2 / (len(a) - 1) + variances[1] ** 2 / (len(b) - 1))
    return {"a": a, "b": b, "df": df, "p": test.pvalue,
            "p_below": stats.ttest_ind(a, b, equal_var=False, alternative="less").pvalue}


def bound(values, at):
    test = stats.ttest_1samp(values, at, alternative="less")
    return {"values": values, "bound": at, "p_below": test.pvalue}


def corrected(a, b, ratio):
    """Nadeau and Bengio 2003, section 3: the corrected resampled t test."""
    d = np.subtract(a, b)
    error = np.sqrt(d.var(ddof=1) * (1 / len(d) + ratio))
    return {"a": a, "b": b, "ratio": ratio, "error": error,
            "p": 2 * stats.t.sf(abs(d.mean()) / error, len(d) - 1)}


def new_images(repeats, images):
    """Satterthwaite 1946 for the sum of two variances: of repeats, and of images."""
    right = rng.random((2, repeats, images)) < np.array([0.86, 0.84])[:, None, None]
    by_image = (right[0].astype(float) - right[1]).mean(axis=0)
    a, b = right.mean(axis=2)
    parts = np.var(a - b, ddof=1) / repeats, by_image.var(ddof=1) / images
    df = sum(parts) ** 2 / (parts[0] ** 2 / (repeats - 1) + parts[1] ** 2 / (images - 1))
    error = np.sqrt(sum(parts))
    return {"a": list(a), "b": list(b), "by_image": list(by_image), "error": error, "df": df,
            "p": 2 * stats.t.sf(abs((a - b).mean()) / error, df)}


def sign(below, above):
    return {"below": below, "above": above,
            "p_below": stats.binomtest(above, below + above, 0.5, alternative="less").pvalue}


def mcnemar(only_a, only_b):
    return {"only_a": only_a, "only_b": only_b,
            "p": stats.binomtest(only_a, only_a + only_b, 0.5).pvalue}


def two_way(values):
    """The configuration effect of a configuration x repeat table, by least squares of both models."""
    y = np.array(values)
    k, n = y.shape
    of_configuration = np.repeat(np.eye(k), n, axis=0)
    of_repeat = np.tile(np.eye(n), (k, 1))
    def rest(design):
        fitted = design @ np.linalg.lstsq(design, y.ravel(), rcond=None)[0]
        return ((y.ravel() - fitted) ** 2).sum()
    without, full = rest(of_repeat), rest(np.hstack([of_configuration, of_repeat]))
    df = (k - 1), (k - 1) * (n - 1)
    f = (without - full) / df[0] / (full / df[1])
    return {"values": values, "f": f, "df": df, "residual": np.sqrt(full / df[1]),
            "p": stats.f.sf(f, *df)}


def pooled(values):
    """Every pair by the table's residual, and Holm's p over all of them."""
    y = np.array(values)
    k, n = y.shape
    s = two_way(values)["residual"]
    df = (k - 1) * (n - 1)
    pairs = [(a, b) for a in range(k) for b in range(a)]
    p = [2 * stats.t.sf(abs(y[a].mean() - y[b].mean()) / (s * np.sqrt(2 / n)), df) for a, b in pairs]
    return {"values": values, "ratio": max(y.var(axis=1, ddof=1)) / min(y.var(axis=1, ddof=1)),
            "error": s * np.sqrt(2 / n), "df": df, "pairs": pairs, "p": p, "holm": holm(p)["adjusted"],
            "detectable": stats.t.isf(0.025 / len(p), df) * s * np.sqrt(2 / n)}


def holm(p):
    """Holm 1979: the i-th smallest of m by m - i + 1, never falling, at most 1."""
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate((len(p) - np.arange(len(p))) * np.array(p)[order]))
    return {"p": list(p), "adjusted": list(adjusted)}


def agresti_caffo(right_a, images_a, right_b, images_b):
    """Agresti and Caffo 2000: one success and one failure more on each side, then Wald."""
    a, b = (right_a + 1) / (images_a + 2), (right_b + 1) / (images_b + 2)
    half = stats.norm.ppf(0.975) * np.sqrt(a * (1 - a) / (images_a + 2) + b * (1 - b) / (images_b + 2))
    return {"share_a": right_a / images_a, "images_a": images_a, "share_b": right_b / images_b,
            "images_b": images_b, "low": a - b - half, "high": a - b + half}


def published(values, number, unit, runs):
    n = len(values)
    h = stats.t.ppf(0.975, n - 1) * np.std(values, ddof=1) * np.sqrt(1 / n + 1 / runs) + unit / 2
    return {"values": values, "number": number, "unit": unit, "runs": runs, "half_width": h}


def published_once(value, number, unit, runs, same, deviation):
    """One run of ours beside the mean of `runs`; the deviation is that of `same` published runs."""
    h = stats.t.ppf(0.975, same - 1) * deviation * np.sqrt(1 + 1 / runs) + unit / 2
    return {"value": value, "number": number, "unit": unit, "runs": runs, "same": same,
            "deviation": deviation, "half_width": h}


def equal(n):
    """n runs alike and the published one not: most often where a run is like them with q = n/(n+1)."""
    q = optimize.minimize_scalar(lambda q: -q ** n * (1 - q), bounds=(0, 1), method="bounded",
                                 options={"xatol": 1e-12}).x
    return {"n": n, "p": stats.binom.pmf(n, n, q) * (1 - q)}


a, b, c = table(3, 5, 0.8)
even = table(4, 6, 0.6)
while np.var(even, axis=1, ddof=1).max() > 4 * np.var(even, axis=1, ddof=1).min():
    even = table(4, 6, 0.6)
cases = {
    "paired": [paired(a, b), paired(c, a), paired([0.25, 0.31], [0.22, 0.30])],
    "welch": [welch(a, b[:3]), welch(b, [0.95, 0.97, 0.91, 0.99, 0.93, 0.9])],
    "bound": [bound(a, 0.9), bound(b, 0.92)],
    "corrected": [corrected(a, c, 0.25), corrected(b, c, 1 / 9)],
    "new_images": [new_images(3, 50), new_images(5, 120)],
    "sign": [sign(5, 0), sign(9, 1), sign(2, 6)],
    "mcnemar": [mcnemar(10, 25), mcnemar(0, 5), mcnemar(412, 371), mcnemar(3, 3)],
    "f": [two_way(even), two_way([a, b, c])],
    "pooled": [pooled(even)],
    "holm": [holm([0.01, 0.04, 0.03, 0.005]), holm([0.5, 0.9, 0.2]), holm([0.02])],
    "agresti_caffo": [agresti_caffo(188, 200, 194, 200), agresti_caffo(200, 200, 200, 200),
                      agresti_caffo(8546, 10000, 970, 1000)],
    "published": [published(a, 0.9, 0.01, 1), published(c, 0.912, 0.001, 3)],
    "published_once": [published_once(0.854, 0.8546, 1e-4, 1, 3, 0.0012),
                       published_once(0.85, 0.853, 1e-3, 4, 5, 0.002)],
    "equal": [equal(n) for n in (2, 5, 6, 7, 30)],
}


def plain(value):
    return value.item() if isinstance(value, np.generic) else value


def one_case_a_line(kind):
    lines = [json.dumps(case, default=plain) for case in cases[kind]]
    return f' {json.dumps(kind)}: [\n  ' + ',\n  '.join(lines) + '\n ]'


target = pathlib.Path(__file__).with_name("comparisons.json")
target.write_text("{\n" + ",\n".join(one_case_a_line(kind) for kind in cases) + "\n}\n")
