"""Stable Audio 3 as its authors run it: github.com/Stability-AI/stable-audio-3 (MIT), not a part of this repository.

STABLE_AUDIO_3 names the folder of a checkout; it needs einops.
"""

import os
import sys
import zlib
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from refoley_training.noise import gaussian_noise

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


def weight(name: str, shape: tuple[int, ...]) -> Tensor:
    """Noise that depends on the name, at a scale that keeps values near 1; gains near 1, biases near 0."""
    noise = gaussian_noise(zlib.crc32(name.encode()), int(np.prod(shape))).reshape(shape)
    if len(shape) > 1:
        return torch.from_numpy(noise * np.float32(1 / np.sqrt(np.prod(shape[1:]))))
    is_gain = name.endswith(("gamma", "alpha", "running_std"))
    return torch.from_numpy(np.float32(0.1) * noise + np.float32(1 if is_gain else 0))


@torch.no_grad()
def fill(module: nn.Module, prefix: str = "") -> None:
    for name, value in module.named_parameters():
        value.copy_(weight(prefix + name, tuple(value.shape)))
