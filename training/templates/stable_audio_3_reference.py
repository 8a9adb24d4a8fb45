"""Stable Audio 3 as its authors run it: github.com/Stability-AI/stable-audio-3 (MIT), not a part of this repository.

STABLE_AUDIO_3 names the folder of a checkout; it needs einops.
"""

import os
import sys
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor, nn

from refoley_training.goldens.graphs import wave
from refoley_training.goldens.weights import weight
from refoley_training.noise import gaussian_noise
from templates.stable_audio_3 import TOKENS

# Seconds, of all the published models.
LONGEST = 384


def load() -> None:
    """Makes `stable_audio_3` importable. It imports torchaudio for resampling, which nothing here does."""
    folder = os.environ.get("STABLE_AUDIO_3")
    if not folder:
        raise SystemExit("STABLE_AUDIO_3 has to name a checkout of github.com/Stability-AI/stable-audio-3")
    if folder in sys.path:
        return
    torchaudio, transforms = ModuleType("torchaudio"), ModuleType("torchaudio.transforms")
    torchaudio.transforms, transforms.Resample = transforms, None  # type: ignore[attr-defined]
    sys.modules |= {"torchaudio": torchaudio, "torchaudio.transforms": transforms}
    sys.path.insert(0, folder)


def model(config: dict[str, Any]) -> nn.Module:
    """
    All but the text encoder, which its own class would download.

    config: what model_config.json says of the graphs. The decoder adds no noise, so that two runs agree.
    """
    load()
    from stable_audio_3.factory import create_pretransform_from_config  # type: ignore[import-not-found]
    from stable_audio_3.models.conditioners import Conditioner, MultiConditioner, NumberConditioner  # type: ignore[import-not-found]
    from stable_audio_3.models.diffusion import ConditionedDiffusionModelWrapper, DiTWrapper  # type: ignore[import-not-found]

    body, diffusion = config["model"], config["model"]["diffusion"]
    width = diffusion["config"]["cond_token_dim"]
    conditioners = {
        "prompt": Conditioner(width, width, padding_mode="learned"),
        "seconds_total": NumberConditioner(width, 0, LONGEST, fourier_features_type="expo"),
    }
    pretransform = create_pretransform_from_config(body, config["sample_rate"])
    return ConditionedDiffusionModelWrapper(
        DiTWrapper(diffusion_objective="rf_denoiser", **diffusion["config"]),
        MultiConditioner(conditioners), pretransform=pretransform, sample_rate=config["sample_rate"],
        io_channels=diffusion["config"]["io_channels"], min_input_length=pretransform.downsampling_ratio,
        diffusion_objective="rf_denoiser", cross_attn_cond_ids=diffusion["cross_attention_cond_ids"],
        global_cond_ids=diffusion["global_cond_ids"], local_add_cond_ids=diffusion["local_add_cond_ids"],
    ).eval()  # fmt: skip


def conditioned(reference: nn.Module, states: Tensor, mask: Tensor, seconds: list[float], local: Tensor) -> dict[str, Any]:
    """What the reference's pipeline gives its model: text states [batch, tokens, dim] with their mask [batch, tokens], lengths in
    seconds, local [batch, 1 + latent channels, frames], the mask first."""
    prompt, length = reference.conditioner.conditioners["prompt"], reference.conditioner.conditioners["seconds_total"]
    return {
        "prompt": [prompt.apply_padding(states, mask), mask], "seconds_total": length(seconds, "cpu"),
        "inpaint_mask": [local[:, :1]], "inpaint_masked_input": [local[:, 1:]],
    }  # fmt: skip


def velocity(reference: nn.Module, inputs: dict[str, Tensor]) -> Tensor:
    """One step of the transformer, from the inputs of the parts conditioner and dit."""
    tensors = conditioned(reference, inputs["states"], inputs["attention_mask"].bool(), (LONGEST * inputs["length"]).tolist(), inputs["local"])
    cond = reference.get_conditioning_inputs(tensors)
    return reference.model(inputs["latent"], inputs["timestep"], padding_mask=inputs["valid"].bool(), **cond)


class Prompt(nn.Module):
    """A text encoder whose prompts are written as the numbers of their tokens."""

    def __init__(self, conditioner: nn.Module, text: nn.Module):
        super().__init__()
        self.__dict__ |= {"text": text, "apply_padding": conditioner.apply_padding}
        self.padding_embedding = conditioner.padding_embedding

    def forward(self, prompts: list[str], device: str) -> tuple[Tensor, Tensor]:
        ids = torch.zeros(len(prompts), TOKENS, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, prompt in enumerate(prompts):
            tokens = [int(word) for word in prompt.split()]
            ids[row, : len(tokens)], mask[row, : len(tokens)] = torch.tensor(tokens), 1
        return self.apply_padding(self.text(input_ids=ids, attention_mask=mask).last_hidden_state, mask), mask.bool()


def speak(reference: nn.Module, text: nn.Module) -> None:
    """Gives the model its text encoder."""
    reference.conditioner.conditioners["prompt"] = Prompt(reference.conditioner.conditioners["prompt"], text)


def take(reference: nn.Module, config: dict[str, Any], prompt: list[int], request: dict[str, Any], seed: int) -> Tensor:
    """
    Waveform [1, channels, samples] by the reference's own `generate`.

    request: seconds, steps, sampler; where there is guidance "guidance", "projected" and "negative"; "start" to begin with a sound at
    that level of noise; "parts" in seconds to be made within a sound. Noise comes from numbered seeds, the first for the beginning and
    one more for each step.
    """
    from stable_audio_3.model import StableAudioModel  # type: ignore[import-not-found]

    seeds = iter(range(seed, seed + 100))
    rate = config["sample_rate"]

    def noise(shape: Any, **_: Any) -> Tensor:
        return torch.from_numpy(gaussian_noise(next(seeds), int(np.prod(tuple(shape))))).reshape(tuple(shape))

    def sound(seconds: float) -> tuple[int, Tensor]:
        return rate, wave((2, int(seconds * rate)), 0.5, 0.0)

    starts, ends = zip(*request.get("parts", [(None, None)]))
    words = [" ".join(map(str, tokens)) for tokens in (prompt, request.get("negative", []))]
    with patch("torch.randn", noise), patch("torch.randn_like", lambda x: noise(x.shape)):
        return StableAudioModel(reference, config, "cpu", False).generate(
            prompt=words[0], negative_prompt=words[1] if "negative" in request else None, duration=request["seconds"],
            steps=request["steps"], sampler_type=request["sampler"], cfg_scale=request.get("guidance", 1.0),
            apg_scale=request.get("projected", 1.0), seed=seed, disable_tqdm=True,
            init_audio=sound(1.2) if "start" in request else None, init_noise_level=request.get("start", 1.0),
            inpaint_audio=sound(2.5) if "parts" in request else None,
            inpaint_mask_start_seconds=list(starts) if "parts" in request else None,
            inpaint_mask_end_seconds=list(ends) if "parts" in request else None,
        )  # fmt: skip


@torch.no_grad()
def fill(module: nn.Module, prefix: str = "") -> None:
    """Gives every weight the noise of its name. Positions, which are buffers, stay."""
    for name, value in module.named_parameters():
        value.copy_(weight(prefix + name, tuple(value.shape)))
