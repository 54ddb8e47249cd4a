#!/usr/bin/env python3
"""What scikit-learn's classification_report says of some confusion matrices: the texts and numbers that
tests/results/classification_test.cpp holds results/classification.cpp to. Where nothing at all is right scikit-learn 1.2 prints supports as 4.0, which is
left out here.

    python3 tests/reference/classification_reference.py > tests/reference/classification.json
"""
import json
import sys

import numpy as np
from sklearn import __version__
from sklearn.metrics import classification_report

CASES = {
    "two classes, 0 and 5": ([[98, 3], [0, 99]], ["0", "5"]),
    "exchanged, as one of the reports did": ([[98, 0], [3, 99]], ["0", "5"]),
    "a class that is never predicted": ([[5, 0, 2], [1, 0, 3], [0, 0, 7]], ["0", "1", "2"]),
    "a class that no image has": ([[5, 1, 2], [0, 0, 0], [0, 4, 7]], ["0", "1", "2"]),
    "almost nothing right": ([[0, 4], [3, 1]], ["no", "yes"]),
    "long names": ([[853, 1, 146], [20, 970, 10], [90, 5, 905]], ["T-shirt/top", "Trouser", "Pullover with hood"]),
    "ten classes": ((np.eye(10, dtype=int) * 800 + np.arange(100).reshape(10, 10) % 23).tolist(),
                    [str(k) for k in range(10)]),
}


def case(name, confusion, names):
    confusion = np.array(confusion)
    pairs = [(t, p) for t in range(len(names)) for p in range(len(names)) for _ in range(confusion[t, p])]
    truth, predicted = zip(*pairs)
    told = dict(labels=list(range(len(names))), target_names=names, zero_division=0)
    return {"name": name, "confusion": confusion.ravel().tolist(), "names": names,
            "text": classification_report(truth, predicted, digits=2, **told),
            "text4": classification_report(truth, predicted, digits=4, **told),
            "figures": classification_report(truth, predicted, output_dict=True, **told)}


print("[")
print(",\n".join(json.dumps(case(name, *given)) for name, given in CASES.items()))
print("]")
print("scikit-learn", __version__, file=sys.stderr)
