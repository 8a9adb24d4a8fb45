"""Write sounds of a split with their captions, as `refoley evaluate --suite FOLDER/captions.csv` takes them.

One sound a caption, in the order of the suites, and as they hear it: 16 kHz, 2.56 s at most.
"""

import argparse
import csv
from pathlib import Path

import soundfile

from refoley_training import audio
from refoley_training.evaluate.suites import shuffled_rows
from refoley_training.evaluate.takes import LENGTH
from refoley_training.train.common import Features


def export(folder: Path, split: str, limit: int | None) -> None:
    features = Features()
    rows = {features.sounds[row].caption: int(row) for row in reversed(shuffled_rows(features, split))}
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "captions.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", "caption"])
        for caption, row in list(reversed(rows.items()))[:limit]:
            name = f"{features.sounds[row].id}.wav"
            soundfile.write(folder / name, features.wave(row)[:LENGTH], audio.SAMPLE_RATE)
            table.writerow([name, caption])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", default="test")
    parser.add_argument("--limit", type=int, help="captions; all unless given")
    arguments = parser.parse_args()
    export(arguments.out, arguments.split, arguments.limit)
