"""Fine-tunes an encoder under a linear head with PyTorch and transformers, on the batches that it is handed.

    finetune_peer.py MODEL_DIR THREADS JOB

JOB is a JSON file: "task" (single-label or multi-label), "labels" (their number), "ids" (token ids of every distinct text), "text_of_row", "targets"
(a row's class, or its list of classes), "weights" and "bias" that the head begins with, "recipe", "total_steps", "seed".

{"action": "train", "batches": [[row, ..], ..]} does one step a batch and is answered with "seconds", "losses" and "tokens" (without
padding) of each. {"action": "predict", "ids": FILE, "output": FILE} writes logits [texts, labels] as raw float32. {"action": "save",
"file": FILE} and {"action": "load", "file": FILE} keep everything that going on needs.

Recipe: mean pooling, dropout on the pooled embedding and inside the encoder (as configured), linear head, cross-entropy or binary cross-entropy,
AdamW without decay on one-dimensional parameters, clipping by the global norm, linear warm-up and decay.
"""

import json
import math
import sys
import time

import numpy as np
import torch
import transformers
from torch.nn import functional
from transformers import AutoModel, get_linear_schedule_with_warmup

model_directory, threads, job_file = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open(job_file, encoding="utf-8") as file:
    job = json.load(file)
recipe, total_steps = job["recipe"], job["total_steps"]

transformers.logging.set_verbosity_error()
torch.set_num_threads(threads)
torch.manual_seed(job["seed"])
encoder = AutoModel.from_pretrained(model_directory, add_pooling_layer=False, dtype=torch.float32)
head = torch.nn.Linear(encoder.config.hidden_size, job["labels"])
with torch.no_grad():
    head.weight.copy_(torch.tensor(job["weights"]).reshape(head.weight.shape))
    head.bias.copy_(torch.tensor(job["bias"]))
parameters = [*encoder.parameters(), *head.parameters()]
optimizer = torch.optim.AdamW(
    [
        {"params": [p for p in parameters if p.dim() > 1], "weight_decay": recipe["weightDecay"]},
        {"params": [p for p in parameters if p.dim() <= 1], "weight_decay": 0.0},
    ],
    lr=recipe["learningRate"],
)
warmup_steps = math.ceil(recipe["warmupShare"] * total_steps)
schedule = get_linear_schedule_with_warmup(optimizer, warmup_steps, total_steps)
step_count = 0


def answer(value):
    print(json.dumps(value), flush=True)


def embed(texts):
    length = max(len(ids) for ids in texts)
    ids = torch.tensor([text + [0] * (length - len(text)) for text in texts])
    mask = torch.tensor([[1] * len(text) + [0] * (length - len(text)) for text in texts])
    states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask[..., None].to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1)


def loss_of(logits, rows):
    if job["task"] == "single-label":
        return functional.cross_entropy(logits, torch.tensor([job["targets"][row] for row in rows]))
    targets = torch.zeros_like(logits)
    for place, row in enumerate(rows):
        targets[place, job["targets"][row]] = 1.0
    return functional.binary_cross_entropy_with_logits(logits, targets)


def step(rows):
    start = time.perf_counter()
    texts = [job["ids"][job["text_of_row"][row]] for row in rows]
    pooled = functional.dropout(embed(texts), recipe["dropout"])
    loss = loss_of(head(pooled), rows)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, recipe["gradientClip"])
    optimizer.step()
    optimizer.zero_grad()
    schedule.step()
    value = loss.item()
    return time.perf_counter() - start, value, sum(len(text) for text in texts)


def train(batches):
    global step_count
    encoder.train()
    steps = [step(rows) for rows in batches]
    step_count += len(steps)
    seconds, losses, tokens = zip(*steps)
    return {"seconds": seconds, "losses": losses, "tokens": tokens}


@torch.no_grad()
def predict(texts):
    encoder.eval()
    logits = np.zeros((len(texts), job["labels"]), dtype="<f4")
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    for start in range(0, len(order), 64):
        places = order[start : start + 64]
        logits[places] = head(embed([texts[place] for place in places])).numpy()
    return logits


def save(path):
    state = {"encoder": encoder, "head": head, "optimizer": optimizer, "schedule": schedule}
    torch.save(
        {**{name: part.state_dict() for name, part in state.items()}, "random": torch.get_rng_state(), "step": step_count},
        path,
    )


def load(path):
    global step_count
    state = torch.load(path)
    for name, part in {"encoder": encoder, "head": head, "optimizer": optimizer, "schedule": schedule}.items():
        part.load_state_dict(state[name])
    torch.set_rng_state(state["random"])
    step_count = state["step"]


answer(
    {"torch": torch.__version__, "transformers": transformers.__version__, "threads": torch.get_num_threads()}
)

for line in sys.stdin:
    request = json.loads(line)
    action = request["action"]
    if action == "train":
        answer(train(request["batches"]))
    elif action == "predict":
        with open(request["ids"], encoding="utf-8") as file:
            predict(json.load(file)).tofile(request["output"])
        answer({})
    elif action == "save":
        save(request["file"])
        answer({})
    else:
        load(request["file"])
        answer({"step": step_count})
