"""Trains SetFit models with the Python library on given few-shot samples and measures them.

    setfit_peer.py MODEL_DIR THREADS

Prints a line when it is ready, then answers each line of JSON with one line:
- {"action": "sample", "pool", "shots", "seed", "output"}: draws texts of each class from the JSON Lines file "pool" as
  setfit.sample_dataset does.
- {"action": "train", "train", "test", "seed", "arguments"}: trains on rows with "text" and "label" (or "labels" for any number of
  them); "arguments" are of setfit.TrainingArguments. Answers "seconds" of training, "total" seconds from weights on disk to a saved
  model, "accuracy" (or F1 at 0.5) on the rows of "test", and "texts".

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
import setfit
import torch
from datasets import Dataset, disable_progress_bars
from setfit import SetFitModel, Trainer, TrainingArguments, sample_dataset
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


def sample(job):
    drawn = sample_dataset(Dataset.from_list(read_rows(job["pool"])), num_samples=job["shots"], seed=job["seed"])
    os.makedirs(os.path.dirname(job["output"]), exist_ok=True)
    with open(job["output"], "w", encoding="utf-8") as file:
        for row in drawn:
            file.write(json.dumps({"text": row["text"], "label": row["label"]}) + "\n")
    return {"texts": len(drawn)}


def train(job):
    rows, test = read_rows(job["train"]), read_rows(job["test"])
    multi_label = "labels" in rows[0]
    names = sorted({name for row in rows + test for name in (row["labels"] if multi_label else [row["label"]])})
    started = time.perf_counter()
    model = SetFitModel.from_pretrained(model_directory, multi_target_strategy="one-vs-rest" if multi_label else None)
    # Weights that are stored as float16 would be trained as float16.
    model.model_body.float()
    with tempfile.TemporaryDirectory() as output:
        arguments = TrainingArguments(
            output_dir=output, seed=job["seed"], report_to="none", show_progress_bar=False, save_strategy="no", **job.get("arguments", {})
        )
        trainer = Trainer(model=model, args=arguments, train_dataset=to_dataset(rows, names, multi_label))
        before = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - before
        model.save_pretrained(os.path.join(output, "model"))
    total = time.perf_counter() - started
    predicted = np.asarray(model.predict([row["text"] for row in test], use_labels=False))
    truth = np.asarray(to_dataset(test, names, multi_label)["label"])
    if multi_label:
        figures = {
            "macro F1 at 0.5": f1_score(truth, predicted, average="macro", zero_division=0),
            "micro F1 at 0.5": f1_score(truth, predicted, average="micro"),
        }
    else:
        figures = {"accuracy": float((predicted == truth).mean())}
    return {"seconds": seconds, "total": total, "texts": len(rows), **figures}


actions = {"sample": sample, "train": train}
# What the libraries print must not mix with the answers.
answers, sys.stdout = sys.stdout, sys.stderr
print(json.dumps({"setfit": setfit.__version__, "torch": torch.__version__, "threads": torch.get_num_threads()}), file=answers, flush=True)
for line in sys.stdin:
    job = json.loads(line)
    print(json.dumps(actions[job["action"]](job)), file=answers, flush=True)
