"""The corpus manifest: one captioned sound a row, with its source, licence and split."""

import csv
import gzip
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "corpus" / "manifest.tsv.gz"
BUILD = ROOT / "build"


@dataclass(frozen=True)
class Sound:
    id: str
    file: str  # relative to the folder of sounds
    source: str  # debian:<package> or git:<owner>/<name>
    version: str
    path: str  # inside the source; __inside/<container>/ marks a nested archive
    sha256: str  # of the original
    seconds: float
    licence: str
    author: str
    category: str
    confidence: str  # of the caption: A > B > C
    group: str  # recordings that must stay on one side of the split
    caption: str
    split: str  # train | validation | test | zero-shot | unused


def read(path: Path = MANIFEST) -> list[Sound]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", newline="", encoding="utf-8") as file:
        return [
            Sound(**{**row, "seconds": float(row["seconds"])})  # type: ignore[arg-type]
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def write(sounds: list[Sound], path: Path = MANIFEST) -> None:
    names = [field.name for field in fields(Sound)]
    lines = ["\t".join(names), *("\t".join(str(getattr(sound, name)) for name in names) for sound in sounds)]
    path.parent.mkdir(parents=True, exist_ok=True)
    table = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(table, mtime=0) if path.suffix == ".gz" else table)
