"""The frozen models around the UNet, read from the folders in which their authors publish them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor
from torch.nn import functional as F
from transformers import AutoTokenizer, ClapTextModelWithProjection, PreTrainedTokenizerBase, SpeechT5HifiGan, T5EncoderModel

from refoley_training import audio
from refoley_training.realdm.config import SECONDS, TEXT_TOKENS
from refoley_training.train.common import device

LENGTH = int(SECONDS * audio.SAMPLE_RATE)
PEAK = 0.5  # as AudioLDM was trained


def waveform(path: Path) -> np.ndarray:
    """A clip as AudioLDM hears it: mono, 16 kHz, without offset, peak 0.5, cut or padded to 10.24 s. [163840]"""
    return heard(audio.resample(*audio.read_mono(path, max_seconds=SECONDS + 1), audio.SAMPLE_RATE))


def heard(samples: np.ndarray) -> np.ndarray:
    """The same of samples at 16 kHz, [n] -> [163840]; `filterBanks` of src/core/pipeline/models/reAudioldm.ts."""
    samples = samples[:LENGTH]
    samples = samples - samples.mean() if len(samples) else samples
    samples = samples / max(float(np.abs(samples).max(initial=0.0)), 1e-8) * PEAK
    return np.pad(samples, (0, LENGTH - len(samples))).astype("float32")


class Text:
    """A tokenizer and its model."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, model: torch.nn.Module):
        self.tokenizer = tokenizer
        self.model = model.eval().requires_grad_(False).to(device())

    def tokens(self, texts: list[str], limit: int) -> dict[str, Tensor]:
        encoded = self.tokenizer(texts, padding=True, truncation=True, max_length=limit, return_tensors="pt")
        return {name: encoded[name].to(device()) for name in ("input_ids", "attention_mask")}


class Clap(Text):
    @classmethod
    def of(cls, audioldm: Path) -> "Clap":
        model = ClapTextModelWithProjection.from_pretrained(audioldm / "text_encoder", use_safetensors=True)
        return cls(AutoTokenizer.from_pretrained(audioldm / "tokenizer"), model)

    @torch.no_grad()
    def embed(self, texts: list[str]) -> Tensor:
        """Unit vectors [n, 512], as AudioLDM is conditioned."""
        return F.normalize(self.model(**self.tokens(texts, 512)).text_embeds, dim=-1).float()


class T5(Text):
    @classmethod
    def of(cls, folder: Path) -> "T5":
        return cls(AutoTokenizer.from_pretrained(folder), T5EncoderModel.from_pretrained(folder, use_safetensors=True))

    @torch.no_grad()
    def states(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """Token states [n, 50, width], zero beyond each text, and the number of its tokens [n]."""
        tokens = self.tokens(texts, TEXT_TOKENS)
        mask = tokens["attention_mask"]
        states = self.model(**tokens).last_hidden_state.float() * mask[..., None]
        return F.pad(states, (0, 0, 0, TEXT_TOKENS - states.shape[1])), mask.sum(1)


@dataclass(frozen=True)
class Codec:
    """AudioLDM's VAE and vocoder."""

    vae: AutoencoderKL
    vocoder: SpeechT5HifiGan

    @classmethod
    def of(cls, audioldm: Path) -> "Codec":
        vae = AutoencoderKL.from_pretrained(audioldm, subfolder="vae", use_safetensors=True)
        vocoder = SpeechT5HifiGan.from_pretrained(audioldm / "vocoder", use_safetensors=True)
        return cls(*(model.eval().requires_grad_(False).to(device()) for model in (vae, vocoder)))

    @torch.no_grad()
    def encode(self, waves: Tensor) -> Tensor:
        """[B, 163840] -> the posterior's mean, scaled to latents of about unit variance, [B, 8, 256, 16]."""
        posterior = self.vae.encode(audio.log_mel(waves.to(device()))[:, None]).latent_dist
        return posterior.mode() * self.vae.config.scaling_factor

    @torch.no_grad()
    def decode(self, latents: Tensor) -> np.ndarray:
        """[B, 8, T, 16] -> [B, 640 T]"""
        log_mel = self.vae.decode(latents.to(device()) / self.vae.config.scaling_factor).sample
        return self.vocoder(log_mel[:, 0]).cpu().numpy()
