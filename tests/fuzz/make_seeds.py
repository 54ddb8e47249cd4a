#!/usr/bin/python3
"""Makes the seeds that are no text; they are kept in seeds/, so this is needed only where a format changes.

    make_seeds.py PROGRAM    an mlpsweep: journal and results.h5 are those of a sweep that it runs
"""
import gzip
import io
import pathlib
import subprocess
import sys
import tempfile

import numpy

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))

from journal_frames import BEGUN, RECORD, frame, frames  # noqa: E402  the folder above

HERE = pathlib.Path(__file__).parent / "seeds"
SPEC = """\
mlpsweep: 1
name: small
data: {train: images, test: images, labels: {train: labels, test: labels}, split: {validation: 0.25}}
metric: validation_loss
base: {hidden: [1], epochs: 1, batch_size: 4, keep_weights: both}
parameters: {optimizer.learning_rate: [0.01, 0.1]}
"""
IMAGES = numpy.arange(32, dtype="u1").reshape(8, 2, 2)
LABELS = numpy.arange(8, dtype="u1") % 2


def idx(array):
    return bytes([0, 0, 8, array.ndim]) + numpy.array(array.shape, ">u4").tobytes() + array.tobytes()


def npy(array):
    file = io.BytesIO()
    numpy.save(file, array)
    return file.getvalue()


def npz(save, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def keep(reader, name, content):
    (HERE / reader).mkdir(parents=True, exist_ok=True)
    (HERE / reader / name).write_bytes(content)


def swept(program):
    """Journal and results file of a sweep of two trials."""
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        for name, content in {"s.yaml": SPEC.encode(), "images": idx(IMAGES), "labels": idx(LABELS)}.items():
            (work / name).write_bytes(content)
        subprocess.run([program, "run", "s.yaml", "-o", "out", "--threads", "1"], cwd=work, check=True)
        return next((work / "out/journal").glob("*.mlj")).read_bytes(), (work / "out/results.h5").read_bytes()


def main():
    journal, results = swept(pathlib.Path(sys.argv[1]).resolve())
    ends = [end for _, _, end in frames(journal)][:3]  # header, begun, record of the first trial
    keep("journal", "header.mlj", journal[:ends[0]])
    keep("journal", "trial.mlj", journal[ends[0]:ends[2]])
    keep("journal", "whole.mlj", journal[:ends[2]])
    keep("journal", "empty-records.mlj", 2 * (frame(BEGUN, b"") + frame(RECORD, b"")))
    keep("results", "two-trials.h5.gz", gzip.compress(results, mtime=0))
    keep("idx", "images", idx(IMAGES))
    keep("idx", "rows", idx(IMAGES.reshape(8, 4)))
    keep("idx", "labels", idx(LABELS))
    for kind in ("u1", "b1", "<i2", ">i4", "<u8", "<f4", ">f8", "S2", "<U2", ">U2"):
        keep("npy", f"{kind[-2:]}{'-big' if kind[0] == '>' else ''}.npy", npy(LABELS.astype(kind)))
    keep("npy", "images.npy", npy(IMAGES))
    keep("npz", "stored.npz", npz(numpy.savez, x=IMAGES, y=LABELS))
    keep("npz", "deflated.npz", npz(numpy.savez_compressed, x=IMAGES / 255, y=LABELS.astype("U1")))
    keep("gz", "idx.gz", gzip.compress(idx(IMAGES), mtime=0))
    keep("gz", "zeros.gz", gzip.compress(bytes(5000), mtime=0))
    keep("gz", "plain", idx(LABELS))


if __name__ == "__main__":
    main()
