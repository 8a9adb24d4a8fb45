"""A checkpoint in diffusers' layout with random weights, and what diffusers makes with it: `python -m templates.checkpoint FOLDER`.

Beside the pipeline's folders lies `cases.safetensors`: the inputs and outputs of every part (`<part>/<name>`) and of ten steps of DDIM with
guidance (`loop/...`). With `--half` the files hold fp16, and torch computes in fp32 with what that leaves of the weights.
"""

import argparse
import json
from pathlib import Path

import torch
from diffusers import AudioLDMPipeline, AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import ClapTextConfig, ClapTextModelWithProjection, RobertaTokenizerFast, SpeechT5HifiGan, SpeechT5HifiGanConfig
from transformers.convert_slow_tokenizer import bytes_to_unicode

from templates import audioldm

STEPS = 10
GUIDANCE = 2.5
SECONDS = 2.56
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
# As scripts/convert_original_audioldm_to_diffusers.py sets it for the published checkpoints.
SCHEDULER = {
    "num_train_timesteps": 1000, "beta_start": 0.0015, "beta_end": 0.0195, "beta_schedule": "scaled_linear",
    "steps_offset": 1, "clip_sample": False, "set_alpha_to_one": False, "prediction_type": "epsilon",
}  # fmt: skip


@torch.no_grad()
def randomise(model: nn.Module, half: bool) -> None:
    """Noise at a scale that keeps values near 1 from layer to layer; norms near 1, biases near 0."""
    generator = torch.Generator().manual_seed(1)
    transposed = {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, nn.ConvTranspose1d)}
    for name, weight in model.named_parameters():
        noise = torch.randn(weight.shape, generator=generator)
        if name in transposed:
            # Of [in, out, width], each sample of the output is made of all channels and of width / stride of the kernel: about two.
            weight.copy_(noise / (2 * weight.shape[0]) ** 0.5)
        elif weight.ndim > 1:
            weight.copy_(noise / weight[0].numel() ** 0.5)
        else:
            weight.copy_(0.1 * noise + (1 if "norm" in name.lower() and name.endswith("weight") else 0))
        if half:
            weight.copy_(weight.half())


def tokenizer(folder: Path, size: int) -> RobertaTokenizerFast:
    """RoBERTa's scheme with no merges: every byte is a token."""
    words = [*SPECIAL, *bytes_to_unicode().values()]
    words += [f"word{index}" for index in range(len(words), size - 1)] + ["<mask>"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({word: index for index, word in enumerate(words[:size])}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return RobertaTokenizerFast(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=512)


def pipeline(size: str, half: bool, scratch: Path) -> AudioLDMPipeline:
    models = {
        "unet": UNet2DConditionModel(**audioldm.unet_config(audioldm.CHANNELS[size])),
        "vae": AutoencoderKL(**audioldm.VAE, scaling_factor=0.9227914214134216),
        "text_encoder": ClapTextModelWithProjection._from_config(ClapTextConfig(**audioldm.TEXT), attn_implementation="eager"),
        "vocoder": SpeechT5HifiGan(SpeechT5HifiGanConfig(**audioldm.VOCODER, sampling_rate=16000)),
    }
    for model in models.values():
        randomise(model.eval(), half)
    words = tokenizer(scratch, audioldm.TEXT["vocab_size"])
    return AudioLDMPipeline(**models, tokenizer=words, scheduler=DDIMScheduler(**SCHEDULER))


@torch.no_grad()
def cases(pipe: AudioLDMPipeline) -> dict[str, Tensor]:
    """Every part on inputs of another length than its template was traced with, and the loop, from text to waveform."""
    generator = torch.Generator().manual_seed(2)
    steps: list[Tensor] = []
    latents = torch.randn(1, 8, int(25 * SECONDS), 16, generator=generator)
    tokens = pipe.tokenizer(["heavy rain", ""], padding="max_length", max_length=24, return_tensors="pt")
    embedding = pipe.text_encoder(**tokens).text_embeds
    text = nn.functional.normalize(embedding, dim=-1)
    timestep = torch.tensor([741.0, 741.0])
    prediction = pipe.unet(latents.repeat(2, 1, 1, 1), timestep, None, class_labels=text).sample
    log_mel = pipe.vae.decode(latents).sample
    loop = pipe(
        prompt_embeds=text[:1], negative_prompt_embeds=text[1:], audio_length_in_s=SECONDS, num_inference_steps=STEPS,
        guidance_scale=GUIDANCE, latents=latents, callback=lambda *step: steps.append(step[2]),
    )  # fmt: skip
    return {
        "textEncoder/input_ids": tokens.input_ids, "textEncoder/attention_mask": tokens.attention_mask, "textEncoder/embedding": embedding,
        "unet/sample": latents.repeat(2, 1, 1, 1), "unet/timestep": timestep, "unet/text_embedding": text, "unet/prediction": prediction,
        "vaeDecoder/latent": latents, "vaeDecoder/log_mel": log_mel,
        "vaeEncoder/log_mel": log_mel, "vaeEncoder/moments": pipe.vae.quant_conv(pipe.vae.encoder(log_mel)),
        "vocoder/log_mel": log_mel[:, 0], "vocoder/waveform": pipe.vocoder(log_mel[:, 0]),
        "loop/latents": latents, "loop/timesteps": pipe.scheduler.timesteps.float(),
        "loop/coefficients": coefficients(pipe.scheduler), "loop/guidance": torch.tensor([GUIDANCE]),
        "loop/scaling": torch.tensor([pipe.vae.config.scaling_factor]), "loop/denoised": steps[-1],
        "loop/waveform": torch.from_numpy(loop.audios),
    }  # fmt: skip


def coefficients(scheduler: DDIMScheduler) -> Tensor:
    """[steps, 2]: a step of DDIM adds up so much of the sample and so much of the predicted noise."""
    one = torch.ones(1)
    zero = torch.zeros(1)
    times = scheduler.timesteps
    return torch.stack([
        torch.cat([scheduler.step(zero, time, one).prev_sample, scheduler.step(one, time, zero).prev_sample]) for time in times
    ])  # fmt: skip


def write(folder: Path, size: str, half: bool) -> None:
    pipe = pipeline(size, half, folder / "tokenizer")
    pipe.set_progress_bar_config(disable=True)
    made = cases(pipe)
    (pipe.to(dtype=torch.float16) if half else pipe).save_pretrained(folder)
    save_file({name: tensor.clone() for name, tensor in made.items()}, folder / "cases.safetensors")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=audioldm.CHANNELS, default="s")
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    write(options.folder, options.size, options.half)
