"""The grids' data for the peers, unpacked once before the clock starts, and what each says of a trial.
mlpsweep unpacks its own while the clock runs."""
import pathlib
import time

import numpy as np

import workloads


def write(folder):
    for kind in ("images", "labels"):
        np.save(pathlib.Path(folder) / f"{kind}.npy", workloads.unpack(kind))


def read(folder):
    parts = [np.load(pathlib.Path(folder) / f"{kind}.npy") for kind in ("images", "labels")]
    return workloads.load(workloads.WORKLOADS["w1"], *parts)


def trial(begun, rate, hidden, activation, loss, accuracy):
    ended = time.time()
    return dict(rate=rate, hidden=hidden, activation=activation, validation_loss=loss,
                validation_accuracy=accuracy, ended=ended, seconds=ended - begun)
