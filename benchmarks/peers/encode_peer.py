"""Encodes texts with sentence-transformers in float32, when asked to.

    encode_peer.py MODEL_DIR THREADS [PROMPT]

Answers every line {"texts": FILE, "batch_size": N, "output": FILE or null} with {"seconds": S}. FILE holds a JSON list of
texts; the embeddings are written as raw float32, row by row.
"""

import json
import sys
import time

import sentence_transformers
import torch
from sentence_transformers import SentenceTransformer

model_directory, threads = sys.argv[1], int(sys.argv[2])
prompt = sys.argv[3] if len(sys.argv) > 3 else None

torch.set_num_threads(threads)
model = SentenceTransformer(model_directory, device="cpu", model_kwargs={"dtype": torch.float32})
assert next(model.parameters()).dtype == torch.float32


def answer(value):
    print(json.dumps(value), flush=True)


answer(
    {
        "sentence_transformers": sentence_transformers.__version__,
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
    }
)

for line in sys.stdin:
    request = json.loads(line)
    with open(request["texts"], encoding="utf-8") as file:
        texts = json.load(file)
    start = time.perf_counter()
    embeddings = model.encode(
        texts,
        prompt=prompt,
        batch_size=request["batch_size"],
        normalize_embeddings=True,
        convert_to_numpy=True,
        show_progress_bar=False,
    )
    seconds = time.perf_counter() - start
    if request.get("output"):
        embeddings.astype("<f4").tofile(request["output"])
    answer({"seconds": seconds})
