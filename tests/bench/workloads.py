"""What is trained, for every peer alike, and the data it is trained on. engine_bench.cpp has the same table."""
import gzip
import pathlib
from dataclasses import dataclass

FOLDER = pathlib.Path("/usr/share/datasets/fashion-mnist")
INPUTS = 784


@dataclass(frozen=True)
class Workload:
    hidden: tuple
    activation: str
    rate: float
    batch: int  # rows of a step
    train: int  # rows
    validation: int
    momentum: float = 0.0  # v = m v + (1 - m) g
    l2: float = 0.0  # adds l2 * w^2
    scale: str = "unit"
    classes: tuple = ()  # none: all ten; two: one sigmoid output, the second of them is 1
    # The training figures are those of each step's rows before the step: no pass of their own.
    running: bool = False
    epochs: int = 5  # of one run; the first is not counted

    @property
    def widths(self):
        return (INPUTS, *self.hidden, 1 if self.classes else 10)


def minibatches(hidden, activation, rate=0.01, epochs=5):
    return Workload(hidden, activation, rate, batch=128, train=48_000, validation=12_000, momentum=0.9,
                    l2=1e-4, scale="zscore", epochs=epochs)


WORKLOADS = {
    "w1": minibatches((128,), "tanh"),
    "w2": minibatches((203, 203), "relu"),
    "w3": Workload((64,), "sigmoid", 0.7, batch=40_000, train=40_000, validation=20_000, running=True,
                   epochs=8),
    "w4a": Workload((64,), "sigmoid", 0.004, batch=1, train=800, validation=0, classes=(3, 9),
                    running=True, epochs=60),
    "w4b": Workload((12,), "sigmoid", 0.01, batch=1, train=12_000, validation=0, classes=(3, 9),
                    running=True, epochs=12),
}


def unpack(kind):
    """The bytes of all training images or labels, without the file's header."""
    name, header = {"images": ("train-images-idx3-ubyte.gz", 16), "labels": ("train-labels-idx1-ubyte.gz", 8)}[kind]
    with gzip.open(FOLDER / name) as file:
        return file.read()[header:]


def load(work, images=None, labels=None):
    """Training inputs and labels, then validation's, scaled, as float32 and int64."""
    import numpy as np  # here, so that the benches start without it and skip the peers that need it

    x = np.frombuffer(images or unpack("images"), np.uint8).reshape(-1, INPUTS)
    y = np.frombuffer(labels or unpack("labels"), np.uint8)
    kept = np.flatnonzero(np.isin(y, work.classes)) if work.classes else np.arange(len(y))
    rows = np.random.RandomState(1).permutation(kept)[: work.train + work.validation]
    x, y = x[rows].astype(np.float32), y[rows].astype(np.int64)
    if work.classes:
        y = (y == work.classes[1]).astype(np.int64)
    if work.scale == "zscore":
        x -= x[: work.train].mean()
        x /= x[: work.train].std()
    else:
        x /= 255
    return x[: work.train], y[: work.train], x[work.train :], y[work.train :]
