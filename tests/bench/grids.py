"""The grids that whole_grid.py runs, for every peer alike."""
import itertools
import math

import workloads

EPOCHS = 3
BATCH = 128
GRIDS = {
    # 24 trials, 3 epochs each.
    "grid": {"rate": (0.005, 0.01, 0.05), "hidden": ("64", "128", "256", "203x203"),
             "activation": ("tanh", "relu")},
    # As long as each other, and one too many for two cores.
    "five": {"rate": (0.003, 0.005, 0.01, 0.03, 0.05), "hidden": ("128",), "activation": ("tanh",)},
    # The first is four times as long as all the others together.
    "unequal": {"rate": (0.01,), "hidden": ("512x512", "32", "64", "128"), "activation": ("tanh",)},
}

SPEC = """\
mlpsweep: 1
name: {name}
data: {{set: fashion-mnist, scale: {{method: zscore, per: all}}, split: {{validation: 12000}}}}
metric: {{name: validation_loss, goal: minimize}}
base:
  output: softmax
  loss: cross_entropy
  batch_size: {batch}
  epochs: {epochs}
  l2: 1e-4
  optimizer: {{name: sgd, momentum: 0.9, momentum_form: averaged}}
parameters:
  optimizer.learning_rate: [{rate}]
  hidden: [{hidden}]
  activation: [{activation}]
"""


def widths(hidden):
    return tuple(int(width) for width in hidden.split("x"))


def weights(hidden):
    sizes = (workloads.INPUTS, *widths(hidden), 10)
    return sum(math.prod(pair) for pair in zip(sizes, sizes[1:]))


def trials(name):
    """(rate, hidden, activation) of each trial, the longest first: what ends a grid soonest."""
    axes = GRIDS[name]
    points = itertools.product(axes["rate"], axes["hidden"], axes["activation"])
    return sorted(points, key=lambda point: -weights(point[1]))


def workload(rate, hidden, activation):
    return workloads.minibatches(widths(hidden), activation, rate)


def spec(name):
    """The same grid as mlpsweep's. It scores the set's 10,000 test rows as well, once a trial, which
    the peers don't: 2 % more work."""
    axes = {axis: ", ".join(str(value) for value in values) for axis, values in GRIDS[name].items()}
    return SPEC.format(name=name, batch=BATCH, epochs=EPOCHS, **axes)
