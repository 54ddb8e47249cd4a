"""The grids' data for the peers, unpacked once before the clock starts, and what each says of a trial.
mlpsweep unpacks its own while the clock runs."""
import pathlib
import time

import workloads


KINDS = ("images", "labels")


def write(folder):
    for kind in KINDS:
        (pathlib.Path(folder) / kind).write_bytes(workloads.unpack(kind))


def read(folder):
    return workloads.load(workloads.WORKLOADS["w1"], *((pathlib.Path(folder) / kind).read_bytes() for kind in KINDS))


def trial(begun, rate, hidden, activation, loss, accuracy):
    ended = time.time()
    return dict(rate=rate, hidden=hidden, activation=activation, validation_loss=loss,
                validation_accuracy=accuracy, ended=ended, seconds=ended - begun)
