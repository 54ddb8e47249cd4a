#!/usr/bin/env python3
"""PyTorch at its best on one thread, on one of workloads.py's: one line of JSON.

    peer_torch.py WORKLOAD autograd|in-place|scripted EPOCHS

The data are float32 tensors before the clock starts. Which form is the fastest depends on the machine
and the workload: one_trial.py runs all of them and takes the fastest.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # read when torch is loaded

import json
import sys
import time

import torch

from torch_forms import FORMS, train_epoch
from workloads import WORKLOADS, load


def blas_in_use():
    """Debian's PyTorch calls whatever libblas.so.3 is; the reference one is ten times slower."""
    with open("/proc/self/maps") as maps:
        loaded = {line.split("/")[-1].strip() for line in maps if "/" in line}
    fast = [name for name in sorted(loaded) if "openblas" in name or "mkl_" in name or "blis" in name]
    return fast[0] if fast else "reference"


def main(name, form, epochs):
    torch.set_num_threads(1)
    torch.manual_seed(1)
    work = WORKLOADS[name]
    data = [torch.from_numpy(part) for part in load(work)]
    net = FORMS[form](work)
    seconds, cpu_seconds = [], []
    for _ in range(epochs):
        start, cpu_start = time.perf_counter(), time.process_time()
        train, validation = train_epoch(net, data)
        seconds.append(time.perf_counter() - start)
        cpu_seconds.append(time.process_time() - cpu_start)
    print(json.dumps(dict(peer=f"PyTorch {torch.__version__} {form}", workload=name, threads=1,
                          blas=blas_in_use(), epoch_seconds=seconds, epoch_cpu_seconds=cpu_seconds,
                          train_loss=train[0], train_accuracy=train[1],
                          validation_accuracy=validation[1] if work.validation else None)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
