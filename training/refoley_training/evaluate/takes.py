"""Takes of a list of sounds' captions under one setting, kept on disk so that a table can be extended or resumed."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from refoley_training import audio, diffusion, manifest
from refoley_training.models import audiomae
from refoley_training.models.hifigan import Generator
from refoley_training.models.unet import MASKED, UNet
from refoley_training.models.vae import VAE
from refoley_training.train.common import RUNS, Features, autocast, device, load_weights
from refoley_training.train.unet import RELEASED, Dataset, sample

FRAMES = 64  # latent frames: 2.56 s, which holds three quarters of the sounds whole
LENGTH = 4 * FRAMES * audio.HOP
SAMPLERS = {"ddim": diffusion.ddim, "dpmpp": diffusion.dpmpp}


@dataclass(frozen=True)
class Setting:
    """One row of a table. Same rows, same seeds: only what is named here differs."""

    model: str = RELEASED  # a run's name
    retrieval: str = "both"  # none | audio | text | both
    k: int = 3
    guidance: float = 2.0
    library_guidance: float = 3.0
    sampler: str = "dpmpp"
    steps: int = 15


class Studio:
    """Everything that makes takes, loaded once."""

    def __init__(self, features: Features, root: Path = RUNS, cache: Path = manifest.BUILD / "evaluation"):
        self.features, self.root, self.cache = features, root, cache
        self.data = Dataset(features)
        self.vae = load_weights(VAE(), "vae", root=root).to(device(), memory_format=torch.channels_last)
        self.vocoder = load_weights(Generator(), "hifigan", root=root).to(device())
        self.models: dict[str, UNet] = {}
        cache.mkdir(parents=True, exist_ok=True)

    def unet(self, name: str) -> UNet:
        if name not in self.models:
            self.models[name] = load_weights(UNet(), name, root=self.root).to(device(), memory_format=torch.channels_last)
        return self.models[name]

    def version(self, model: str) -> str:
        """What the takes of a model depend on: the steps and the time at which each of its checkpoints was written."""
        stamps = [(self.root / name / "last.pt").stat().st_mtime_ns for name in (model, "vae", "hifigan", "audiomae", "clap")]
        return hashlib.sha256(json.dumps(stamps).encode()).hexdigest()[:8]

    def real(self, rows: np.ndarray) -> np.ndarray:
        """The sounds themselves, 2.56 s of each. [n, 40960]."""
        waves = [self.features.wave(row)[:LENGTH] for row in rows]
        return np.stack([np.pad(wave, (0, LENGTH - len(wave))) for wave in waves])

    def reconstruction(self, rows: np.ndarray) -> np.ndarray:
        """The sounds through VAE and vocoder: no generation is better than this."""
        return self.vocode(torch.from_numpy(np.stack([self.data.own.latent(row, FRAMES) for row in rows])))

    def takes(self, setting: Setting, rows: np.ndarray) -> np.ndarray:
        """[n, 40960]. Noise depends on the place in `rows` alone."""
        key = json.dumps([asdict(setting), rows.tolist(), self.version(setting.model)])
        path = self.cache / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.npy"
        if not path.exists():
            noise = torch.randn((len(rows), 8, FRAMES, 16), generator=torch.Generator().manual_seed(0))
            conditioning = self.conditioning(setting, rows)
            latents = sample(
                self.unet(setting.model), conditioning, noise, setting.guidance, setting.library_guidance,
                setting.steps, SAMPLERS[setting.sampler],
            )  # fmt: skip
            np.save(path.with_suffix(".tmp.npy"), (self.vocode(latents) * 32767).clip(-32767, 32767).astype("int16"))
            path.with_suffix(".tmp.npy").rename(path)
        return np.load(path).astype("float32") / 32767

    def conditioning(self, setting: Setting, rows: np.ndarray):
        near = self.data.own.neighbours[rows][:, : max(1, setting.k)]
        if setting.retrieval == "none" or setting.k == 0:
            return self.data.captioned(rows, np.full_like(near[:, :1], -1))
        conditioning = self.data.captioned(rows, near)
        if setting.retrieval == "audio":
            conditioning.token_bias[:, :, audiomae.TOKENS :] = MASKED
        if setting.retrieval == "text":
            conditioning.token_bias[:, :, : audiomae.TOKENS] = MASKED
        return conditioning

    @torch.no_grad()
    def vocode(self, latents: Tensor, chunk: int = 16) -> np.ndarray:
        waves = []
        for part in latents.split(chunk):
            with autocast():
                mel = self.vae.decode(part.to(device())).float()
            noise = torch.randn(1, LENGTH, generator=torch.Generator().manual_seed(1)).expand(len(part), -1)
            waves.append(self.vocoder(mel, noise.to(device())).cpu().numpy())
        loud = np.concatenate(waves)
        return loud / np.abs(loud).max(axis=1, keepdims=True).clip(min=1e-6) * audio.PEAK
