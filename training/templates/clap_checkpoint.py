"""A CLAP in transformers' layout with random weights, and what transformers makes with it: `python -m templates.clap_checkpoint FOLDER`.

Beside its files lies `cases.safetensors`: inputs and outputs of both towers (`<part>/<name>`), and a sound whose middle is heard
(`sound/samples`, 48 kHz). What the feature extractor takes of it at random is the middle here.
"""

import argparse
from pathlib import Path
from unittest import mock

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import ClapFeatureExtractor, ClapModel

from templates import clap
from templates.checkpoint import tokenizer

TEXT = "a heavy wooden door slams in a stone hallway"
SECONDS = 12.5


def sound() -> Tensor:
    """A tone that falls and fades under noise."""
    time = torch.arange(int(SECONDS * clap.HEARING["sampling_rate"])) / clap.HEARING["sampling_rate"]
    noise = torch.randn(len(time), generator=torch.Generator().manual_seed(3))
    return 0.3 * torch.exp(-time / 4) * (torch.sin(2 * torch.pi * (900 * time - 20 * time**2)) + 0.2 * noise)


@torch.no_grad()
def write(folder: Path, size: str, half: bool) -> None:
    clap.build(folder, size, torch.float16 if half else torch.float32)
    words = tokenizer(folder, clap.TEXT["vocab_size"])
    words.save_pretrained(folder)
    model = ClapModel.from_pretrained(folder, dtype=torch.float32).eval()
    extract = ClapFeatureExtractor.from_pretrained(folder)
    samples = sound()
    middle_place = mock.patch("numpy.random.randint", lambda low, high: (low + high - 1) // 2)
    middle_part = mock.patch("numpy.random.choice", lambda places: places[len(places) // 2])
    with middle_place, middle_part:
        heard = extract(samples.numpy(), sampling_rate=clap.HEARING["sampling_rate"], return_tensors="pt")
    tokens = words(TEXT, return_tensors="pt")
    text = model.get_text_features(input_ids=tokens.input_ids, attention_mask=tokens.attention_mask).pooler_output
    audio = model.get_audio_features(input_features=heard["input_features"], is_longer=torch.ones(1, 1, dtype=torch.bool)).pooler_output
    cases = {
        "clapText/input_ids": tokens.input_ids, "clapText/attention_mask": tokens.attention_mask, "clapText/embedding": text,
        "clapAudio/input_features": heard["input_features"], "clapAudio/embedding": audio, "sound/samples": samples,
    }  # fmt: skip
    save_file({name: tensor.contiguous().clone() for name, tensor in cases.items()}, folder / "cases.safetensors")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=["unfused", "fused", "larger"], default="unfused")
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    write(options.folder, options.size, options.half)
