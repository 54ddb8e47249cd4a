"""results.h5: not HDF5, not ours, changed, or made to lead its reader elsewhere."""
import os

import h5py
import numpy

from cases import Case, copy_of

SECRET = b"a line that nobody outside should see " * 50


def cases(good):
    store = good / "results.h5"
    content = store.read_bytes()

    def bad(kind, name, made, *words, **more):
        return Case(f"results: {kind}", name, ["verify", "r.h5"], ("r.h5", *words), {"r.h5": made, "secret": SECRET},
                    never=("nobody outside",), **more)

    def edited(kind, name, change, *words, **more):
        return bad(kind, name, copy_of(store, lambda path: edit(path, change)), *words, **more)

    yield bad("no HDF5", "empty", b"", "HDF5")
    yield bad("no HDF5", "text", b"fingerprint,loss\n", "HDF5")
    yield bad("no HDF5", "the signature alone", content[:8], "HDF5")
    yield bad("no HDF5", "zeros", bytes(4096), "HDF5")
    yield bad("no HDF5", "another version of the superblock", content[:8] + b"\x63" + content[9:], "HDF5")
    for part in (1, 2, 3, 9):
        yield bad("cut short", f"after {part} tenths", content[:len(content) * part // 10], "HDF5")
    yield bad("cut short", "without the last byte", content[:-1])
    yield bad("damage", "zeros in the first metadata", content[:96] + bytes(400) + content[496:])
    yield bad("damage", "ones in the middle", content[:len(content) // 2] + b"\xff" * 4096 + content[len(content) // 2 + 4096:])
    yield from damaged(edited, bad)
    yield from leading_elsewhere(edited, bad)
    yield from absurd(edited)
    yield from unprintable(store)
    if os.geteuid() != 0:
        yield bad("unreadable", "by its mode", copy_of(store, lambda path: path.chmod(0)))
    for command in ("table", "list", "compare"):
        yield Case("results: other commands", command, [command, "r.h5"], ("r.h5", "HDF5"), {"r.h5": b"no"})
    yield Case("results: other commands", "show", ["show", "r.h5", "a"], ("r.h5",), {"r.h5": b"no"})
    yield Case("results: other commands", "report", ["report", "--methods", "r.h5"], ("r.h5",), {"r.h5": b"no"})
    yield Case("results: other commands", "status", ["status", "r.h5"], ("r.h5",), {"r.h5": copy_of(store)})
    yield Case("results: in a folder without a journal", "whole", ["verify", "d"], ("d", "journal"), {"d/results.h5": copy_of(store)})
    yield Case("results: in a folder without a journal", "broken", ["table", "d"], ("d", "journal"), {"d/results.h5": b"no"})


def unprintable(store):
    """What a terminal would obey, in places that no digest covers: it is shown, without them."""
    with h5py.File(store) as file:
        trial = file["trials/fingerprint"].asstr()[0]

    def change(file):
        file.attrs["name"] = "na\x1b[31mme\x9b31m\u202e"
        file["trials/host"][0] = "evil\x1b[31mhost\x9b31m\u202e"

    for words in (["show", "r.h5", trial], ["list", "r.h5"], ["table", "r.h5"], ["table", "r.h5", "--format", "csv"],
                  ["report", "--methods", "r.h5"], ["verify", "r.h5"]):
        yield Case("results: control characters", " ".join(words).replace(trial, "TRIAL"), words,
                   files={"r.h5": copy_of(store, lambda path: edit(path, change))}, codes=(0,))


def edit(path, change):
    with h5py.File(path, "r+") as file:
        change(file)


def replaced(name, **made):
    def change(file):
        group, leaf = file[name].parent, name.split("/")[-1]
        del group[leaf]
        group.create_dataset(leaf, **made)
    return change


def damaged(edited, bad):
    for name in ("trials", "curves", "test", "layouts", "trials/fingerprint", "trials/state", "trials/trial", "curves/epoch",
                 "curves/train_loss", "test/predictions", "layouts/settings", "layouts/layout_of_trial", "trials/epochs"):
        yield edited("missing", name, lambda file, name=name: file.__delitem__(name), name.split("/")[-1])
    for name in ("mlpsweep_schema", "name", "spec", "metric", "digest", "planned", "swept"):
        yield edited("missing", f"attribute {name}", lambda file, name=name: file.attrs.__delitem__(name), name)
    for name, value in {"0": 0, "-1": -1, "99": 99, "a text": "1", "a list": [1, 1], "2^63": 2**63, "1.5": 1.5,
                        "nothing": h5py.Empty("i8")}.items():
        yield edited("schema", name, lambda file, value=value: file.attrs.create("mlpsweep_schema", value),
                     codes=(0, 2) if name == "1.5" else (2,))
    for name, value in {"digest": "0" * 32, "planned": "many", "name": 5, "swept": 3, "spec": [1, 2], "provenance": 1.0}.items():
        yield edited("attribute of another type", name, lambda file, n=name, v=value: file.attrs.create(n, v))
    yield edited("attribute of another type", "fixed-size text", lambda file: file.attrs.create("name", numpy.bytes_("x")), "name")
    yield edited("column of another type", "state as float", replaced("trials/state", data=numpy.zeros(2)), "state")
    yield edited("column of another type", "state as numbers", replaced("trials/state", data=numpy.zeros(2, "i8")), "state")
    yield edited("column of another type", "fingerprints as numbers", replaced("trials/fingerprint", data=numpy.zeros(2, "i8")),
                 "fingerprint")
    yield edited("column of another type", "big-endian", replaced("trials/repeat", data=numpy.zeros(2, ">i8")), "type")
    yield edited("column of another type", "a compound", replaced("trials/repeat", data=numpy.zeros(2, [("a", "i8")])), "type")
    yield edited("column of another type", "object references", replaced("trials/repeat", shape=(2,), dtype=h5py.ref_dtype), "type")
    yield edited("column of another type", "lists of numbers",
                 replaced("trials/repeat", shape=(2,), dtype=h5py.vlen_dtype("i8")), "type")
    yield edited("column of another shape", "one row less", replaced("trials/repeat", data=numpy.zeros(1, "i8")), "repeat", "shape")
    yield edited("column of another shape", "a matrix", replaced("trials/repeat", data=numpy.zeros((2, 2), "i8")), "shape")
    yield edited("column of another shape", "a scalar", replaced("trials/repeat", data=3), "rows")
    yield edited("column of another shape", "nothing", replaced("trials/repeat", data=h5py.Empty("i8")))
    yield edited("column of another shape", "a group", lambda file: (file.__delitem__("trials/repeat"),
                                                                    file.create_group("trials/repeat")), "repeat")
    yield edited("column of another shape", "curves of one dimension", replaced("curves/train_loss", data=numpy.zeros(2)), "train_loss")
    for name, value in {"trials/fingerprint": "nonsense", "trials/state": "splendid", "trials/fold": -5, "trials/repeat": 2**40,
                        "trials/epochs_run": 99, "curves/epochs_run": 99, "curves/epochs_run ": -1, "test/images": 10**6,
                        "test/confusion_classes": 77, "test/confusion_classes ": -1, "layouts/layout_of_trial": 9,
                        "layouts/settings": "{", "layouts/settings ": "", "trials/data_checksum": "other", "trials/seed": 77,
                        "curves/train_loss": 0.5, "test/predictions": 1, "trials/in_plan": 7}.items():
        yield edited("changed value", f"{name}: {value}", lambda file, n=name.strip(), v=value: overwrite(file[n], v),
                     codes=(0, 2) if name in ("trials/in_plan", "trials/epochs_run") else (2,))
    for name in ("weights", "weights/initial"):
        yield edited("weights", f"without {name}", lambda file, name=name: drop_weights(file, name))
    yield edited("weights", "an order that names others", lambda file: weights_of(file)["final"].attrs.create("order", ["x"]))
    yield edited("weights", "an order with a path", lambda file: weights_of(file)["final"].attrs.create(
        "order", ["/trials/test_loss"], dtype=h5py.string_dtype()))
    yield edited("weights", "of one dimension", lambda file: replaced_weight(file, numpy.zeros(3, "f4")))
    yield edited("weights", "as doubles", lambda file: replaced_weight(file, numpy.zeros((3, 3))))


def overwrite(dataset, value):
    dataset[(0,) * dataset.ndim] = value


def weights_of(file):
    return next(iter(file["weights"].values()))


def drop_weights(file, name):
    if name == "weights":
        del file["weights"]
    else:
        del weights_of(file)["initial"]


def replaced_weight(file, values):
    group = weights_of(file)["final"]
    name = group.attrs["order"][0]
    del group[name]
    group.create_dataset(name, data=values)


def leading_elsewhere(edited, bad):
    for name in ("trials", "trials/state", "trials/repeat", "weights", "curves/train_loss"):
        yield edited("external link", name, lambda file, name=name: relink(file, name, h5py.ExternalLink("other.h5", "/x")),
                     "link to elsewhere")
        yield edited("soft link", name, lambda file, name=name: relink(file, name, h5py.SoftLink("/layouts")), "link to elsewhere")
    yield edited("soft link", "to itself", lambda file: relink(file, "trials", h5py.SoftLink("/trials")), "link to elsewhere")
    yield edited("external link", "to a device", lambda file: relink(file, "trials", h5py.ExternalLink("/dev/zero", "/x")),
                 "link to elsewhere")
    for name in ("trials/repeat", "trials/test_loss"):
        yield edited("external storage", name, replaced(name, shape=(2,), dtype="i8" if "repeat" in name else "f8",
                                                        external=[("secret", 0, 16)]), "keeps its data")
    yield edited("external storage", "a device", replaced("trials/repeat", shape=(2,), dtype="i8", external=[("/dev/zero", 0, 16)]),
                 "keeps its data")
    yield edited("virtual data set", "of another file", lambda file: virtual(file, "other.h5"), "keeps its data")
    yield edited("virtual data set", "of itself", lambda file: virtual(file, "."), "keeps its data")
    yield edited("compact storage", "a column", compact, "keeps its data")
    yield edited("filter", "lzf", replaced("trials/repeat", data=numpy.zeros(2, "i8"), compression="lzf"), "packed in a way")
    yield edited("filter", "fletcher32", replaced("trials/repeat", data=numpy.zeros(2, "i8"), chunks=(2,), fletcher32=True),
                 "packed in a way")
    yield edited("filter", "scale-offset", replaced("trials/repeat", data=numpy.zeros(2, "i8"), chunks=(2,), scaleoffset=4),
                 "packed in a way")
    yield edited("filter", "one that nobody has", unknown_filter, "packed in a way")
    yield edited("circle", "a group in itself", lambda file: file["trials"].__setitem__("trials", file["trials"]), codes=(0, 2))
    yield edited("circle", "the root as its own weights", lambda file: (file.__delitem__("weights"),
                                                                       file.__setitem__("weights", file["/"])), codes=(0, 2))
    yield edited("circle", "columns that are one", lambda file: (file.__delitem__("trials/repeat"), file.__setitem__(
        "trials/repeat", file["trials/fold"])), codes=(0, 2))


def relink(file, name, link):
    del file[name]
    file[name] = link


def virtual(file, source):
    del file["trials/repeat"]
    layout = h5py.VirtualLayout(shape=(2,), dtype="i8")
    layout[:] = h5py.VirtualSource(source, "trials/fold", shape=(2,))
    file.create_virtual_dataset("trials/repeat", layout)


def compact(file):
    del file["trials/repeat"]
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(file["trials"].id, b"repeat", h5py.h5t.STD_I64LE, h5py.h5s.create_simple((2,)), plist)


def unknown_filter(file):
    del file["trials/repeat"]
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((2,))
    plist.set_filter(32123, h5py.h5z.FLAG_OPTIONAL, (1, 2))
    h5py.h5d.create(file["trials"].id, b"repeat", h5py.h5t.STD_I64LE, h5py.h5s.create_simple((2,)), plist)


def absurd(edited):
    huge = 1 << 40
    for name, shape, chunks in (("trials/trial", (huge,), None), ("trials/trial", (huge,), (1 << 20,)), ("curves/epoch", (huge,), None),
                                ("test/image", (1 << 62,), (4,)), ("trials/repeat", (huge,), (1 << 27,)),
                                ("curves/train_loss", (2, huge), (1, 1 << 26)), ("test/true_class", (1 << 61,), (1 << 20,)),
                                ("test/confusion", (1 << 31, 1 << 31, 4), (1, 1, 4)), ("trials/trial", (0,), None)):
        yield edited("absurd size", f"{name} {shape} {chunks}", replaced(name, shape=shape, dtype="f8" if "loss" in name else "i8",
                                                                         chunks=chunks))
    yield edited("absurd size", "a chunk of 2 GB in a small file", lambda file: big_chunk(file, deflate=False),
                 codes=(0, 2))  # nothing of it was ever stored
    yield edited("absurd size", "a deflated chunk of 1 GB", lambda file: big_chunk(file, deflate=True))


    yield edited("unpacks without end", "predictions, packed 1000 : 1", lambda file: bomb(file, rows=200, images=1_000_000),
                 "unpacks to more than")
    yield edited("two rows of a trial", "fingerprint", twice, "two rows of the trial")


def twice(file):
    file["trials/fingerprint"][1] = file["trials/fingerprint"][0]


def bomb(file, rows, images):
    """Makes it a sweep of many trials, all like its first, whose predictions are all the same."""
    before, lengths = file["trials/trial"].shape[0], {file["test/image"].shape[0]: images}
    for group in ("trials", "curves", "test", "layouts"):
        for name, data in list(file[group].items()):
            if name == "image":
                replaced(f"{group}/{name}", data=numpy.zeros(images, data.dtype), chunks=True, compression="gzip")(file)
            elif data.shape[0] == before and name not in ("epoch", "true_class", "predicted_class", "settings"):
                value = images if name == "images" else data[0]
                shape = (rows, images) if name == "predictions" else (rows, *data.shape[1:])
                if name == "predictions":
                    value = data[0].ravel()[0]
                kind = h5py.string_dtype() if data.dtype == object else data.dtype
                replaced(f"{group}/{name}", shape=shape, dtype=kind, chunks=(1 if name == "predictions" else rows, *shape[1:]),
                         compression=None if kind != data.dtype or data.dtype == object else "gzip")(file)
                file[f"{group}/{name}"][...] = value
    file["trials/fingerprint"][...] = [f"{i:032x}" for i in range(rows)]


def big_chunk(file, deflate):
    """Stored as one chunk of which the two rows are the smallest part."""
    del file["trials/repeat"]
    made = file["trials"].create_dataset("repeat", shape=(2,), maxshape=(None,), chunks=((1 << 28) - 1,), dtype="i8",
                                         compression="gzip" if deflate else None)
    if deflate:
        made.id.write_direct_chunk((0,), b"\x78\x9c" + bytes(1 << 20))
