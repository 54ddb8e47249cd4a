#!/usr/bin/env python3
"""A grid in scikit-learn, two processes by joblib: grid_joblib.py GRID DATA"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # read when NumPy is loaded

import json
import sys
import time
import warnings

import numpy as np
from joblib import Parallel, delayed
from sklearn.neural_network import MLPClassifier

import grids
import peer_data


def score(net, x, y):
    shares = net.predict_proba(x)
    loss = -np.log(np.maximum(shares[np.arange(len(y)), y], 1e-12)).mean()
    return float(loss), float((shares.argmax(1) == y).mean())


def train(parts, rate, hidden, activation):
    warnings.filterwarnings("ignore")  # that it did not converge
    x, y, validation_x, validation_y = parts
    begun = time.time()
    net = MLPClassifier(grids.widths(hidden), activation=activation, solver="sgd", alpha=1e-4,
                        batch_size=grids.BATCH, learning_rate_init=rate, momentum=0.9,
                        nesterovs_momentum=False, random_state=1)
    for _ in range(grids.EPOCHS):
        net.partial_fit(x, y, np.arange(10))
        score(net, x, y)
        validation = score(net, validation_x, validation_y)
    return peer_data.trial(begun, rate, hidden, activation, *validation)


if __name__ == "__main__":
    parts = peer_data.read(sys.argv[2])
    for result in Parallel(n_jobs=2)(delayed(train)(parts, *point) for point in grids.trials(sys.argv[1])):
        print(json.dumps(result), flush=True)
