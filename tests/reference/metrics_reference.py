#!/usr/bin/env python3
"""What scikit-learn says of networks that NumPy trained: the numbers that tests/engine/metrics_test.cpp
holds the engine's figures to (loss, accuracy, confusion matrix and predicted classes).

    python3 tests/reference/metrics_reference.py > tests/reference/metrics.json

The networks come from replay_reference.py beside this file. Cases with a validation part, a test part
cut from the training file, stratified splits and shuffled epochs also hold the engine to the split
and to the order of the rows, made again here.
"""
import json

import numpy as np
from sklearn import metrics

import replay_reference as reference

ORDER = 2  # engine/rng.h, Purpose
FILE_ROWS, OWN_TEST_ROWS = 300, 120


def shares(rows, counts):
    """Largest remainder, the lower class first among equals."""
    exact = rows * counts / counts.sum()
    due = np.floor(exact).astype(int)
    for k in sorted(range(len(counts)), key=lambda k: (due[k] - exact[k], k))[: rows - due.sum()]:
        due[k] += 1
    return due


def split(case, labels):
    """Row numbers of the training, validation and test part; test rows as the set has them."""
    order = reference.Stream(case["seed"], case["repeat"], reference.SPLIT, 0).permutation(FILE_ROWS)
    left, parts = np.array(order), []
    for rows in (case["test_rows"], case["validation_rows"]):
        chosen = np.zeros(len(left), bool)
        if case["stratify"]:
            due = shares(rows, np.bincount(labels[left]))
            for k, count in enumerate(due):
                chosen[np.flatnonzero(labels[left] == k)[:count]] = True
        else:
            chosen[:rows] = True
        parts.append(left[chosen])
        left = left[~chosen]
    return left, parts[1], np.sort(parts[0])


def train(case, x, labels, units):
    weights = reference.initial_weights(case, [reference.INPUTS, *case["hidden"], units])
    biases = [np.zeros(w.shape[1]) for w in weights]
    t = reference.targets(labels, units)

    def batches_of(epoch):
        order = reference.Stream(case["seed"], case["repeat"], ORDER, epoch).permutation(len(x))
        rows = [order[i : i + case["batch_size"]] for i in range(0, len(x), case["batch_size"])]
        return [(x[these], t[these]) for these in rows]

    for _ in reference.numpy_steps(case, weights, biases, batches_of):
        pass
    return weights, biases


def loss(case, p, labels):
    """scikit-learn's word for each of the engine's losses."""
    if case["loss"] == "cross_entropy":
        return metrics.log_loss(labels, p, labels=range(p.shape[1]))
    t = reference.targets(labels, p.shape[1])
    if case["loss"] == "mean_squared_error":
        return metrics.mean_squared_error(t, p)
    return np.mean([metrics.log_loss(t[:, u], p[:, u], labels=[0, 1]) for u in range(p.shape[1])])


def figures(case, network, x, labels):
    p = reference.forward(case, *network, x)[-1]
    one = p.shape[1] == 1
    predicted = (p[:, 0] >= 0.5).astype(int) if one else p.argmax(1)
    # Where two classes are as good as equal, float32 may choose the other one.
    ranked = np.sort(p, 1)
    assert (np.abs(p - 0.5) if one else ranked[:, -1] - ranked[:, -2]).min() > 2e-5, case["name"]
    return dict(loss=loss(case, p, labels), accuracy=metrics.accuracy_score(labels, predicted),
                predictions=predicted.tolist(),
                confusion=metrics.confusion_matrix(labels, predicted,
                                                   labels=range(case["classes"])).ravel().tolist())


BASE = dict(reference.BASE, epochs=30, momentum=0.9, momentum_form="averaged", validation_rows=60,
            test_rows=0, stratify=False, scale="zscore")
CASES = {
    "softmax, cross-entropy": {},
    "softmax, squared error": dict(loss="mean_squared_error"),
    "sigmoid, three classes": dict(output="sigmoid", loss="binary_cross_entropy"),
    "sigmoid, three classes, squared error": dict(output="sigmoid", loss="mean_squared_error",
                                                  learning_rate=2.0),
    "one unit": reference.BINARY,
    "one unit, squared error": dict(reference.BINARY, loss="mean_squared_error"),
    "test part cut from the training file": dict(test_rows=75),
    "stratified": dict(test_rows=75, stratify=True),
    "one unit, stratified": dict(reference.BINARY, test_rows=50, stratify=True),
    "no validation part": dict(validation_rows=0, test_rows=37),
}


def main():
    lines = []
    for name, change in CASES.items():
        case = dict(BASE, **{**change, "name": name})
        units = 1 if case["output"] == "sigmoid" and case["classes"] == 2 else case["classes"]
        x, labels = reference.make_data(FILE_ROWS + OWN_TEST_ROWS, case["classes"])
        rows = list(split(case, labels[:FILE_ROWS]))
        if not case["test_rows"]:
            rows[2] = np.arange(FILE_ROWS, FILE_ROWS + OWN_TEST_ROWS)
        x = (x - x[rows[0]].mean(0)) / x[rows[0]].std(0)
        network = train(case, x[rows[0]], labels[rows[0]], units)
        for part, these in zip(("train", "validation", "test"), rows):
            if len(these):
                case[part] = figures(case, network, x[these], labels[these])
        lines.append(json.dumps(case))
    print("[\n" + ",\n".join(lines) + "\n]")


if __name__ == "__main__":
    main()
