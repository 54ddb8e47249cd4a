"""results.h5 opens with h5py and, through xarray, as a pandas frame, with no code of ours.

    open_anywhere.py WRITE_SAMPLE_STORE FORMAT.md

Runs the Python blocks of FORMAT.md on the file that WRITE_SAMPLE_STORE writes (the records of
store_samples.h), and compares what they find with what store_samples.h says, so that a row-major
array read as column-major, or a column under another's name, can't pass. Exit code 77: skipped.
"""

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
    import pandas
    import xarray
    import h5netcdf  # noqa: F401  (xarray's engine)
except ImportError as missing:
    print(f"skipped: {missing}; Debian has it as python3-{missing.name}")
    sys.exit(77)

failures = []


def expect(holds, what):
    if not holds:
        failures.append(what)


def run_blocks(page):
    """The Python blocks of a page, in order and in one namespace, as a reader would paste them."""
    blocks = re.findall(r"^```python\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
    expect(len(blocks) == 4, f"{page} has {len(blocks)} Python blocks, not 4")
    names = {}
    for number, block in enumerate(blocks):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block, f"{page.name}, Python block {number + 1}", "exec"), names)
        expect(printed.getvalue().strip(), f"Python block {number + 1} printed nothing")
    return names


def check_trials(trials):
    expect(isinstance(trials, pandas.DataFrame), "trials is no pandas frame")
    expect(list(trials.index) == list(range(7)), f"index {list(trials.index)}")
    expect(
        list(trials.state) == ["complete"] * 4 + ["diverged", "failed", "complete"],
        f"state {list(trials.state)}",
    )
    expect(list(trials.in_plan) == [True, True, False, True, True, True, True], "in_plan")
    expect(trials.in_plan.dtype == bool, f"in_plan is {trials.in_plan.dtype}")
    expect(trials["data.split.stratify"].dtype == bool, "a truth value among the settings")
    expect(trials.seed.dtype == numpy.uint64 and trials.seed[6] == 2**64 - 1, "seed")
    expect(list(trials.hidden) == ["128", "64x32"] * 3 + ["128"], f"hidden {list(trials.hidden)}")
    expect(list(trials.batch_size) == ["128", "all"] + ["128"] * 5, "batch_size as text")
    expect(list(trials.a_key_of_next_year) == ["", "", "", "7", "", "", ""], "a missing setting")
    rates = trials["optimizer.learning_rate"]
    expect(rates.dtype == float and rates[3] == 0.1 / 4, "optimizer.learning_rate")
    expect(trials.reason[5] == "Zeile 3: Maß ungültig – 温度 📈", f"reason {trials.reason[5]!r}")
    expect(trials.train_seconds.dtype == float and trials.train_seconds[1] == 2.5, "train_seconds")
    expect(list(trials.epochs_run) == [3, 7, 3, 3, 1, 0, 3], "epochs_run")
    expect(numpy.isnan(trials.validation_loss[2]), "a figure of a missing part")
    expect(trials.test_accuracy[0] == 2 / 3, "test_accuracy")
    expect(trials.fingerprint[0] == "9e3779b97f4a7c150000000000000007", trials.fingerprint[0])
    # For a person, the frame begins with who a trial is, then its settings, then its figures.
    expect(list(trials.columns[:3]) == ["fingerprint", "in_plan", "state"], "order of columns")


def check_arrays():
    curves = xarray.open_dataset("results.h5", group="curves", engine="h5netcdf")
    expect(dict(curves.sizes) == {"trial": 7, "epoch": 7}, f"curves {dict(curves.sizes)}")
    loss = curves.train_loss.sel(trial=1)
    expect(list(loss.values) == [1 / (e + 2) for e in range(7)], "a curve of seven epochs")
    expect(float(curves.train_loss.sel(trial=0, epoch=2)) == 1 / 2, "epochs count from 1")
    expect(numpy.isnan(curves.train_loss.sel(trial=0, epoch=4)), "padding of curves")
    test = xarray.open_dataset("results.h5", group="test", engine="h5netcdf")
    expect(list(test.predictions.sel(trial=0).values[:6]) == [0, 1, 2, 0, 1, 2], "predictions")
    expect(set(test.predictions.sel(trial=0).values[6:]) == {255}, "padding of predictions")
    confusion = test.confusion.sel(trial=0)
    expect(int(confusion.sel(true_class=1, predicted_class=0)) == 1, "true class in rows")
    expect(int(confusion.sel(true_class=0, predicted_class=1)) == 0, "predicted class in columns")
    padded = test.confusion.sel(trial=1).values
    expect(padded.tolist() == [[2**40, 2, 0], [3, 4, 0], [0, 0, 0]], f"smaller matrix {padded}")
    trials = xarray.open_dataset("results.h5", group="trials", engine="h5netcdf")
    joined = xarray.merge([curves, trials[["hidden"]]])
    expect(joined.sizes["trial"] == 7, "groups can be joined on `trial`")


def check_parts():
    parts = xarray.open_dataset("results.h5", group="parts", engine="h5netcdf")
    expect(dict(parts.sizes) == {"member": 7}, f"parts {dict(parts.sizes)}")
    expect(list(parts.experiment.values) == ["rates"] * 5 + ["nets"] * 2, "experiments")
    expect(list(parts.reading.values) == [""] * 3 + ["penalty: as_coded"] * 2 + [""] * 2, "readings")
    expect(list(parts.trial.values) == [0, 1, 3, 4, 5, 6, 1], f"trials {list(parts.trial.values)}")


def check_file():
    with h5py.File("results.h5") as file:
        expect(file.attrs["name"] == "größen", "name")
        expect(list(file.attrs["overrides"]) == ["epochs=3", "hidden=64,128"], "overrides")
        expect(file.attrs["spec"].startswith("mlpsweep: 1\n"), "spec")
        expect(len(file.attrs["digest"]) == 32, "digest")
        undescribed = []

        def look(name, node):
            if not node.attrs.get("description"):
                undescribed.append(name)

        file.visititems(look)
        expect(not undescribed, f"objects without a description: {undescribed}")
        rate = file["trials/optimizer.learning_rate"].attrs
        expect(rate["units"] and rate["range"], "unit and range of a setting, from the key table")
        final = file["weights"][file["trials/fingerprint"][6].decode()]["final"]
        expect(final["weights_1"][:].tolist() == [[6, 5, 4], [3, 2, 1]], "weights, row by row")


def main():
    program, page = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        subprocess.run([program, "results.h5"], check=True)
        names = run_blocks(page)
        check_trials(names["trials"])
        expect(names["best"] == 1, f"best trial {names['best']}")
        expect(list(names["predictions"]) == [(i * 7 + 1) % 3 for i in range(11)], "predictions")
        expect(list(names["rates"].index) == [0, 1, 3], f"trials of one experiment {names['rates']}")
        expect(list(names["experiments"]) == ["rates", "nets"], "experiments of one trial")
        shapes = [part.shape for part in next(iter(names["weights"].values()))]
        expect(shapes == [(2, 3), (1, 3), (0, 4)], f"the block's weights {shapes}")
        check_arrays()
        check_parts()
        check_file()
        subprocess.run([program, "results.h5", "empty"], check=True)
        for group in "trials", "parts", "curves", "test":
            frame = xarray.open_dataset("results.h5", group=group, engine="h5netcdf").to_dataframe()
            expect(len(frame) == 0, f"an empty sweep's {group}")
        os.chdir("/")
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
