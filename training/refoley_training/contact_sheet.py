"""Draw docs/contact-sheet.webp: log-mels of 12 test captions, real, reconstructed, with retrieval and without, same seeds.

Prints how close each row comes to the captions and to the real sounds over a larger part of the test split.
Neighbours come from the training split.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
import torch

from refoley_training import audio, manifest
from refoley_training.evaluate import report
from refoley_training.evaluate.judge import Judge
from refoley_training.evaluate.suites import NONE, Bench
from refoley_training.evaluate.takes import Setting, Studio
from refoley_training.train.common import Features

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


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
    parser.add_argument("--out", type=Path, default=manifest.ROOT.parent / "docs" / "contact-sheet.webp")
    parser.add_argument("--judge", type=int, default=64, help="test captions to measure")
    parser.add_argument("--model", default=NONE.model, help="a run of the UNet")
    arguments = parser.parse_args()
    studio = Studio(Features(), Judge())
    rows = pick(studio.features, max(12, arguments.judge))
    setting = Setting(arguments.model)
    waves = {
        "real": studio.real(rows),
        "reconstruction": studio.reconstruction(rows),
        "k = 3": studio.takes(setting, rows),
        "no retrieval": studio.takes(replace(setting, retrieval="none"), rows),
    }
    captions = [studio.features.sounds[row].caption for row in rows[:12]]
    draw(captions, {name: clips[:12] for name, clips in waves.items()}, arguments.out)
    bench = Bench(studio, studio.judge, rows)
    heard = {name: bench.judge.hear(clips) for name, clips in waves.items()}
    heard["real sounds of other captions"] = bench.shuffled()
    print(f"{len(rows)} test captions, {setting}")
    print(report.table([{"what": name, **bench.score(made, interval=False)} for name, made in heard.items()]))


if __name__ == "__main__":
    main()
