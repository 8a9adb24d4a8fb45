"""Builds resources/library, the sounds a fresh install retrieves from: corpus/starter.tsv names them.

Only sounds of the train and zero-shot splits whose licence lets them be shipped, from Debian packages; each one with its attribution.
"""

import argparse
import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from refoley_training import audio, corpus, manifest

LIST = manifest.ROOT / "corpus" / "starter.tsv"
OUT = manifest.ROOT.parent / "resources" / "library"

# Licences under which a clip may be shipped, as the manifest writes them -> SPDX. Public domain has no SPDX name.
SPDX = {
    "CC0": "CC0-1.0",
    "public-domain": "public domain",
    "MIT": "MIT",
    "BSD-2-clause": "BSD-2-Clause",
    "BSD-3-clause": "BSD-3-Clause",
    "CC-BY-3.0": "CC-BY-3.0",
    "CC-BY-SA-3.0": "CC-BY-SA-3.0",
    "CC-BY-SA-4.0": "CC-BY-SA-4.0",
    "GPL-2": "GPL-2.0-only",
    "GPL-2+": "GPL-2.0-or-later",
    "GPL-3": "GPL-3.0-only",
    "GPL-3+": "GPL-3.0-or-later",
}

MAX_RATE = 44_100
MAX_SECONDS = 4.0
FADE_SECONDS = 0.05
PEAK = 10 ** (-1 / 20)  # -1 dBFS
TAIL_LEVEL = 0.001  # of the peak: what is quieter until the end is cut
COMPRESSION = 0.9  # of Ogg Vorbis; 1.0 is the smallest
MAX_BYTES = 4 * 1024 * 1024  # all of resources/library


@dataclass(frozen=True)
class Clip:
    sound: manifest.Sound
    file: str
    cat_id: str  # UCS; empty where it is not certain

    @property
    def licence(self) -> str:
        return SPDX[self.sound.licence]

    @property
    def package(self) -> str:
        return self.sound.source.removeprefix(corpus.DEBIAN)

    @property
    def author(self) -> str:
        return self.sound.author or f"the {self.package} authors"


def why_not(sound: manifest.Sound) -> str | None:
    """Why a sound may not be in the starter library, or None."""
    if sound.split not in {"train", "zero-shot"}:  # a kind the model never heard is what a library is for
        return f"is in the {sound.split} split"
    if not corpus.from_debian(sound):
        return f"comes from {sound.source}, not from a Debian package"
    if sound.licence not in SPDX:
        return f"has the licence {sound.licence}"
    return None


def slug(caption: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", caption.lower().replace("'", "")).strip("-")


def clips(sounds: list[manifest.Sound], listing: Path = LIST) -> list[Clip]:
    """The clips of a listing (columns id and catId), named after their captions. Raises ValueError for one that may not ship."""
    by_id = {sound.id: sound for sound in sounds}
    counts: Counter[str] = Counter()
    out = []
    with listing.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            sound = by_id[row["id"]]
            reason = why_not(sound)
            if reason is not None:
                raise ValueError(f"{sound.id} ({sound.caption}) {reason}: take it out of {listing.name}")
            name = slug(sound.caption)
            counts[name] += 1
            out.append(Clip(sound, f"{name}-{counts[name]:02}.ogg", row["catId"]))
    return sorted(out, key=lambda clip: clip.file)


def shorten(samples: np.ndarray, rate: int) -> np.ndarray:
    """Cut leading and trailing silence and what is over MAX_SECONDS (faded out over 50 ms); peak -1 dBFS. samples [n] -> [m]."""
    samples = audio.condition(samples, rate)
    heard = np.flatnonzero(np.abs(samples) > audio.PEAK * TAIL_LEVEL)
    samples = samples[: int(heard[-1]) + 1] if len(heard) else samples
    length = int(MAX_SECONDS * rate)
    if len(samples) > length:
        fade = int(FADE_SECONDS * rate)
        samples = samples[:length].copy()
        samples[-fade:] *= np.linspace(1, 0, fade, dtype="float32")
    return samples * (PEAK / audio.PEAK)


def write_clip(clip: Clip, source: Path, out: Path) -> None:
    """Encode one clip so that what a decoder makes of it peaks at -1 dBFS: lossy coding overshoots, more so at low rates."""
    samples, rate = audio.read_mono(source, max_seconds=30)
    samples = shorten(audio.resample(samples, rate, min(rate, MAX_RATE)), min(rate, MAX_RATE))
    for _ in range(3):
        path = out / clip.file
        soundfile.write(path, samples, min(rate, MAX_RATE), "VORBIS", format="OGG", compression_level=COMPRESSION)
        decoded = float(np.abs(audio.read_mono(path)[0]).max())
        if decoded <= PEAK * 1.03:
            break
        samples = samples * (PEAK / decoded)


def write_captions(library: list[Clip], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["file", "caption", "licence", "author", "source", "catId"])
        for clip in library:
            table.writerow([clip.file, clip.sound.caption, clip.licence, clip.author, clip.sound.source, clip.cat_id])


def write_attributions(library: list[Clip], path: Path) -> None:
    packages: dict[tuple[str, str], list[Clip]] = defaultdict(list)
    for clip in library:
        packages[clip.package, clip.sound.version].append(clip)
    lines = [
        "# Attributions of the starter library",
        "",
        f"{len(library)} sounds from {len(packages)} Debian packages. Each was mixed to mono, trimmed, cut to at most {MAX_SECONDS:g} s,",
        "normalised and encoded again as Ogg Vorbis; under a share-alike licence the changed sound stays under that licence.",
        "Licences by their SPDX names, texts at <https://spdx.org/licenses/>; the full copyright notice of a package is",
        "`/usr/share/doc/<package>/copyright`, also at `https://sources.debian.org/`. Written by",
        "`python -m refoley_training.starter_library`.",
    ]
    for (package, version), members in sorted(packages.items()):
        lines += ["", f"## {package} {version}", "", "| file | licence | author | path in the package |", "| --- | --- | --- | --- |"]
        lines += [f"| {clip.file} | {clip.licence} | {clip.author} | {clip.sound.path} |" for clip in members]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def build(library: list[Clip], folders: list[Path], out: Path) -> int:
    """Write every clip, captions.csv and ATTRIBUTIONS.md. Returns bytes written; raises FileNotFoundError, or ValueError over MAX_BYTES."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.ogg"):
        old.unlink()
    for clip in library:
        source = corpus.resolve(clip.sound, folders)
        if source is None:
            raise FileNotFoundError(f"{clip.sound.id} ({clip.sound.caption}) is in none of {', '.join(map(str, folders))}")
        write_clip(clip, source, out)
    write_captions(library, out / "captions.csv")
    write_attributions(library, out / "ATTRIBUTIONS.md")
    total = sum(path.stat().st_size for path in out.iterdir())
    if total > MAX_BYTES:
        raise ValueError(f"{out} holds {total} bytes, more than {MAX_BYTES}: shorten {LIST.name} or MAX_SECONDS")
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from-folder", type=Path, action="append", required=True, metavar="DIR", help="where the sounds are; repeatable")
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    library = clips(manifest.read())
    total = build(library, arguments.from_folder, arguments.out)
    kinds = Counter(clip.sound.category for clip in library)
    licences = Counter(clip.licence for clip in library)
    print(f"{len(library)} clips of {len(kinds)} kinds, {total / 1024:.0f} KiB")
    print(", ".join(f"{count} {licence}" for licence, count in licences.most_common()))


if __name__ == "__main__":
    main()
