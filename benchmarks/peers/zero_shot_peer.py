"""Classifies texts with the zero-shot pipeline of transformers in float32, when asked to.

    zero_shot_peer.py MODEL_DIR THREADS

Answers every line {"texts": FILE, "labels": [...], "template": T, "batch_size": N, "output": FILE or null} with
{"seconds": S}. FILE holds a JSON list of texts; the scores are written as a JSON list of {label: score}.
"""

import json
import sys
import time

import torch
import transformers
from transformers import pipeline

model_directory, threads = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(threads)
classify = pipeline("zero-shot-classification", model=model_directory, device="cpu", dtype=torch.float32)
assert next(classify.model.parameters()).dtype == torch.float32


def answer(value):
    print(json.dumps(value), flush=True)


answer({"transformers": transformers.__version__, "torch": torch.__version__, "threads": torch.get_num_threads()})

for line in sys.stdin:
    request = json.loads(line)
    with open(request["texts"], encoding="utf-8") as file:
        texts = json.load(file)
    start = time.perf_counter()
    results = classify(
        texts, request["labels"], hypothesis_template=request["template"], batch_size=request["batch_size"]
    )
    seconds = time.perf_counter() - start
    if request.get("output"):
        with open(request["output"], "w", encoding="utf-8") as file:
            json.dump([dict(zip(result["labels"], result["scores"])) for result in results], file)
    answer({"seconds": seconds})
