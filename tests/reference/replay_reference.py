#!/usr/bin/env python3
"""Ten training steps in NumPy float64, written without a look at the engine's code: the numbers that
tests/engine/replay_test.cpp holds the engine to.

    python3 tests/reference/replay_reference.py > tests/reference/replay.json
    python3 tests/reference/replay_reference.py --check-torch    compares with PyTorch's autograd

Everything is made again from its definition: the random streams (Philox4x32-10), the order of the
rows, the initial weights, the scaling, the gradients and the update. The data are two lines of
arithmetic that both sides repeat. The fields of a case are those of the engine's TrainSpec.
"""
import json
import math
import sys

import numpy as np

SPLIT, WEIGHTS, BIASES = 1, 3, 4  # engine/rng.h, Purpose
MASK = 0xFFFFFFFF


# ------------------------------------------------------------------------------------ random streams
def philox(counter, key):
    """Philox4x32-10: Salmon et al. 2011, section 3.3; four counter words, two key words."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


assert philox((0, 0, 0, 0), (0, 0)) == (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)


class Stream:
    def __init__(self, seed, repeat, purpose, index):
        self.key = (seed & MASK, seed >> 32)
        self.name = (index, repeat << 8 | purpose)

    def block(self, counter):
        words = philox((counter & MASK, counter >> 32, *self.name), self.key)
        return words[0] | words[1] << 32, words[2] | words[3] << 32

    def uniform(self, counter):
        return ((self.block(counter)[0] >> 12) + 0.5) / 2**52

    def normal(self, counter):
        u, v = (((bits >> 12) + 0.5) / 2**52 for bits in self.block(counter))
        return math.sqrt(-2 * math.log(u)) * math.cos(2 * math.pi * v)

    def permutation(self, n):
        order = list(range(n))
        for i in range(n, 1, -1):
            j = self.block(i - 1)[0] * i >> 64
            order[i - 1], order[j] = order[j], order[i - 1]
        return order


# ---------------------------------------------------------------------------------------------- data
INPUTS = 6


def make_data(rows, classes):
    """Bytes of a linear congruential generator, a quarter of them 0; the label hangs on the bytes, so
    that there is something to learn."""
    state, pixels, labels = 1, [], []
    for _ in range(rows):
        row = []
        for _ in range(INPUTS):
            state = (state * 1103515245 + 12345) % 2**31
            byte = state >> 16 & 255
            row.append(0 if byte < 64 else byte)
        pixels.append(row)
        labels.append((row[0] + 2 * row[1] + row[2]) // 160 % classes)
    return np.array(pixels, np.float64), np.array(labels)


def scaled(x, method, per):
    """A pixel that never changes would be divided by 0; none of these data has one."""
    if method == "none":
        return x
    if method == "unit":
        return x / 255
    axis = {"pixel": 0, "image": 1, "all": None}[per]
    return (x - x.mean(axis, keepdims=True)) / x.std(axis, keepdims=True)


# -------------------------------------------------------------------------------------------- network
def initial_weights(case, widths):
    weights = []
    for layer, (rows, columns) in enumerate(zip(widths, widths[1:])):
        stream = Stream(case["seed"], case["repeat"], WEIGHTS, layer)
        name, _, deviation = case["init"].partition(" ")
        if name == "glorot":
            r = math.sqrt(6 / (rows + columns))
            draw = lambda i: r * (2 * stream.uniform(i) - 1)
        else:
            deviation = math.sqrt(2 / rows) if name == "he" else float(deviation or 1)
            draw = lambda i: deviation * stream.normal(i)
        weights.append(np.array([draw(i) for i in range(rows * columns)]).reshape(rows, columns))
    return weights


def initial_biases(case, widths):
    if case["init_biases"] == "0":
        return [np.zeros(width) for width in widths[1:]]
    deviation = float(case["init_biases"].split()[1])
    streams = [Stream(case["seed"], case["repeat"], BIASES, layer) for layer in range(len(widths) - 1)]
    return [deviation * np.array([stream.normal(i) for i in range(width)])
            for stream, width in zip(streams, widths[1:])]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


ACTIVATIONS = {  # value, and slope from the value
    "tanh": (np.tanh, lambda y: 1 - y * y),
    "sigmoid": (sigmoid, lambda y: y * (1 - y)),
    "relu": (lambda z: np.maximum(z, 0), lambda y: (y > 0) * 1.0),
}


def targets(labels, units):
    return labels[:, None] * 1.0 if units == 1 else np.eye(units)[labels]


def losses_of(case, p, t):
    """One a row; with a clip the outputs are held within [clip, 1 - clip]."""
    held = np.clip(p, case["clip"], 1 - case["clip"])
    if case["loss"] == "cross_entropy":
        return -(t * np.log(held)).sum(1)
    if case["loss"] == "binary_cross_entropy":
        return -(t * np.log(held) + (1 - t) * np.log(1 - held)).mean(1)
    return ((p - t) ** 2).mean(1)


def hits_of(p, labels):
    return (p.argmax(1) if p.shape[1] > 1 else p[:, 0] >= 0.5) == labels


def output_delta(case, p, t):
    """The loss's gradient by the logits, or what the case takes for it."""
    rows, units = p.shape
    if case["output_delta"] == "squared_error":
        return (p - t) * p * (1 - p) / (rows * units)
    if case["output_delta"] == "logistic":
        return (p - t) / (rows * units)
    inside = (p >= case["clip"]) & (p <= 1 - case["clip"])  # beyond the clip the loss is flat
    if case["loss"] == "cross_entropy":
        return (p - t) / rows * inside[t == 1][:, None]
    if case["loss"] == "binary_cross_entropy":
        return (p - t) / (rows * units) * inside
    g = 2 * (p - t) / (rows * units)
    if case["output"] == "sigmoid":
        return g * p * (1 - p)
    return p * (g - (g * p).sum(1, keepdims=True))


def forward(case, weights, biases, x):
    f = ACTIVATIONS[case["activation"]][0]
    layers = [x]
    for w, b in zip(weights[:-1], biases[:-1]):
        layers.append(f(layers[-1] @ w + b))
    z = layers[-1] @ weights[-1] + biases[-1]
    layers.append(sigmoid(z) if case["output"] == "sigmoid" else softmax(z))
    return layers


def gradients(case, weights, biases, x, t):
    slope = ACTIVATIONS[case["activation"]][1]
    layers = forward(case, weights, biases, x)
    delta = output_delta(case, layers[-1], t)
    g_weights, g_biases = [], []
    for w, y in zip(reversed(weights), reversed(layers[:-1])):
        g_weights.insert(0, y.T @ delta)
        g_biases.insert(0, delta.sum(0) * (len(x) if case["bias_step"] == "summed" else 1))
        delta = delta @ w.T * slope(y)  # unused after the first layer
    penalties = [2 * case["l2"] * w + case["l1"] * np.sign(w) for w in weights]
    return g_weights + g_biases, penalties + [0] * len(biases)


def numpy_steps(case, weights, biases, batches_of):
    """Yields after each epoch; changes weights and biases in place. batches_of(epoch) gives (x, t)."""
    tensors = weights + biases
    velocities = [np.zeros_like(p) for p in tensors]
    m = case["momentum"]
    share = 1 - m if case["momentum_form"] == "averaged" else 1
    outside = case["penalty_form"] == "outside_momentum"
    for epoch in range(case["epochs"]):
        for x, t in batches_of(epoch):
            found = gradients(case, weights, biases, x, t)
            for p, v, g, penalty in zip(tensors, velocities, *found):
                v[:] = m * v + share * (g if outside else g + penalty)
                p -= case["learning_rate"] * (v + penalty if outside else v)
        yield


def torch_steps(case, weights, biases, batches_of):
    """The same by PyTorch's autograd and optimizer, in float64."""
    import torch
    from torch.nn import functional

    tensors = [torch.from_numpy(p).requires_grad_() for p in weights + biases]  # share the memory
    n = len(weights)
    m, averaged = case["momentum"], case["momentum_form"] == "averaged"
    optimizer = torch.optim.SGD(tensors, lr=case["learning_rate"], momentum=m)
    f = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu}[case["activation"]]
    for epoch in range(case["epochs"]):
        for x, t in batches_of(epoch):
            y, t = torch.from_numpy(x), torch.from_numpy(t)
            for layer in range(n - 1):
                y = f(y @ tensors[layer] + tensors[n + layer])
            z = y @ tensors[n - 1] + tensors[-1]
            p = torch.sigmoid(z) if case["output"] == "sigmoid" else torch.softmax(z, 1)
            clip = case["clip"] if case["output_delta"] == "loss" else 0  # another delta knows none
            held = p.clamp(clip, 1 - clip)
            minimized = {"squared_error": "half a squared error", "logistic": "binary_cross_entropy",
                         "loss": case["loss"]}[case["output_delta"]]
            if minimized == "cross_entropy":
                loss = functional.nll_loss(held.log(), t.argmax(1))
            elif minimized == "binary_cross_entropy":
                loss = functional.binary_cross_entropy(held, t)
            else:
                loss = functional.mse_loss(p, t) / (2 if minimized.startswith("half") else 1)
            penalty = sum(case["l2"] * (w * w).sum() + case["l1"] * w.abs().sum() for w in tensors[:n])
            optimizer.zero_grad()
            # torch's dampening leaves the first step's gradient whole; scaling it says the same.
            share = 1 - m if averaged else 1
            outside = case["penalty_form"] == "outside_momentum"
            (loss * share if outside else (loss + penalty) * share).backward()
            if case["bias_step"] == "summed":
                for b in tensors[n:]:
                    b.grad *= len(x)
            extra = torch.autograd.grad(penalty, tensors[:n]) if outside and penalty.requires_grad else []
            optimizer.step()
            with torch.no_grad():
                for w, g in zip(tensors, extra):
                    w -= case["learning_rate"] * g
        yield


def replay(case, steps=numpy_steps):
    x, labels = make_data(case["rows"], case["classes"])
    # With no other part, the training part is all rows in the order of the split's stream.
    order = Stream(case["seed"], case["repeat"], SPLIT, 0).permutation(case["rows"])
    x, labels = scaled(x, case["scale"], case["per"])[order], labels[order]
    units = 1 if case["output"] == "sigmoid" and case["classes"] == 2 else case["classes"]
    t = targets(labels, units)
    size = case["batch_size"] or case["rows"]
    batches = [(x[i : i + size], t[i : i + size]) for i in range(0, len(x), size)]
    assert len(batches) * case["epochs"] == 10, case["name"]
    widths = [INPUTS, *case["hidden"], units]
    weights, biases = initial_weights(case, widths), initial_biases(case, widths)
    running = case["train_figures"] == "running"
    losses, accuracies, row_losses, row_hits = [], [], [], []

    def see(x, t, labels):
        p = forward(case, weights, biases, x)[-1]
        row_losses.extend(losses_of(case, p, t))
        row_hits.extend(hits_of(p, labels))

    def batches_of(_epoch):
        """Running figures are taken of each batch before its step."""
        for first, batch in zip(range(0, len(x), size), batches):
            if running:
                see(*batch, labels[first : first + size])
            yield batch

    for _ in steps(case, weights, biases, batches_of):
        if not running:
            see(x, t, labels)
        assert len(row_losses) == len(x)
        losses.append(np.mean(row_losses))
        accuracies.append(np.mean(row_hits))
        row_losses.clear()
        row_hits.clear()
    return weights, biases, losses, accuracies


# ---------------------------------------------------------------------------------------------- cases
BASE = dict(rows=300, classes=3, scale="unit", per="pixel", hidden=[5], activation="tanh",
            output="softmax", loss="cross_entropy", batch_size=32, epochs=1, learning_rate=0.5,
            momentum=0.0, momentum_form="classical", l1=0.0, l2=0.0, init="glorot", seed=11, repeat=2,
            output_delta="loss", clip=0.0, init_biases="0", penalty_form="gradient", bias_step="mean",
            train_figures="evaluated")
ONE = dict(batch_size=1, rows=10)
FULL = dict(batch_size=0, epochs=10)
BINARY = dict(classes=2, output="sigmoid", loss="binary_cross_entropy")
AVERAGED = dict(momentum=0.9, momentum_form="averaged")
CLASSICAL = dict(momentum=0.9, learning_rate=0.1)
MIXED = dict(BINARY, activation="sigmoid", output_delta="squared_error")
OUTSIDE = dict(penalty_form="outside_momentum", **AVERAGED)
RUNNING = dict(train_figures="running")
CASES = {  # 300 rows are nine batches of 32 and a last one of 12
    "tanh": {},
    "relu": dict(activation="relu", init="he"),
    "sigmoid": dict(activation="sigmoid", init="normal", seed=2**40 + 5),
    "no hidden layer": dict(hidden=[]),
    "two hidden layers": dict(hidden=[5, 4], activation="relu", init="he"),
    "wider than a vector": dict(hidden=[17]),
    "classical momentum": CLASSICAL,
    "averaged momentum": AVERAGED,
    "l2": dict(l2=0.01),
    "l1": dict(l1=0.01),
    "l1, l2 and averaged momentum": dict(l1=0.003, l2=0.01, hidden=[5, 4], **AVERAGED),
    "z-score per pixel": dict(scale="zscore"),
    "z-score per image": dict(scale="zscore", per="image"),
    "z-score over all": dict(scale="zscore", per="all"),
    "raw bytes": dict(scale="none", learning_rate=0.001),
    "softmax, squared error": dict(loss="mean_squared_error"),
    "sigmoid, three classes": dict(output="sigmoid", loss="binary_cross_entropy"),
    "sigmoid, squared error, three classes": dict(output="sigmoid", loss="mean_squared_error"),
    "one unit": BINARY,
    "one unit, squared error": dict(BINARY, loss="mean_squared_error"),
    "one unit, no hidden layer, relu": dict(BINARY, hidden=[], activation="relu"),
    "full batch": FULL,
    "full batch, classical momentum, l1": dict(FULL, l1=0.003, **CLASSICAL),
    "full batch, one unit, averaged momentum": dict(BINARY, **FULL, **AVERAGED),
    "batch of one": ONE,
    "batch of one, one unit": dict(BINARY, activation="sigmoid", **ONE),
    "batch of one, one unit, squared error": dict(BINARY, **ONE, activation="sigmoid",
                                                  loss="mean_squared_error"),
    "batch of one, relu, two hidden layers": dict(ONE, hidden=[5, 4], activation="relu", init="he"),
    "batch of one, no hidden layer": dict(ONE, hidden=[]),
    "batch of one, l2 and momentum": dict(ONE, l2=0.01, **AVERAGED),
    "squared error's delta": MIXED,
    "squared error's delta, three classes": dict(MIXED, classes=3),
    "logistic delta, squared error reported": dict(MIXED, loss="mean_squared_error",
                                                   output_delta="logistic"),
    "clip, one unit": dict(BINARY, clip=0.42, init="normal", **RUNNING),
    "clip, three sigmoids": dict(output="sigmoid", loss="binary_cross_entropy", clip=0.35),
    "clip, softmax": dict(clip=0.3, **RUNNING),
    "clip, logistic delta": dict(BINARY, clip=0.42, init="normal", output_delta="logistic"),
    "normal weights and biases": dict(init="normal 0.25", init_biases="normal 0.5", hidden=[5, 4]),
    "summed bias step": dict(bias_step="summed", learning_rate=0.02),
    "summed bias step, averaged momentum": dict(AVERAGED, bias_step="summed", learning_rate=0.05,
                                                hidden=[5, 4]),
    "summed bias step, classical momentum": dict(CLASSICAL, bias_step="summed", learning_rate=0.005),
    "l2 outside the momentum": dict(OUTSIDE, l2=0.01),
    "l1 outside the momentum": dict(OUTSIDE, l1=0.01),
    "l1 and l2 outside, summed bias step": dict(OUTSIDE, l1=0.003, l2=0.01, bias_step="summed",
                                                learning_rate=0.05),
    "l2 outside of no momentum": dict(l2=0.01, penalty_form="outside_momentum"),
    "running figures": RUNNING,
    "running figures, z-score, relu": dict(RUNNING, scale="zscore", activation="relu", init="he"),
    "running figures, full batch": dict(RUNNING, **FULL),
    "running figures, batch of one": dict(RUNNING, **ONE),
    "running figures, batch of one, squared error's delta": dict(
        MIXED, **ONE, **RUNNING, init="normal 1.0", clip=0.42),
    "running figures, batch of one, momentum": dict(RUNNING, **ONE, **AVERAGED),
}


def cases():
    return [dict(BASE, **{**change, "name": name}) for name, change in CASES.items()]


def check_torch():
    """Largest difference from PyTorch, relative to each tensor's largest entry."""
    for case in cases():
        ours, theirs = replay(case), replay(case, torch_steps)
        worst = max(np.abs(a - b).max() / np.abs(a).max()
                    for a, b in zip(ours[0] + ours[1], theirs[0] + theirs[1]))
        print(f"{worst:.1e}  {case['name']}")
        assert worst < 1e-12, case["name"]


def main():
    if sys.argv[1:] == ["--check-torch"]:
        return check_torch()
    rounded = lambda values: [float(f"{v:.9g}") for v in np.ravel(values)]
    lines = []
    for case in cases():
        weights, biases, losses, accuracies = replay(case)
        case.update(weights=[rounded(w) for w in weights], biases=[rounded(b) for b in biases],
                    train_loss=rounded(losses), train_accuracy=rounded(accuracies))
        lines.append(json.dumps(case))
    print("[\n" + ",\n".join(lines) + "\n]")


if __name__ == "__main__":
    main()
