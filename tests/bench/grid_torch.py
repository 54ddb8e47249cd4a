#!/usr/bin/env python3
"""One trial of a grid in PyTorch: for GNU parallel a program, for the other drivers a function.

    grid_torch.py DATA RATE HIDDEN ACTIVATION
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is loaded

import functools
import json
import sys
import time

import torch

import grids
import peer_data
from torch_forms import FORMS, train_epoch

FORM = "in-place"  # as fast as any on these networks, and no compilation in each process


@functools.lru_cache(maxsize=1)
def data(folder):
    return [torch.from_numpy(part) for part in peer_data.read(folder)]


def train(folder, rate, hidden, activation):
    """The trial's figures, when it ended and its seconds; the data are read once a process, before."""
    torch.set_num_threads(1)
    parts, begun = data(folder), time.time()
    torch.manual_seed(1)
    net = FORMS[FORM](grids.workload(rate, hidden, activation))
    curves = [train_epoch(net, parts) for _ in range(grids.EPOCHS)]
    return peer_data.trial(begun, rate, hidden, activation, *curves[-1][1])


if __name__ == "__main__":
    print(json.dumps(train(sys.argv[1], float(sys.argv[2]), *sys.argv[3:5])), flush=True)
