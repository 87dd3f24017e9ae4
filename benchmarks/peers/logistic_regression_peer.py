"""Fits scikit-learn's LogisticRegression(max_iter=1000) on embeddings, when asked to.

    logistic_regression_peer.py EMBEDDINGS DIMENSION TARGETS LABELS TASK

EMBEDDINGS are raw float32 rows. TASK multi-label: TARGETS are raw uint8 rows of LABELS indicators, and one model a label is
fitted. TASK single-label: TARGETS are raw int32 class indices, and one model is fitted.

{"action": "fit"} is answered with {"seconds": S}; a "tolerance" in it is given to scikit-learn as tol. {"action": "predict", "embeddings": FILE, "output": FILE} writes the
probabilities [rows, LABELS] of the last fit as raw float32.
"""

import json
import os
import sys
import time

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

embeddings_file, dimension, targets_file, labels, task = sys.argv[1:6]
dimension, labels = int(dimension), int(labels)


def read_embeddings(path):
    return np.fromfile(path, dtype="<f4").reshape(-1, dimension)


def answer(value):
    print(json.dumps(value), flush=True)


def fit_multi_label(options):
    return [LogisticRegression(**options).fit(train, targets[:, label]) for label in range(labels)]


def fit_single_label(options):
    return [LogisticRegression(**options).fit(train, targets)]


def predict(models, rows):
    scores = np.zeros((len(rows), labels), dtype="<f4")
    if task == "multi-label":
        for label, model in enumerate(models):
            scores[:, label] = model.predict_proba(rows)[:, 1]
    else:
        scores[:, models[0].classes_] = models[0].predict_proba(rows)
    return scores


train = read_embeddings(embeddings_file)
if task == "multi-label":
    targets = np.fromfile(targets_file, dtype=np.uint8).reshape(-1, labels)
    fit = fit_multi_label
else:
    targets = np.fromfile(targets_file, dtype="<i4")
    fit = fit_single_label
models = []

answer(
    {"scikit_learn": sklearn.__version__, "numpy": np.__version__, "threads": int(os.environ["OMP_NUM_THREADS"])}
)

for line in sys.stdin:
    request = json.loads(line)
    if request["action"] == "fit":
        options = {"max_iter": 1000}
        if "tolerance" in request:
            options["tol"] = request["tolerance"]
        start = time.perf_counter()
        models = fit(options)
        answer({"seconds": time.perf_counter() - start, "iterations": [int(m.n_iter_.max()) for m in models]})
    else:
        predict(models, read_embeddings(request["embeddings"])).tofile(request["output"])
        answer({})
