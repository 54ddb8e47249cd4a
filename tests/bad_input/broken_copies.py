"""Good files of each format, cut or with bits flipped by a seeded generator.

What is left may be good, so any of 0, 2 and 3 will do; a signal, a hang, or an end without words will not.
Of a journal nothing broken is ever taken for a record: it is read to the digest of the good one, or to fewer
records; and a run trains what is missing and ends with that digest.
"""
import gzip
import random

import bad_data
import bad_journals
from bad_specs import GOOD
from cases import Case, copy_of

EACH = 40
SEED = 20261121


def broken(content, chance):
    """Cut somewhere, or with one to eight bytes changed, inserted, removed or repeated."""
    if chance.random() < 0.25:
        return content[:chance.randrange(len(content))]
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(changed))
        what = chance.random()
        if what < 0.6:
            changed[at] ^= 1 << chance.randrange(8)
        elif what < 0.8:
            changed[at] = chance.choice((0, 1, 127, 128, 255))
        elif what < 0.9:
            del changed[at:at + chance.choice((1, 2, 16))]
        else:
            changed[at:at] = changed[at:at + chance.choice((1, 4, 64))]
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def with_journal(good, content):
    return copy_of(good, lambda path: (path / bad_journals.JOURNAL).write_bytes(content))


def cases(good):
    chance = random.Random(SEED)
    images, labels = bad_data.idx(bad_data.IMAGES), bad_data.idx(bad_data.LABELS)
    data = {"idx": (images, "idx", labels), "gz": (gzip.compress(images, mtime=0), "idx", labels),
            "npy": (bad_data.npy(bad_data.IMAGES), "npz", bad_data.npy(bad_data.LABELS)),
            "npz": (bad_data.npz(bad_data.GOOD_NPZ), "npz", None), "csv": (bad_data.csv(bad_data.GOOD_ROWS).encode(), "csv", None)}
    store, journal = (good / "results.h5").read_bytes(), (good / bad_journals.JOURNAL).read_bytes()
    made = []

    def add(kind, command, files, **more):
        made.append(Case(f"broken copy: {kind}", str(len(made)), command, (), files, **{"codes": (0, 2, 3), **more}))

    for _ in range(EACH):
        add("spec", ["check", "s.yaml"], {"s.yaml": broken(GOOD.encode(), chance)})
        for kind, (content, form, beside) in data.items():
            files = {"images": broken(content, chance), "s.yaml": bad_data.spec("images", "labels" if beside else None, form)}
            add(kind, ["plan", "s.yaml"], files | ({"labels": beside} if beside else {}))
        add("results", ["verify", "r.h5"], {"r.h5": broken(store, chance)})
        add("results", ["table", "r.h5"], {"r.h5": broken(store[:4096], chance) + store[4096:]})
        add("journal", ["verify", "d"], {"d": with_journal(good, broken(journal, chance))}, check=bad_journals.reads_no_other)
    for _ in range(EACH // 4):
        add("journal, run again", ["run", "s.yaml", "-o", "d", "--threads", "1"],
            {**bad_journals.FILES, "d": with_journal(good, broken(journal, chance))}, writes=True,
            codes=(0,), check=bad_journals.ends_as_undisturbed)
    return made
