"""A take with two neighbours as `evaluate` makes it, and what lies between: what the app is compared with.

  python -m refoley_training.realdm.reference FOLDER --size s     an export with random weights, and the take in `cases.safetensors`
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from templates.folder import randomise
from torch import Tensor, nn

from refoley_training import audio
from refoley_training.goldens.dsp import probe_signal
from refoley_training.models import audiomae_vit
from refoley_training.models.unet import MASKED
from refoley_training.noise import gaussian_noise
from refoley_training.realdm import export, public, synthetic
from refoley_training.realdm.config import LATENT, SIZES, TEXT_TOKENS, TOKENS
from refoley_training.realdm.encoders import T5, Clap, Codec, heard
from refoley_training.realdm.evaluate import Setting, denoise
from refoley_training.realdm.model import ReAudioLDM
from refoley_training.train.unet import Conditioning

PROMPT = "a wooden door"
SEED = 5
SECONDS = 2.56
# Strong, for words and sounds weigh little in models that have learnt nothing.
SETTING = Setting(steps=10, guidance=6.0, library_guidance=4.0)
# Caption, seconds of the probe signal, weight.
NEIGHBOURS = (("a wooden gate", 3.1, 2.0), ("wind", 0.7, 1.0))


def settings(seconds: float) -> dict[str, Any]:
    """The same as the app is asked for it."""
    guidance = {"guidance": SETTING.guidance, "libraryGuidance": SETTING.library_guidance}
    return {"prompt": PROMPT, "seed": SEED, "steps": SETTING.steps, "sampler": "ddim", "duration": seconds, **guidance}


@torch.no_grad()
def take(model: ReAudioLDM, codec: Codec, clap: Clap, words: T5, mae: nn.Module, seconds: float = SECONDS) -> dict[str, Tensor]:
    """What the UNet is told, its first prediction with all of that, what each neighbour received, and the way to the waveform."""
    captions, lengths, weights = zip(*NEIGHBOURS)
    waves = [torch.from_numpy(heard(probe_signal(audio.SAMPLE_RATE, length))) for length in lengths]
    states, counts = words.states(list(captions))
    bias = torch.tensor(weights).log()[:, None].repeat(1, TOKENS)
    bias[:, audiomae_vit.TOKENS :][torch.arange(TEXT_TOKENS) >= counts[:, None]] = MASKED
    sounds = mae(torch.stack([audio.kaldi_fbank(wave, audiomae_vit.FRAMES) for wave in waves]))
    told = Conditioning(clap.embed([PROMPT]), torch.zeros(1), sounds[None], states[None], bias[None])

    predictions: list[Tensor] = []
    shares: list[Tensor] = []

    def predict(model: nn.Module, noised: Tensor, timestep: Tensor, c: Conditioning) -> Tensor:
        epsilon, influence = model(noised, timestep, c.text_embedding, c.audio_tokens, c.text_tokens, c.token_bias)
        if c.token_bias.shape[1] == len(NEIGHBOURS):
            predictions.append(epsilon)
            shares.append(influence)
        return epsilon

    shape = (1, LATENT[0], int(seconds * 25), LATENT[2])
    noise = torch.from_numpy(gaussian_noise(SEED, shape[1] * shape[2] * shape[3])).reshape(shape)
    latent = denoise(model, told, noise, SETTING, predict)
    influence = torch.stack(shares).sum(0)
    log_mel = codec.vae.decode(latent / codec.vae.config.scaling_factor).sample
    # The sound that a take may begin from, as the app hears it.
    begun = torch.from_numpy(audio.condition(probe_signal(audio.SAMPLE_RATE, lengths[0]), audio.SAMPLE_RATE))[None, : int(seconds * audio.SAMPLE_RATE)]
    return {
        "text_embedding": told.text_embedding, "audio_tokens": told.audio_tokens, "text_tokens": told.text_tokens,
        "prediction": predictions[0], "influence": influence / influence.sum(), "latent": latent, "log_mel": log_mel,
        "waveform": codec.vocoder(log_mel[:, 0])[:, : int(seconds * audio.SAMPLE_RATE)], "encoded": codec.encode(begun),
    }  # fmt: skip


def write(folder: Path, size: str) -> None:
    """With the published sizes of all models."""
    models = folder / "published"
    given = synthetic.published(models, synthetic.FULL, randomise)
    model = ReAudioLDM(SIZES[size]).eval()
    randomise(model)
    export.export(model, folder, **given)
    made = take(model, Codec.of(given["audioldm"]), Clap.of(given["audioldm"]), T5.of(given["t5"]), public.load_audiomae(given["audiomae"]).eval())
    save_file({name: value.contiguous() for name, value in made.items()}, folder / "cases.safetensors")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="takes 7 GB")
    parser.add_argument("--size", choices=SIZES, default="s")
    given = parser.parse_args()
    write(given.folder, given.size)
