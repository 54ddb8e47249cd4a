#!/usr/bin/env python3
"""A grid in PyTorch by Optuna's GridSampler, two workers over one SQLite file: grid_optuna.py GRID DATA"""
import json
import pathlib
import subprocess
import sys
import tempfile

import optuna

from grids import GRIDS

STUDY = "grid"


def work(grid, data, storage):
    from grid_torch import train

    def objective(trial):
        result = train(data, *(trial.suggest_categorical(axis, values) for axis, values in GRIDS[grid].items()))
        print(json.dumps(result), flush=True)
        return result["validation_loss"]

    sampler = optuna.samplers.GridSampler(GRIDS[grid], seed=1)
    optuna.load_study(study_name=STUDY, storage=storage, sampler=sampler).optimize(objective)


def main(grid, data):
    with tempfile.TemporaryDirectory() as folder:
        storage = f"sqlite:///{pathlib.Path(folder) / 'study.db'}"
        optuna.create_study(study_name=STUDY, storage=storage)
        command = [sys.executable, "-B", __file__, grid, data, storage]
        workers = [subprocess.Popen(command) for _ in range(2)]
        return max(worker.wait() for worker in workers)


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else work(*sys.argv[1:]))
