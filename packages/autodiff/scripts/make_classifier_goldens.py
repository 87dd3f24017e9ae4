"""Reference logits and gradients of classifiers that read first tokens: src/golden/*-first and ../onnx/src/golden/*-first.

Each is made of the configuration and the token ids of an encoder of src/golden, with random parameters. Run from the package folder:
    pip install torch==2.13.0 transformers==5.23.0 safetensors==0.8.0 && python scripts/make_classifier_goldens.py
"""
import json
import shutil
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file

GOLDEN = Path("src/golden")
# Packages depend on nothing of each other's tests, so each has a copy of what it reads.
LOGITS = Path("../onnx/src/golden")
NAMES = {0: "entailment", 1: "neutral", 2: "contradiction"}
CLASSES = {"mpnet": "MPNetForSequenceClassification", "electra": "ElectraForSequenceClassification",
           "albert": "AlbertForSequenceClassification", "modernbert": "ModernBertForSequenceClassification"}
TRUTH = torch.tensor([0, 2, 1])


def randomise(model, seed):
    """Every parameter random, so that each gradient matters."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            scale, middle = (0.15, 0) if parameter.ndim >= 2 else (0.1, 1 if name.endswith("weight") else 0)
            parameter.copy_(middle + scale * noise)
    return model.eval()


def make(name, seed):
    config = transformers.AutoConfig.from_pretrained(GOLDEN / name)
    config.id2label, config.label2id = NAMES, {label: index for index, label in NAMES.items()}
    if name == "modernbert":
        config.classifier_pooling = "cls"
    model = randomise(getattr(transformers, CLASSES[name])(config), seed)
    stored = load_file(GOLDEN / name / "expected.safetensors")
    inputs = {key.removeprefix("inputs."): value.long() for key, value in stored.items() if key.startswith("inputs.")}
    logits = model(**inputs).logits
    torch.nn.functional.cross_entropy(logits, TRUTH).backward()
    folder = GOLDEN / f"{name}-first"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    expected = {"logits": logits.detach(), "labels": TRUTH.int()}
    expected.update({f"inputs.{key}": value.int() for key, value in inputs.items()})
    save_file(expected, folder / "expected.safetensors")
    shutil.copytree(folder, LOGITS / folder.name, dirs_exist_ok=True)
    gradients = {key: value.grad for key, value in model.named_parameters() if value.grad is not None}
    save_file(gradients, folder / "gradients.safetensors")
    largest = max(float(value.abs().max()) for value in gradients.values())
    return [key for key, value in gradients.items() if float(value.abs().max()) < 1e-7 * largest]


print(json.dumps({f"{name}-first": make(name, 300 + index) for index, name in enumerate(CLASSES)}, indent=2))
