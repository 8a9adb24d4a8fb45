"""The whole chain on 32 clips in under three minutes: features, every training loop, export, and a graph that runs.

It proves that the parts fit, not that they sound: a few steps each, tiny widths.
"""

import argparse
import csv
import tempfile
import time
from pathlib import Path

import numpy as np

from refoley_training import augment, export, features, manifest, prepare
from refoley_training.models.unet import UNetConfig
from refoley_training.train import audiomae, clap, clap_tower, distill, hifigan, unet, vae
from refoley_training.train.common import Features, device, load_weights

LIBRARY = manifest.ROOT.parent / "resources" / "library"
TINY = UNetConfig(widths=(64, 64, 64), context=64, embedding=64)


def library_sounds(count: int) -> list[manifest.Sound]:
    """The starter library's first clips as a corpus of their own."""
    with (LIBRARY / "captions.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:count]
    return [
        manifest.Sound(
            id=f"smoke{i}", file=row["file"], source="library", version="", path="", sha256="", seconds=1.0, licence=row["licence"],
            author=row["author"], category="", confidence="A", group=f"g{i}", caption=row["caption"],
            split="validation" if i % 4 == 3 else "train",
        )
        for i, row in enumerate(rows)
    ]  # fmt: skip


def main(folder: Path, count: int = 32) -> Path:
    """Runs every stage under `folder`; returns the folder of the exported pack."""
    start = time.monotonic()
    sounds, runs = library_sounds(count), folder / "runs"
    features.build(sounds, LIBRARY, folder / "features")
    data = Features(folder / "features", sounds)
    np.save(data.folder / "duplicates.npy", np.empty((0, 2), "int32"))
    print(f"features after {time.monotonic() - start:.0f} s")
    autoencoder = vae.train(vae.Config(steps=4, adversarial_from=2, batch=4), data, runs)
    clap.train(clap.Config(steps=20, batch=16), data, runs)
    clap_tower.train(clap_tower.Config(steps=2, batch=8), data, runs)
    audiomae.train(audiomae.Config(steps=3, batch=8), data, runs)
    hifigan.train(hifigan.Config(steps=4, adversarial_from=2, batch=2, frames=16), data, autoencoder.to(device()), runs)
    derived = augment.build(data, folder / "derived", count=6)
    prepare.main(runs, data, derived, candidates=12)
    unet.train(unet.Config(steps=4, batch=8), data, derived, TINY, runs, unet.RELEASED)
    few = distill.Config(steps=2, paths=8, batch=8, frames=16)
    distill.train(few, data, derived, TINY, runs, folder=folder / "paths")
    print(f"trained after {time.monotonic() - start:.0f} s")
    rows = data.rows("validation")
    sounds = clap_tower.sound_embeddings(data, rows, runs)
    statistics = clap.similarity_statistics(load_weights(clap.CLAP(), "clap", root=runs), data, rows, sounds)
    export.export(folder / "pack", statistics, TINY, runs, name="smoke", description="a few steps on 32 clips: noise")
    print(f"exported after {time.monotonic() - start:.0f} s")
    return folder / "pack"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=None)
    arguments = parser.parse_args()
    main(arguments.folder or Path(tempfile.mkdtemp(prefix="refoley-smoke-")))
