"""AudioCaps (Kim et al. 2019): its three official CSV files joined with a folder of the clips' sounds."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

SPLITS = {"train": 49_838, "val": 495, "test": 975}  # clips of the first release; one caption each in train, five in the others
COLUMNS = {"audiocap_id", "youtube_id", "start_time", "caption"}
EXTENSIONS = {".wav", ".flac", ".ogg", ".mp3"}


@dataclass(frozen=True)
class Clip:
    youtube_id: str
    split: str
    captions: list[str]  # in the file's order: the first is the paper's prompt
    file: str


def read(folder: Path, sounds: Path, partial: bool = False) -> list[Clip]:
    """The clips whose sounds are there, training split first. Says how many are not, for videos vanish.

    folder: train.csv, val.csv and test.csv. sounds: files named by the clip, in any sub-folders.
    Raises ValueError when a file is not what was published; `partial` allows for fewer clips.
    """
    files = {path.stem: path for path in sorted(sounds.rglob("*")) if path.suffix.lower() in EXTENSIONS}
    clips: list[Clip] = []
    seen: dict[str, str] = {}
    for split, published in SPLITS.items():
        rows = _rows(folder / f"{split}.csv")
        if len(rows) != published and not partial:
            raise ValueError(f"{split}.csv lists {len(rows)} clips, the official split has {published}: take the files of AudioCaps 1.0")
        for youtube_id in rows:
            if seen.setdefault(youtube_id, split) != split:
                raise ValueError(f"{youtube_id} is in {seen[youtube_id]}.csv and in {split}.csv: a clip must be in one split")
        found = [clip for clip in (_clip(youtube_id, split, row, files) for youtube_id, row in rows.items()) if clip]
        print(f"{split}: {len(found)} of {len(rows)} clips have their sound")
        clips += found
    return clips


def _rows(path: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each clip, by its video: AudioSet, where they come from, took one clip of a video."""
    with path.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = COLUMNS - set(reader.fieldnames or [])
        if missing:
            raise ValueError(f"{path.name} has no column {', '.join(sorted(missing))}: it is no CSV file of AudioCaps")
        rows: dict[str, list[dict[str, str]]] = {}
        for row in reader:
            rows.setdefault(row["youtube_id"], []).append(row)
    several = [youtube_id for youtube_id, same in rows.items() if len(Counter(row["start_time"] for row in same)) > 1]
    if several:
        raise ValueError(f"{path.name} has clips of several times of {several[0]}")
    return rows


def _clip(youtube_id: str, split: str, rows: list[dict[str, str]], files: dict[str, Path]) -> Clip | None:
    """Downloaders name a clip by its video (some with a Y before), with or without its start, or by the number of its caption."""
    start = rows[0]["start_time"]
    names = (f"{youtube_id}_{start}", youtube_id, f"Y{youtube_id}", f"Y{youtube_id}_{start}", rows[0]["audiocap_id"])
    file = next((files[name] for name in names if name in files), None)
    return file and Clip(youtube_id, split, [row["caption"] for row in rows], str(file))
