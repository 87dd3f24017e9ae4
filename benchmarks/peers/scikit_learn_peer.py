"""Fits a classifier of scikit-learn on embeddings, when asked to.

    scikit_learn_peer.py EMBEDDINGS DIMENSION TARGETS LABELS TASK

EMBEDDINGS are raw float32 rows. TASK multi-label: TARGETS are raw uint8 rows of LABELS indicators, and one model a label is
fitted. TASK single-label: TARGETS are raw int32 class indices, and one model is fitted.

{"action": "fit", "estimator": NAME, "settings": {...}} is answered with {"seconds": S}. {"action": "predict", "embeddings": FILE,
"output": FILE} writes the probabilities [rows, LABELS] of the last fit as raw float32; of a model without probabilities, what the
sigmoid (multi-label) or softmax makes of its decision function.
"""

import json
import os
import sys
import time

import numpy as np
import sklearn
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.svm import LinearSVC

ESTIMATORS = {"LogisticRegression": LogisticRegression, "LinearSVC": LinearSVC, "RidgeClassifier": RidgeClassifier}

embeddings_file, dimension, targets_file, labels, task = sys.argv[1:6]
dimension, labels = int(dimension), int(labels)


def read_embeddings(path):
    return np.fromfile(path, dtype="<f4").reshape(-1, dimension)


def answer(value):
    print(json.dumps(value), flush=True)


def fit_multi_label(create):
    return [create().fit(train, targets[:, label]) for label in range(labels)]


def fit_single_label(create):
    return [create().fit(train, targets)]


def predict_one(model, rows):
    """[rows, classes], or for a yes/no model without probabilities [rows, 2]"""
    if hasattr(model, "predict_proba"):
        return model.predict_proba(rows)
    decisions = model.decision_function(rows)
    if decisions.ndim > 1:
        return softmax(decisions, axis=1)
    return np.stack([expit(-decisions), expit(decisions)], axis=1)


def predict(models, rows):
    scores = np.zeros((len(rows), labels), dtype="<f4")
    if task == "multi-label":
        for label, model in enumerate(models):
            scores[:, label] = predict_one(model, rows)[:, 1]
    else:
        scores[:, models[0].classes_] = predict_one(models[0], rows)
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
        estimator, settings = ESTIMATORS[request["estimator"]], request["settings"]
        start = time.perf_counter()
        models = fit(lambda: estimator(**settings))
        answer({"seconds": time.perf_counter() - start})
    else:
        predict(models, read_embeddings(request["embeddings"])).tofile(request["output"])
        answer({})
