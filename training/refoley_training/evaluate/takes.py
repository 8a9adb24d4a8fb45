"""Takes of a list of sounds' captions under one setting, kept on disk so that a table can be extended or resumed."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from refoley_training import audio, diffusion, manifest
from refoley_training.evaluate.judge import Judge
from refoley_training.models import audiomae, minilm
from refoley_training.models.hifigan import Generator
from refoley_training.models.unet import MASKED, UNet
from refoley_training.models.vae import VAE
from refoley_training.prepare import caption_embeddings
from refoley_training.train.clap_tower import sound_embeddings
from refoley_training.train.common import RUNS, Features, autocast, device, load_weights
from refoley_training.train.distill import CANDIDATES, STRIDES, has_few_steps, sample_few, shipped_run
from refoley_training.train.unet import GUIDANCE, LIBRARY_GUIDANCE, STEPS, Conditioning, Dataset, sample

FRAMES = 64  # latent frames: 2.56 s, which holds three quarters of the sounds whole
LENGTH = 4 * FRAMES * audio.HOP
SHIPPED = shipped_run()
SAMPLERS = {"ddim": diffusion.ddim, "dpmpp": diffusion.dpmpp}  # "distilled" is its own loop


@dataclass(frozen=True)
class Setting:
    """One row of a table, by default what the pack does by default. Same rows, same seeds: only what is named here differs."""

    model: str = SHIPPED  # a run's name
    retrieval: str = "both"  # none | audio | text | both
    k: int = 3
    guidance: float = GUIDANCE
    library_guidance: float = LIBRARY_GUIDANCE
    sampler: str = "distilled" if has_few_steps() else "dpmpp"
    steps: int = STRIDES if has_few_steps() else STEPS
    candidates: int = CANDIDATES  # the best of them is the take


# As the paper samples: one take of each caption, guided.
GUIDED = Setting(sampler="dpmpp", steps=STEPS, candidates=1)


class GraphUNet(nn.Module):
    """An exported UNet, called like the one it came from."""

    def __init__(self, path: Path):
        super().__init__()
        self.session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def forward(self, *inputs: Tensor | bool) -> tuple[Tensor, None]:
        sample, timestep, embedding, seconds, audio_tokens, text_tokens, bias, _ = inputs
        missing = minilm.TOKENS - text_tokens.shape[2]  # training cuts what the graph takes masked
        padded = (F.pad(text_tokens, (0, 0, 0, missing)), F.pad(bias, (0, missing), value=MASKED))
        names = [tensor.name for tensor in self.session.get_inputs()]
        values = (sample, timestep, embedding, seconds, audio_tokens, *padded)
        feeds = {name: value.float().cpu().numpy() for name, value in zip(names, values, strict=True)}
        return torch.from_numpy(self.session.run(["prediction"], feeds)[0]), None


class Studio:
    """Everything that makes takes, loaded once."""

    def __init__(self, features: Features, judge: Judge, root: Path = RUNS, cache: Path = manifest.BUILD / "evaluation"):
        self.features, self.judge, self.root, self.cache = features, judge, root, cache
        self.data = Dataset(features)
        self.vae = load_weights(VAE(), "vae", root=root).to(device(), memory_format=torch.channels_last)
        self.vocoder = load_weights(Generator(), "hifigan", root=root).to(device())
        self.models: dict[str, nn.Module] = {}
        cache.mkdir(parents=True, exist_ok=True)

    def unet(self, name: str) -> nn.Module:
        """A run's averaged weights, or (where the name is a file's) an exported graph."""
        if name not in self.models:
            self.models[name] = GraphUNet(Path(name)) if name.endswith(".onnx") else self._trained(name)
        return self.models[name]

    def _trained(self, name: str) -> UNet:
        return load_weights(UNet(), name, root=self.root).to(device(), memory_format=torch.channels_last)

    def version(self, model: str) -> str:
        """What the takes of a model depend on: the steps and the time at which each of its checkpoints was written."""
        files = [Path(model)] if model.endswith(".onnx") else [self.root / model / "last.pt"]
        files += [self.root / name / "last.pt" for name in ("vae", "hifigan", "audiomae", "clap")]
        stamps = [file.stat().st_mtime_ns for file in files]
        return hashlib.sha256(json.dumps(stamps).encode()).hexdigest()[:8]

    def real(self, rows: np.ndarray) -> np.ndarray:
        """The sounds themselves, 2.56 s of each. [n, 40960]."""
        waves = [self.features.wave(row)[:LENGTH] for row in rows]
        return np.stack([np.pad(wave, (0, LENGTH - len(wave))) for wave in waves])

    def reconstruction(self, rows: np.ndarray) -> np.ndarray:
        """The sounds through VAE and vocoder: no generation is better than this."""
        return self.vocode(torch.from_numpy(np.stack([self.data.own.latent(row, FRAMES) for row in rows])))

    def takes(self, setting: Setting, rows: np.ndarray) -> np.ndarray:
        """[n, 40960], of each row the best of its candidates."""
        candidates = np.stack([self._candidate(setting, rows, index) for index in range(setting.candidates)])
        if setting.candidates == 1:
            return candidates[0]
        return candidates[self._best(setting, rows, candidates), np.arange(len(rows))]

    def _best(self, setting: Setting, rows: np.ndarray, candidates: np.ndarray) -> np.ndarray:
        """Which of [candidates, n, 40960] is nearest to prompt and neighbours, by CLAP; as src/core/pipeline/chooseCandidate.ts."""
        aim = caption_embeddings(self.features).numpy()[rows]
        if setting.retrieval in ("audio", "both") and setting.k > 0:
            near = self.data.own.neighbours[rows][:, : setting.k]
            asked, place = np.unique(near, return_inverse=True)
            sounds = sound_embeddings(self.features, asked, self.root).numpy()
            aim = aim + sounds[place.reshape(near.shape)].mean(1)
        fits = [(self.judge.hear(waves).clap * aim).sum(1) for waves in candidates]
        return np.argmax(fits, axis=0)

    def _candidate(self, setting: Setting, rows: np.ndarray, index: int) -> np.ndarray:
        """Noise depends on the index and the place in `rows` alone."""
        one = replace(setting, candidates=1)
        key = json.dumps([asdict(one), index, rows.tolist(), self.version(setting.model)])
        path = self.cache / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.npy"
        if not path.exists():
            noise = torch.randn((len(rows), 8, FRAMES, 16), generator=torch.Generator().manual_seed(index))
            conditioning = self.conditioning(setting, rows)
            latents = self._sample(setting, conditioning, noise)
            np.save(path.with_suffix(".tmp.npy"), (self.vocode(latents) * 32767).clip(-32767, 32767).astype("int16"))
            path.with_suffix(".tmp.npy").rename(path)
        return np.load(path).astype("float32") / 32767

    def _sample(self, setting: Setting, conditioning: Conditioning, noise: Tensor) -> Tensor:
        model = self.unet(setting.model)
        if setting.sampler == "distilled":
            return sample_few(model, conditioning, noise)
        return sample(model, conditioning, noise, setting.guidance, setting.library_guidance, setting.steps, SAMPLERS[setting.sampler])

    def conditioning(self, setting: Setting, rows: np.ndarray) -> Conditioning:
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
