"""Writes a sequence classification model as ONNX file, in float32, as PyTorch exports it.

    export_classifier.py MODEL_DIR OUTPUT
"""

import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

model_directory, output = sys.argv[1:3]
# The exporter of this form cannot trace the fused attention.
model = AutoModelForSequenceClassification.from_pretrained(model_directory, dtype=torch.float32, attn_implementation="eager").eval()
example = dict(AutoTokenizer.from_pretrained(model_directory)("A premise.", "And a hypothesis.", return_tensors="pt"))


class Logits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, *tensors):
        return self.model(**dict(zip(example, tensors, strict=True))).logits


os.makedirs(os.path.dirname(output), exist_ok=True)
torch.onnx.export(
    Logits(),
    tuple(example.values()),
    output,
    input_names=list(example),
    output_names=["logits"],
    dynamic_axes={**{name: {0: "batch", 1: "sequence"} for name in example}, "logits": {0: "batch"}},
    opset_version=14,
    dynamo=False,
)
