"""Trains an encoder on one batch with PyTorch (eager) and transformers, when asked to.

    training_step_peer.py MODEL_DIR THREADS [fused]

{"action": "batch", "ids": [[..]]} sets the batch. {"action": "steps", "count": N} runs N steps of mean pooling, backward from
a gradient of 1e-3 on every number of the embeddings, clipping at norm 1 and AdamW, with the dropout of config.json; it is
answered with the sums of the seconds of each part. {"action": "memory"} is answered with the peak of the process. `fused` takes PyTorch's
fused AdamW instead of its default one.
"""

import json
import resource
import sys
import time

import torch
import transformers
from transformers import AutoModel

model_directory, threads = sys.argv[1], int(sys.argv[2])
fused = "fused" in sys.argv[3:]


def peak_megabytes():
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            lines = [line for line in file if line.startswith("VmHWM:")]
        return int(lines[0].split()[1]) * 1024 / 1e6
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def answer(value):
    print(json.dumps(value), flush=True)


def parameter_groups(model):
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    return [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]


transformers.logging.set_verbosity_error()
torch.set_num_threads(threads)
torch.manual_seed(0)
bare = peak_megabytes()
model = AutoModel.from_pretrained(model_directory, add_pooling_layer=False, dtype=torch.float32)
model.train()
assert model.config.hidden_dropout_prob == 0.1
optimizer = torch.optim.AdamW(parameter_groups(model), lr=1e-5, fused=fused or None)


def step(ids, mask):
    start = time.perf_counter()
    states = model(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask[..., None].to(states.dtype)
    embeddings = (states * weights).sum(1) / weights.sum(1)
    forward_done = time.perf_counter()
    embeddings.backward(torch.full_like(embeddings, 1e-3))
    backward_done = time.perf_counter()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    end = time.perf_counter()
    return forward_done - start, backward_done - forward_done, end - backward_done, end - start, float(norm)


answer(
    {
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "threads": torch.get_num_threads(),
        "attention": model.config._attn_implementation,
        "bare_megabytes": bare,
        "loaded_megabytes": peak_megabytes(),
    }
)

ids = mask = None
for line in sys.stdin:
    request = json.loads(line)
    if request["action"] == "batch":
        ids = torch.tensor(request["ids"])
        mask = torch.ones_like(ids)
        answer({})
    elif request["action"] == "steps":
        steps = [step(ids, mask) for _ in range(request["count"])]
        names = ("forward", "backward", "update", "seconds")
        sums = {name: sum(figures[place] for figures in steps) for place, name in enumerate(names)}
        answer({**sums, "norm": steps[-1][-1]})
    else:
        answer({"peak_megabytes": peak_megabytes()})
