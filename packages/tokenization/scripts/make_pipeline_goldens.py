"""src/golden/pipelines.json: what the Rust tokenizers library makes of short nasty texts in many pipelines.

Each pipeline is one of the golden tokenizers with fields replaced. Also what it decodes. Run from the package folder:
    pip install tokenizers==0.23.3 && python scripts/make_pipeline_goldens.py
"""
import json
import platform
import random
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer

GOLDEN = Path("src/golden")
MINILM = Path("../model-minilm/files/tokenizer.json")
METASPACE = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
ODD = [0, 9, 10, 13, 0x85, 0xA0, 0xAD, 0x200B, 0x200D, 0x2028, 0xFEFF, 0xFFFD, 0x301, 0x323, 0x308, 0x3099, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x1F468, 0x1F3FD,
       0x1F1E6, 0xFE0F, 0x20E3, 0x3A3, 0x130, 0xDF, 0x1E9E, 0x149, 0xFB01, 0xFF21, 0x3000, 0x4E00, 0x20000, 0x2F800, 0xF900, 0x2581, 0x120, 0x958, 0x915, 0x94D,
       0x9C7, 0xE33, 0x600, 0x5D0, 0x5B0, 0x7F, 0x80, 0xE000, 0xFFFF, 0x2126, 0x1B7E, 0x2E4F, 0x1CDA]


def chosen_texts():
    texts = [entry["text"] for entry in json.loads((GOLDEN / "texts.json").read_text())["texts"]]
    short = [text for text in texts if len(text) <= 46]
    rng = random.Random(3)
    made = ["".join(chr(rng.choice(ODD)) if rng.random() < 0.6 else rng.choice("abc THE.,1 thing") for _ in range(rng.randint(4, 14))) for _ in range(16)]
    return rng.sample(short, 28) + ["☃the cat, a☃the b", "x q#ab  c q#abc~. y  éÉ Éé", "`` the  thing 'll 1234", *made]


def small_vocabulary():
    ids = {"<unk>": 0}
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for token in (letter, f"{letter}</w>", f"##{letter}"):
            ids[token] = len(ids)
    for byte in range(256):
        ids[f"<0x{byte:02X}>"] = len(ids)
    return ids


def byte_pair(merges, **settings):
    prefix = settings.get("continuing_subword_prefix") or ""
    vocabulary = small_vocabulary()
    for left, right in merges:
        vocabulary.setdefault(left + right[len(prefix):], len(vocabulary))
    model = {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
             "byte_fallback": False, "ignore_merges": False, "vocab": vocabulary, "merges": [list(pair) for pair in merges]}
    return {"added_tokens": [], "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None,
            "model": {**model, **settings}}


def pipelines(precompiled, template):
    bert = lambda **settings: {"normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True, **settings}}
    sequence = lambda *parts: {"type": "Sequence", "normalizers": list(parts)}
    split = lambda *parts: {"pre_tokenizer": {"type": "Sequence", "pretokenizers": list(parts)}}
    pattern = lambda behavior, source, invert=False: {"type": "Split", "pattern": {"Regex": source}, "behavior": behavior, "invert": invert}
    level = lambda **settings: {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True, **settings}
    roberta = lambda **settings: {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True, "add_prefix_space": True, **settings}
    replace = lambda kind, source, content: {"type": "Replace", "pattern": {kind: source}, "content": content}
    strip = {"type": "Strip", "strip_left": True, "strip_right": True}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": False}
    added = [{"id": 4004 + number, "content": content, **flags, **extra} for number, (content, extra) in enumerate([
        ("☃the", {"single_word": True}), ("q#ab", {"rstrip": True}), ("q#abc", {}), ("Éé", {"normalized": True}), ("~. ", {"lstrip": True, "rstrip": True})])]
    gpt = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    merges = [("t", "h"), ("th", "e"), ("i", "n"), ("in", "g</w>"), ("e", "</w>")][:4]
    yield "bert cased", "bert-minilm", bert(lowercase=False)
    yield "bert keeping accents", "bert-minilm", bert(strip_accents=False, handle_chinese_chars=False)
    yield "bert without cleaning", "bert-minilm", bert(clean_text=False, strip_accents=True, lowercase=False)
    yield "bert processing", "bert-minilm", {"post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}}
    for name in ("Whitespace", "WhitespaceSplit", "BertPreTokenizer"):
        yield f"word pieces, {name}", "bert-minilm", {"normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": name}}
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        yield form, "xlm-roberta", {"normalizer": {"type": form}}
    yield "like ALBERT", "xlm-roberta", {"normalizer": sequence(replace("String", "``", '"'), replace("String", "a", "bcd"), {"type": "NFKD"}, {"type": "StripAccents"}, {"type": "Lowercase"}, precompiled)}
    yield "like DeBERTa-v3", "xlm-roberta", {"normalizer": sequence(strip, precompiled, replace("Regex", " {2,}", " ")), **split(METASPACE)}
    yield "Nmt, Strip", "xlm-roberta", {"normalizer": sequence({"type": "Nmt"}, strip), "pre_tokenizer": METASPACE}
    yield "Metaspace first", "xlm-roberta", {"pre_tokenizer": {**METASPACE, "prepend_scheme": "first"}}
    yield "Metaspace never, whole", "xlm-roberta", {"pre_tokenizer": {**METASPACE, "prepend_scheme": "never", "split": False}}
    yield "Prepend, Replace", "xlm-roberta", {"normalizer": sequence({"type": "Prepend", "prepend": "▁"}, replace("String", " ", "▁")), "pre_tokenizer": None}
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        yield f"Split {behavior}", "xlm-roberta", {"pre_tokenizer": pattern(behavior, r"[aeiou]|\s+")}
        yield f"Punctuation {behavior}", "xlm-roberta", {"pre_tokenizer": {"type": "Punctuation", "behavior": behavior}}
    yield "Split inverted", "xlm-roberta", {"pre_tokenizer": pattern("Removed", "[a-z]+", True)}
    yield "Digits", "xlm-roberta", split({"type": "Digits", "individual_digits": False})
    yield "individual Digits", "xlm-roberta", split(METASPACE, {"type": "Digits", "individual_digits": True})
    yield "CharDelimiterSplit", "xlm-roberta", {"pre_tokenizer": {"type": "CharDelimiterSplit", "delimiter": "."}}
    yield "added tokens", "xlm-roberta", {"more_added_tokens": added}
    yield "prefix space", "roberta", {"pre_tokenizer": level(add_prefix_space=True), "post_processor": roberta()}
    yield "untrimmed", "roberta", {"post_processor": roberta(trim_offsets=False)}
    yield "like ModernBERT", "roberta", {"normalizer": {"type": "NFC"}, "post_processor": {"type": "Sequence", "processors": [level(), template]}}
    yield "Split, ByteLevel", "roberta", split(pattern("Isolated", gpt), level(use_regex=False))
    yield "ByteLevel normalizer", "roberta", {"normalizer": {"type": "ByteLevel"}, "pre_tokenizer": None, "post_processor": None}
    yield "characters, suffix, fused unknown", "roberta", byte_pair(merges, end_of_word_suffix="</w>", fuse_unk=True)
    yield "characters, unknown one by one", "roberta", byte_pair(merges)
    yield "characters, bytes", "roberta", byte_pair(merges[:3], byte_fallback=True)
    yield "characters, prefix", "roberta", byte_pair([("t", "##h"), ("th", "##e"), ("##i", "##n"), ("##in", "##g")], continuing_subword_prefix="##")
    yield "characters, whole words first", "roberta", byte_pair(merges, ignore_merges=True)
    yield "words", "roberta", {**byte_pair(merges), "model": {"type": "WordLevel", "vocab": {"<unk>": 0, "the": 1, "thing": 2}, "unk_token": "<unk>"}}


def utf16(text, offsets):
    sums = [0]
    for character in text:
        sums.append(sums[-1] + (2 if ord(character) > 0xFFFF else 1))
    return [sums[position] for pair in offsets for position in pair]


def row(tokenizer, text):
    encoding = tokenizer.encode(text)
    return {"ids": encoding.ids, "offsets": utf16(text, encoding.offsets)}


def main():
    bases = {name: json.loads(((GOLDEN / name / "tokenizer.json") if name != "bert-minilm" else MINILM).read_text())
             for name in ("bert-minilm", "xlm-roberta", "roberta", "camembert")}
    texts = chosen_texts()
    cases, decoded = [], []
    for name, base, changes in pipelines(bases["xlm-roberta"]["normalizer"], bases["xlm-roberta"]["post_processor"]):
        more = changes.get("more_added_tokens", [])
        content = {**bases[base], **{key: value for key, value in changes.items() if key != "more_added_tokens"}, "truncation": None, "padding": None}
        content["added_tokens"] = [*content["added_tokens"], *more]
        tokenizer = Tokenizer.from_str(json.dumps(content))
        uses_map = json.dumps(changes).replace(json.dumps(bases["xlm-roberta"]["normalizer"]), '"the base\'s normalizer"')
        cases.append({"name": name, "base": base, "changes": json.loads(uses_map), "rows": [row(tokenizer, text) for text in texts]})
    for name, content in bases.items():
        tokenizer = Tokenizer.from_str(json.dumps({**content, "truncation": None, "padding": None}))
        rows = [[tokenizer.decode(tokenizer.encode(text).ids, skip_special_tokens=skip) for skip in (False, True)] for text in texts]
        decoded.append({"base": name, "rows": rows})
    made_by = f"generated by scripts/make_pipeline_goldens.py with tokenizers {tokenizers.__version__}, python {platform.python_version()}"
    lines = lambda items: "[\n" + ",\n".join(json.dumps(item, ensure_ascii=False, separators=(",", ":")) for item in items) + "\n]"
    body = f'{{\n"generated_by": {json.dumps(made_by)},\n"texts": {lines(texts)},\n"cases": {lines(cases)},\n"decoded": {lines(decoded)}\n}}\n'
    (GOLDEN / "pipelines.json").write_text(body, encoding="utf-8")


main()
