"""Trains SetFit models with the Python library on given few-shot samples and measures them.

    setfit_peer.py MODEL_DIR THREADS

Reads one JSON job a line from standard input: "train" and "test" (JSON Lines files with "text" and "label", or "labels" for any number of
them), "seed", and optionally "arguments" (of setfit.TrainingArguments). Answers each with one line: "seconds" of training (data loading and
model loading not counted), "accuracy" (or "micro_f1" and "macro_f1" at 0.5), and "texts".

The defaults of the library: batches of 16 pairs, 1 epoch, oversampling, cosine similarity loss, a body learning rate of 2e-5, logistic regression.
"""

import json
import os
import sys
import tempfile
import time

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

import numpy as np
import torch
from datasets import Dataset, disable_progress_bars
from setfit import SetFitModel, Trainer, TrainingArguments
from sklearn.metrics import f1_score
from transformers import logging as transformers_logging

model_directory, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
transformers_logging.set_verbosity_error()
disable_progress_bars()


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def to_dataset(rows, names, multi_label):
    if multi_label:
        targets = [[int(name in row["labels"]) for name in names] for row in rows]
    else:
        targets = [names.index(row["label"]) for row in rows]
    return Dataset.from_dict({"text": [row["text"] for row in rows], "label": targets})


def run(job):
    train, test = read_rows(job["train"]), read_rows(job["test"])
    multi_label = "labels" in train[0]
    names = sorted({name for row in train + test for name in (row["labels"] if multi_label else [row["label"]])})
    model = SetFitModel.from_pretrained(model_directory, multi_target_strategy="one-vs-rest" if multi_label else None)
    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output_dir=output, seed=job["seed"], report_to="none", show_progress_bar=False, save_strategy="no", **job.get("arguments", {})
        )
        trainer = Trainer(model=model, args=arguments, train_dataset=to_dataset(train, names, multi_label))
        started = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - started
    predicted = np.asarray(model.predict([row["text"] for row in test], use_labels=False))
    truth = np.asarray(to_dataset(test, names, multi_label)["label"])
    if multi_label:
        figures = {"micro_f1": f1_score(truth, predicted, average="micro"), "macro_f1": f1_score(truth, predicted, average="macro", zero_division=0)}
    else:
        figures = {"accuracy": float((predicted == truth).mean())}
    return {"seconds": seconds, "texts": len(train), **figures}


for line in sys.stdin:
    # What the libraries print must not mix with the answers.
    answers, sys.stdout = sys.stdout, sys.stderr
    answer = run(json.loads(line))
    sys.stdout = answers
    print(json.dumps(answer), flush=True)
