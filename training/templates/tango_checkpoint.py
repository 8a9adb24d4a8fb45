"""Tango as the app takes it, with random weights, and what diffusers makes with it: `python -m templates.tango_checkpoint FOLDER`.

`cases.safetensors` holds the inputs and outputs of every part and of ten steps of DDIM with guidance, as that of `templates.checkpoint`
does. One part is in memory at a time.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig, T5Config, T5EncoderModel

from templates import audioldm, t5, tango
from templates.checkpoint import SECONDS, STEPS, coefficients, randomise

GUIDANCE = 3.0
WORDS = 9
SCALE = 0.9227914214134216
UNET = tango.unet_config((320, 640, 1280, 1280), (5, 10, 20, 20), 1024)


@torch.no_grad()
def write(folder: Path, half: bool) -> None:
    generator = torch.Generator().manual_seed(2)
    cases: dict[str, Tensor] = {}

    def keep(name: str, model: nn.Module) -> None:
        (model.half() if half else model).save_pretrained(folder / name)

    # The prompt, and a text of one word to keep away from.
    ids = torch.randint(3, 32_000, (2, WORDS), generator=generator)
    mask = (torch.arange(WORDS) < torch.tensor([[WORDS], [1]])).long()
    encoder = made(T5EncoderModel._from_config(T5Config(**t5.SIZES["flan-large"]), attn_implementation="eager"), half)
    states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
    cases |= {"textEncoder/input_ids": ids, "textEncoder/attention_mask": mask, "textEncoder/states": states}
    keep("text_encoder", encoder)
    del encoder

    unet = made(UNet2DConditionModel(**UNET), half)
    latents = torch.randn(1, 8, int(25 * SECONDS), 16, generator=generator)
    both, timestep = latents.repeat(2, 1, 1, 1), torch.tensor([741.0, 741.0])
    prediction = unet(both, timestep, states, encoder_attention_mask=mask == 1).sample
    cases |= {"unet/sample": both, "unet/timestep": timestep, "unet/text_states": states, "unet/text_mask": mask}
    cases["unet/prediction"] = prediction
    scheduler = DDIMScheduler(**{key: value for key, value in tango.SCHEDULER.items() if key != "_class_name"})
    scheduler.set_timesteps(STEPS)
    cases |= {
        "loop/latents": latents, "loop/timesteps": scheduler.timesteps.float(), "loop/coefficients": coefficients(scheduler),
        "loop/guidance": torch.tensor([GUIDANCE]), "loop/scaling": torch.tensor([SCALE]),
    }  # fmt: skip
    denoised = latents
    for time in scheduler.timesteps:
        towards, away = unet(denoised.repeat(2, 1, 1, 1), time, states, encoder_attention_mask=mask == 1).sample.chunk(2)
        denoised = scheduler.step(away + GUIDANCE * (towards - away), time, denoised).prev_sample
    cases["loop/denoised"] = denoised
    keep("unet", unet)
    del unet

    vae = made(AutoencoderKL(**audioldm.VAE, scaling_factor=SCALE), half)
    vocoder = made(SpeechT5HifiGan(SpeechT5HifiGanConfig(**audioldm.VOCODER, sampling_rate=16000)), half)
    log_mel = vae.decode(latents).sample
    cases |= {
        "vaeDecoder/latent": latents, "vaeDecoder/log_mel": log_mel,
        "vaeEncoder/log_mel": log_mel, "vaeEncoder/moments": vae.quant_conv(vae.encoder(log_mel)),
        "vocoder/log_mel": log_mel[:, 0], "vocoder/waveform": vocoder(log_mel[:, 0]),
        "loop/waveform": vocoder(vae.decode(denoised / SCALE).sample[:, 0]),
    }  # fmt: skip
    keep("vae", vae)
    keep("vocoder", vocoder)
    save_file({name: tensor.contiguous().clone() for name, tensor in cases.items()}, folder / "cases.safetensors")


def made(model: Any, half: bool) -> Any:
    randomise(model.eval(), half)
    return model


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    write(options.folder, options.half)
