#!/usr/bin/env python3
"""A grid in PyTorch over mpi4py's pool: mpiexec -n 3 python3 -m mpi4py.futures grid_mpi4py.py GRID DATA"""
import json
import sys

from grid_torch import train
from grids import trials

if __name__ == "__main__":
    from mpi4py.futures import MPIPoolExecutor

    grid, data = sys.argv[1:]
    with MPIPoolExecutor() as pool:  # its workers have no arguments of their own
        for result in pool.starmap(train, [(data, *point) for point in trials(grid)]):
            print(json.dumps(result), flush=True)
