"""Draw docs/contact-sheet.png: log-mels of 12 test captions, real, reconstructed, with retrieval and without, same seeds.

Prints, over a larger part of the test split, how close each row comes to the caption (CLAP) and to the real sound
(cosine of aiSFX embeddings less their mean). Neighbours come from the training split.
"""

import argparse
from pathlib import Path

import matplotlib
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from refoley_training import audio, manifest
from refoley_training.models import aisfx
from refoley_training.models.clap import CLAP
from refoley_training.models.hifigan import Generator
from refoley_training.models.unet import UNet
from refoley_training.models.vae import VAE
from refoley_training.prepare import caption_embeddings
from refoley_training.train.common import Features, load_weights
from refoley_training.train.unet import RELEASED, Dataset, sample

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

FRAMES = 64  # latent frames: 2.56 s
GUIDANCE, LIBRARY_GUIDANCE = 2.0, 3.0


class Listener:
    """Judges waveforms: CLAP audio embedding and the frozen tower's own."""

    def __init__(self) -> None:
        self.tower = aisfx.load()
        self.clap = load_weights(CLAP(), "clap")

    @torch.no_grad()
    def hear(self, wave: np.ndarray) -> tuple[Tensor, Tensor]:
        """16 kHz wave [n] -> CLAP embedding [512] of unit length, aiSFX embedding [512]."""
        wave = audio.condition(wave, audio.SAMPLE_RATE)
        raw = self.tower(audio.tower_mel(audio.resample(wave, audio.SAMPLE_RATE, audio.TOWER_RATE))).mean(0)
        return self.clap.audio(raw[None])[0], raw


def pick(features: Features, count: int) -> np.ndarray:
    """Test rows with distinct captions, spread over categories; seeded, not chosen by eye."""
    rows = np.random.default_rng(3).permutation(features.rows("test", "AB"))
    seen: set[str] = set()
    chosen, later = [], []
    for row in rows:
        sound = features.sounds[row]
        kind = sound.category.split("-")[0]
        if sound.caption in seen:
            continue
        (later if kind in seen else chosen).append(row)
        seen |= {sound.caption, kind}
    return np.array([*chosen, *later][:count])


@torch.no_grad()
def make(features: Features, rows: np.ndarray, guidance: float, library_guidance: float) -> dict[str, np.ndarray]:
    """Waveforms [n, 40960] of each row of the sheet."""
    data, vae = Dataset(features), load_weights(VAE(), "vae")
    unet, vocoder = load_weights(UNet(), RELEASED), load_weights(Generator(), "hifigan")
    real = torch.from_numpy(np.stack([data.own.latent(row, FRAMES) for row in rows]))
    noise = torch.randn(real.shape, generator=torch.Generator().manual_seed(0))
    near = data.own.neighbours[rows][:, :3]
    latents = {
        "reconstruction": real,
        "k = 3": sample(unet, data.captioned(rows, near), noise, guidance, library_guidance),
        "no retrieval": sample(unet, data.captioned(rows, np.full_like(near, -1)), noise, guidance, library_guidance),
    }
    length = 4 * FRAMES * audio.HOP
    waves = {"real": np.stack([np.pad(features.wave(r)[:length], (0, max(0, length - len(features.wave(r))))) for r in rows])}
    excitation = torch.randn(1, length, generator=torch.Generator().manual_seed(1))
    for name, latent in latents.items():
        mels = torch.cat([vae.decode(part) for part in latent.split(16)])
        waves[name] = np.concatenate([vocoder(mel[None], excitation).numpy() for mel in mels])
    return waves


def draw(captions: list[str], waves: dict[str, np.ndarray], path: Path) -> None:
    figure, axes = pyplot.subplots(len(waves), len(captions), figsize=(1.55 * len(captions), 1.4 * len(waves)))
    for index, (line, (name, clips)) in enumerate(zip(axes, waves.items())):
        for axis, caption, clip in zip(line, captions, clips):
            clip = clip / max(1e-6, float(np.abs(clip).max())) * audio.PEAK
            mel = audio.log_mel(torch.from_numpy(clip.astype("float32")))
            axis.imshow(mel.T, origin="lower", aspect="auto", vmin=-9, vmax=1, cmap="magma")
            axis.set(xticks=[], yticks=[])
            if index == 0:
                axis.set_title("\n".join(caption[i : i + 20] for i in range(0, min(40, len(caption)), 20)), fontsize=6)
        line[0].set_ylabel(name, fontsize=8)
    figure.tight_layout(pad=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=manifest.ROOT.parent / "docs" / "contact-sheet.png")
    parser.add_argument("--judge", type=int, default=96, help="test captions to measure")
    parser.add_argument("--guidance", type=float, default=GUIDANCE)
    parser.add_argument("--library-guidance", type=float, default=LIBRARY_GUIDANCE)
    arguments = parser.parse_args()
    features = Features()
    rows = pick(features, max(12, arguments.judge))
    waves = make(features, rows, arguments.guidance, arguments.library_guidance)
    draw([features.sounds[row].caption for row in rows[:12]], {name: clips[:12] for name, clips in waves.items()}, arguments.out)
    listener, text = Listener(), caption_embeddings(features)[torch.from_numpy(rows)]
    heard = {name: [listener.hear(clip) for clip in clips] for name, clips in waves.items()}
    # Centred on what real 16 kHz sounds have in common, or every pair would be alike.
    centre = torch.stack([raw for _, raw in heard["real"]]).mean(0)
    alike = {name: F.normalize(torch.stack([raw for _, raw in pairs]) - centre, dim=1) for name, pairs in heard.items()}
    claps = {name: torch.stack([clap for clap, _ in pairs]) for name, pairs in heard.items()}
    alike["real sounds of other captions"], claps["real sounds of other captions"] = alike["real"].roll(1, 0), claps["real"].roll(1, 0)
    print(f"{len(rows)} test captions, guidance {arguments.guidance}, library guidance {arguments.library_guidance}")
    print("| row | CLAP score | likeness to the real sound |\n| --- | --- | --- |")
    for name, clap in claps.items():
        print(f"| {name} | {(clap * text).sum(1).mean():.3f} | {(alike[name] * alike['real']).sum(1).mean():.3f} |")


if __name__ == "__main__":
    main()
