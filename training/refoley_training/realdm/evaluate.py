"""Takes of AudioCaps' test captions by the paper's protocol, and how they score by CLAP.

  python -m refoley_training.realdm.evaluate --size s --audioldm DIR --clap DIR [--k 10] [--retrieval both] [--caption 1]

The first caption of each test clip, 200 steps of DDIM, 10 s at 16 kHz, one file a clip; neighbours from the training split. Beside the
takes lie the real clips in the same form, so that whoever compares two folders (`audioldm_eval` has the paper's FAD, KL and IS) finds
them named alike. A run that was stopped goes on.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
import torch
from diffusers import DDIMScheduler
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

from refoley_training import audio
from refoley_training.evaluate import metrics
from refoley_training.models import audiomae_vit
from refoley_training.models.unet import MASKED
from refoley_training.realdm.config import SCHEDULER, SIZES
from refoley_training.realdm.data import Data
from refoley_training.realdm.encoders import Codec, waveform
from refoley_training.realdm.export import trained
from refoley_training.realdm.prepare import FOLDER
from refoley_training.realdm.train import predict
from refoley_training.train.common import device
from refoley_training.train.unet import Conditioning, guided

SAMPLES = 10 * audio.SAMPLE_RATE


@dataclass(frozen=True)
class Setting:
    """A row of the paper's table. Equal weights are its classifier-free guidance."""

    retrieval: str = "both"  # none | audio | text | both
    k: int = 10
    caption: int = 0  # which of a clip's five
    steps: int = 200
    guidance: float = 2.5
    library_guidance: float = 2.5

    @property
    def name(self) -> str:
        return f"{self.retrieval}-k{self.k}-caption{self.caption + 1}-{self.steps}-{self.guidance:g}-{self.library_guidance:g}"


def condition(data: Data, rows: np.ndarray, setting: Setting) -> Conditioning:
    captions = data.captions(rows, setting.caption)
    told = data.conditioning(captions, data.nearest(captions, 0 if setting.retrieval == "none" else setting.k))
    if setting.retrieval == "audio":
        told.token_bias[:, :, audiomae_vit.TOKENS :] = MASKED
    if setting.retrieval == "text":
        told.token_bias[:, :, : audiomae_vit.TOKENS] = MASKED
    return told


@torch.no_grad()
def denoise(model: nn.Module, told: Conditioning, noise: Tensor, setting: Setting, predict: Callable[..., Tensor] = predict) -> Tensor:
    """Noise to latents, [B, 8, T, 16], by DDIM. `predict` takes the model, what is noised, its timestep and what is told."""
    scheduler = DDIMScheduler(**SCHEDULER)
    scheduler.set_timesteps(setting.steps)
    epsilon = guided(partial(predict, model), told, setting.guidance, setting.library_guidance)
    latent = noise.to(device()) * scheduler.init_noise_sigma
    for timestep in scheduler.timesteps:
        predicted = epsilon(latent, torch.full((len(noise),), float(timestep), device=device()))
        latent = scheduler.step(predicted, int(timestep), latent).prev_sample
    return latent


def sample(model: nn.Module, data: Data, rows: np.ndarray, setting: Setting) -> Tensor:
    """Latents [B, 8, 256, 16]; each clip's noise depends on its row alone."""
    noise = [torch.randn(data.latents.shape[1:], generator=torch.Generator().manual_seed(int(row))) for row in rows]
    return denoise(model, condition(data, rows, setting), torch.stack(noise), setting)


def make(model: nn.Module, codec: Codec, data: Data, rows: np.ndarray, setting: Setting, folder: Path, batch: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{data.clips[row].youtube_id}.wav" for row in rows]
    missing = [place for place, file in enumerate(files) if not file.exists()]
    for start in range(0, len(missing), batch):
        part = missing[start : start + batch]
        for place, wave in zip(part, codec.decode(sample(model, data, rows[part], setting))):
            save(files[place], wave)
        print(f"{start + len(part)} of {len(missing)} takes", flush=True)
    return files


def save(file: Path, wave: np.ndarray) -> None:
    """10 s, peak 0.5 as the clips that it was trained on."""
    wave = wave[:SAMPLES] / max(float(np.abs(wave[:SAMPLES]).max()), 1e-8) * 0.5
    temporary = file.with_suffix(".tmp")
    soundfile.write(temporary, wave, audio.SAMPLE_RATE, format="WAV", subtype="PCM_16")
    temporary.rename(file)


def keep_real(data: Data, rows: np.ndarray, folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{data.clips[row].youtube_id}.wav" for row in rows]
    for row, file in zip(rows, files):
        if not file.exists():
            save(file, waveform(Path(data.clips[row].file)))
    return files


class Listener:
    """LAION-CLAP, as transformers has it."""

    def __init__(self, folder: Path):
        self.model = ClapModel.from_pretrained(folder, use_safetensors=True).eval().to(device())
        self.ears, self.tokenizer = ClapFeatureExtractor.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)

    @torch.no_grad()
    def read(self, texts: list[str]) -> np.ndarray:
        tokens = self.tokenizer(texts, padding=True, return_tensors="pt").to(device())
        found = self.model.get_text_features(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
        return F.normalize(found.pooler_output, dim=-1).cpu().numpy()

    @torch.no_grad()
    def hear(self, files: list[Path]) -> np.ndarray:
        heard = []
        for file in files:
            wave = audio.resample(*audio.read_mono(file), self.ears.sampling_rate)
            inputs = self.ears(wave, sampling_rate=self.ears.sampling_rate, return_tensors="pt")
            found = self.model.get_audio_features(**{name: value.to(device()) for name, value in inputs.items()})
            heard.append(F.normalize(found.pooler_output, dim=-1).cpu().numpy())
        return np.concatenate(heard)

    def scores(self, made: list[Path], real: list[Path], prompts: list[str]) -> dict[str, float]:
        """CLAP score of takes and of the real clips, in percent, and the Frechet distance of their embeddings."""
        takes, clips, texts = self.hear(made), self.hear(real), self.read(prompts)
        return {
            "clips": len(made),
            "CLAP score": 100 * float((takes * texts).sum(1).mean()),
            "CLAP score of the real clips": 100 * float((clips * texts).sum(1).mean()),
            "Frechet distance in CLAP": metrics.frechet(clips, takes),
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--name", help="of the run; re-audioldm-s or -l unless given")
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--audioldm", type=Path, required=True)
    parser.add_argument("--clap", type=Path, required=True, help="laion/clap-htsat-unfused")
    parser.add_argument("--out", type=Path, default=FOLDER / "takes")
    parser.add_argument("--retrieval", choices=["none", "audio", "text", "both"], default=Setting.retrieval)
    parser.add_argument("--k", type=int, default=Setting.k)
    parser.add_argument("--caption", type=int, choices=range(1, 6), default=1)
    parser.add_argument("--steps", type=int, default=Setting.steps)
    parser.add_argument("--guidance", type=float, default=Setting.guidance)
    parser.add_argument("--library-guidance", type=float, default=Setting.library_guidance)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--limit", type=int, help="the first clips only")
    given = parser.parse_args()
    run = given.name or f"re-audioldm-{given.size}"
    setting = Setting(given.retrieval, given.k, given.caption - 1, given.steps, given.guidance, given.library_guidance)
    data = Data(given.data)
    rows = data.rows("test")[: given.limit]
    made = make(trained(SIZES[given.size], run).to(device()), Codec.of(given.audioldm), data, rows, setting, given.out / run / setting.name, given.batch)
    real = keep_real(data, rows, given.out / "real")
    prompts = [data.clips[row].captions[setting.caption] for row in rows]
    print(json.dumps({"run": run, "setting": setting.name, **Listener(given.clap).scores(made, real, prompts)}))
