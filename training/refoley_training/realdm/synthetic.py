"""Stand-ins in the published layouts: models with random weights and clips of noise, so that everything but quality can be tried."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import nn
from transformers import ClapTextConfig, ClapTextModelWithProjection, PreTrainedTokenizerFast, SpeechT5HifiGan, SpeechT5HifiGanConfig, T5Config, T5EncoderModel


from refoley_training.models.audiomae_vit import AudioMAE
from templates import audioldm

WORDS = "a an the dog barks rain falls on metal roof man speaks while engine idles water splashes door creaks birds chirp wind howls".split()

# The published configurations, and small ones with every kind of layer.
FULL: dict[str, dict[str, Any]] = {
    "unet": audioldm.unet_config(audioldm.CHANNELS["s"]),
    "vae": {**audioldm.VAE, "sample_size": 512, "scaling_factor": 0.9227914214134216},
    "vocoder": audioldm.VOCODER,
    "clap": audioldm.TEXT,
    "t5": {"d_model": 1024, "d_kv": 64, "d_ff": 4096, "num_layers": 24, "num_heads": 16, "vocab_size": 32128},
    "audiomae": {},
}
SMALL: dict[str, dict[str, Any]] = {
    "unet": {
        **audioldm.unet_config((32, 32, 64)), "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 2),
        "up_block_types": (*("CrossAttnUpBlock2D",) * 2, "UpBlock2D"),
    },
    "vae": {**FULL["vae"], "block_out_channels": (32, 32, 64)},
    "vocoder": {**audioldm.VOCODER, "upsample_initial_channel": 64},
    "clap": {**audioldm.TEXT, "vocab_size": 64, "hidden_size": 48, "num_hidden_layers": 2, "intermediate_size": 64},
    "t5": {"d_model": 40, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4, "vocab_size": 64},
    "audiomae": {"width": 24, "depth": 4, "heads": 1},
}  # fmt: skip


def published(folder: Path, configs: dict[str, dict[str, Any]], prepare: Callable[[nn.Module], object] = nn.Module.eval) -> dict[str, Path]:
    """Writes the models of `configs`, after `prepare`; returns the arguments of prepare.main that name them."""
    torch.manual_seed(0)
    ldm, t5, audiomae = folder / "audioldm", folder / "t5", folder / "audiomae.safetensors"
    for path, model in (
        (ldm / "unet", lambda: UNet2DConditionModel(**configs["unet"])),
        (ldm / "vae", lambda: AutoencoderKL(**configs["vae"])),
        (ldm / "vocoder", lambda: SpeechT5HifiGan(SpeechT5HifiGanConfig(**configs["vocoder"]))),
        (ldm / "text_encoder", lambda: ClapTextModelWithProjection(ClapTextConfig(**configs["clap"]))),
        (t5, lambda: T5EncoderModel(T5Config(**configs["t5"]))),
    ):
        made = model()
        prepare(made)
        made.save_pretrained(path)
    mae = AudioMAE(**configs["audiomae"])
    prepare(mae)
    save_file(mae.state_dict(), audiomae)
    tokenizer().save_pretrained(ldm / "tokenizer")
    tokenizer().save_pretrained(t5)
    return {"audioldm": ldm, "t5": t5, "audiomae": audiomae}


def tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = {word: index for index, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *WORDS])}
    words = Tokenizer(models.WordLevel(vocabulary, "<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return PreTrainedTokenizerFast(tokenizer_object=words, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>")


def audiocaps(folder: Path, counts: dict[str, int], seconds: float = 10.0) -> dict[str, Path]:
    """CSV files and clips of coloured noise; returns the arguments of audiocaps.read that name them."""
    rng, number = np.random.default_rng(0), 0
    (folder / "sounds").mkdir(parents=True, exist_ok=True)
    for split, count in counts.items():
        with (folder / f"{split}.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["audiocap_id", "youtube_id", "start_time", "caption"])
            for clip in range(count):
                name = f"{split}{clip:03d}xxx"
                for _ in range(1 if split == "train" else 5):
                    writer.writerow([number := number + 1, name, 30, " ".join(rng.choice(WORDS, rng.integers(4, 12)))])
                noise = np.cumsum(rng.standard_normal(int(seconds * 32_000)) * rng.random(int(seconds * 32_000)))
                noise -= np.convolve(noise, np.ones(64) / 64, "same")
                soundfile.write(folder / "sounds" / f"{name}_30.wav", noise / np.abs(noise).max() * 0.9, 32_000)
    return {"folder": folder, "sounds": folder / "sounds"}
