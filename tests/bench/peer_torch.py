#!/usr/bin/env python3
"""PyTorch at its best on one thread, on bench_speed.py's workload W1: one line of JSON.

    peer_torch.py autograd|in-place EPOCHS

The data are float32 tensors before the clock starts. `autograd` is nn.Linear and SGD, one tensor a
batch and no DataLoader; `in-place` writes forward, backward and update by hand into buffers that
stay, with the gradient of a weight added straight into its velocity. Which of them is faster depends
on the machine, so bench_speed.py takes the faster.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is loaded

import gzip
import json
import math
import sys
import time

import numpy as np
import torch
from torch import nn

FOLDER = "/usr/share/datasets/fashion-mnist"
TRAIN, VALIDATION, INPUTS, UNITS, CLASSES = 48_000, 12_000, 784, 128, 10
BATCH, RATE, MOMENTUM, L2 = 128, 0.01, 0.9, 1e-4
SCORED = 1000  # rows a block: all at once is slower, for its temporaries leave the cache


def load():
    with gzip.open(f"{FOLDER}/train-images-idx3-ubyte.gz") as file:
        x = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, INPUTS)
    with gzip.open(f"{FOLDER}/train-labels-idx1-ubyte.gz") as file:
        y = np.frombuffer(file.read(), np.uint8, offset=8)
    order = np.random.RandomState(1).permutation(len(x))
    x, y = x[order].astype(np.float32), y[order].astype(np.int64)
    x = (x - x[:TRAIN].mean()) / x[:TRAIN].std()
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    return x[:TRAIN], y[:TRAIN], x[TRAIN:], y[TRAIN:]


def glorot(rows, columns):
    r = math.sqrt(6 / (rows + columns))
    return torch.empty(rows, columns).uniform_(-r, r)


class Autograd:
    def __init__(self):
        self.net = nn.Sequential(nn.Linear(INPUTS, UNITS), nn.Tanh(), nn.Linear(UNITS, CLASSES))
        for layer in (self.net[0], self.net[2]):
            layer.weight.data = glorot(*layer.weight.shape)
            layer.bias.data.zero_()
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=RATE, momentum=MOMENTUM,
                                         dampening=MOMENTUM, weight_decay=2 * L2)
        self.loss = nn.CrossEntropyLoss()

    def train(self, x, y):
        order = torch.randperm(len(x))
        for first in range(0, len(x), BATCH):
            rows = order[first : first + BATCH]
            loss = self.loss(self.net(x[rows]), y[rows])
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()

    def logits(self, x):
        with torch.no_grad():
            return self.net(x)


class InPlace:
    def __init__(self):
        self.w1, self.w2 = glorot(INPUTS, UNITS), glorot(UNITS, CLASSES)
        self.b1, self.b2 = torch.zeros(UNITS), torch.zeros(CLASSES)
        self.tensors = [self.w1, self.b1, self.w2, self.b2]
        self.v = [torch.zeros_like(p) for p in self.tensors]
        self.x, self.h = torch.empty(BATCH, INPUTS), torch.empty(BATCH, UNITS)
        self.z, self.dh = torch.empty(BATCH, CLASSES), torch.empty(BATCH, UNITS)
        self.one_hot = torch.eye(CLASSES)

    @torch.no_grad()
    def train(self, x, y):
        order = torch.randperm(len(x))
        for first in range(0, len(x), BATCH):  # BATCH divides TRAIN: no shorter batch at the end
            self.step(x, y, order[first : first + BATCH])

    def step(self, x, y, rows):
        share, (v1, c1, v2, c2) = (1 - MOMENTUM) / BATCH, self.v
        torch.index_select(x, 0, rows, out=self.x)
        torch.addmm(self.b1, self.x, self.w1, out=self.h).tanh_()
        torch.addmm(self.b2, self.h, self.w2, out=self.z)
        d = torch.softmax(self.z, 1).sub_(self.one_hot[y[rows]])
        torch.mm(d, self.w2.t(), out=self.dh)
        # dh * (1 - h * h)
        self.dh.addcmul_(self.dh * self.h, self.h, value=-1)
        v2.addmm_(self.h.t(), d, beta=MOMENTUM, alpha=share)
        v1.addmm_(self.x.t(), self.dh, beta=MOMENTUM, alpha=share)
        c2.mul_(MOMENTUM).add_(d.sum(0), alpha=share)
        c1.mul_(MOMENTUM).add_(self.dh.sum(0), alpha=share)
        for p, v, decay in zip(self.tensors, self.v, (1, 0, 1, 0)):
            if decay:
                v.add_(p, alpha=(1 - MOMENTUM) * 2 * L2)
            p.add_(v, alpha=-RATE)

    def logits(self, x):
        return torch.addmm(self.b2, torch.addmm(self.b1, x, self.w1).tanh_(), self.w2)


def score(net, x, y):
    """Mean loss and accuracy, as mlpsweep takes them after each epoch."""
    loss = right = 0
    with torch.no_grad():
        for first in range(0, len(x), SCORED):
            z, t = net.logits(x[first : first + SCORED]), y[first : first + SCORED]
            loss += nn.functional.cross_entropy(z, t, reduction="sum").item()
            right += (z.argmax(1) == t).sum().item()
    return loss / len(x), right / len(x)


def blas_in_use():
    """Debian's PyTorch calls whatever libblas.so.3 is; the reference one is ten times slower."""
    with open("/proc/self/maps") as maps:
        loaded = {line.split("/")[-1].strip() for line in maps if "/" in line}
    fast = [name for name in sorted(loaded) if "openblas" in name or "mkl_" in name or "blis" in name]
    return fast[0] if fast else "reference"


def main(form, epochs):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    xt, yt, xv, yv = load()
    net = {"autograd": Autograd, "in-place": InPlace}[form]()
    seconds, cpu_seconds = [], []
    for _ in range(epochs):
        start, cpu_start = time.perf_counter(), time.process_time()
        net.train(xt, yt)
        train, validation = score(net, xt, yt), score(net, xv, yv)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
    print(json.dumps(dict(peer=f"PyTorch {torch.__version__} {form}", workload="w1", threads=1,
                          blas=blas_in_use(), epoch_seconds=seconds, epoch_cpu_seconds=cpu_seconds,
                          train_loss=train[0], validation_accuracy=validation[1])))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
