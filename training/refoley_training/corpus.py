"""Rebuilds the corpus from its sources, or checks a folder that holds it, against the manifest.

  python -m refoley_training.corpus --from-folder DIR     every file exists, decodes and has its length; sounds of git
                                                          repositories have their original bytes (SHA-256)
  python -m refoley_training.corpus --from-debian         downloads the Debian packages, takes the sounds out, checks the
                                                          SHA-256 of each and writes it to build/corpus (or --out DIR)

Given both, sounds of git repositories (and PyPI) are looked up in the folder. A run that was stopped goes on where it was.
"""

import argparse
import hashlib
import itertools
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import soundfile

from refoley_training import debian, manifest

BUILT = manifest.BUILD / "corpus"
DEBIAN = "debian:"
ELSEWHERE = "debian:pypi_"  # from the Python Package Index; filed with the Debian packages
KEPT_SECONDS = 45.0  # folders hold no more of a long recording
TOLERANCE = 0.12  # seconds, or 2 % of a long one: encoders pad


def from_debian(sound: manifest.Sound) -> bool:
    return sound.source.startswith(DEBIAN) and not sound.source.startswith(ELSEWHERE)


def built_name(sound: manifest.Sound) -> str:
    """The file name of an original: the stem of the manifest's file, the ending of the original."""
    return Path(sound.file).stem + Path(sound.path).suffix.lower()


def resolve(sound: manifest.Sound, folders: Iterable[Path]) -> Path | None:
    """The sound's file in the first folder that has it: a rebuilt original, or laid out as the manifest's file column."""
    names = [built_name(sound), sound.file] if from_debian(sound) else [sound.file]
    for folder in folders:
        for name in names:
            if (folder / name).is_file():
                return folder / name
    return None


def check_file(sound: manifest.Sound, path: Path | None) -> str:
    """'found', 'missing', 'wrong hash' or what is wrong with the file; transcoded files are held to their length only."""
    if path is None:
        return "missing"
    if not sound.source.startswith(DEBIAN):
        return "found" if hashlib.sha256(path.read_bytes()).hexdigest() == sound.sha256 else "wrong hash"
    try:
        with soundfile.SoundFile(path) as file:
            frames = sum(len(block) for block in file.blocks(1 << 16, dtype="float32"))
            seconds = frames / file.samplerate
    except soundfile.LibsndfileError:
        return "does not decode"
    wanted = min(sound.seconds, KEPT_SECONDS)
    return "found" if abs(min(seconds, KEPT_SECONDS) - wanted) <= max(TOLERANCE, 0.02 * wanted) else "wrong length"


def check_folder(sounds: list[manifest.Sound], folder: Path) -> Iterator[tuple[manifest.Sound, str, str]]:
    for sound in sounds:
        yield sound, check_file(sound, resolve(sound, [folder])), ""


def is_built(sound: manifest.Sound, out: Path) -> bool:
    path = out / built_name(sound)
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sound.sha256


def rebuild(sounds: list[manifest.Sound], out: Path) -> Iterator[tuple[manifest.Sound, str, str]]:
    """Package by package: (sound, outcome, why). Only bytes with the right SHA-256 are written."""
    out.mkdir(parents=True, exist_ok=True)
    packages: dict[str, list[manifest.Sound]] = defaultdict(list)
    for sound in sounds:
        if is_built(sound, out):
            yield sound, "found", ""
        else:
            packages[sound.source.removeprefix(DEBIAN)].append(sound)
    for package, wanted in sorted(packages.items()):
        print(f"{package}: {len(wanted)} sounds", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(dir=out, prefix="unpacked-") as folder:
            root = Path(folder)
            try:
                debian.unpack(debian.download(package, wanted[0].version, root / "download"), root)
            except LookupError as error:
                yield from ((sound, "missing", str(error)) for sound in wanted)
                continue
            yield from ((sound, *_take(sound, root, out)) for sound in wanted)


def _take(sound: manifest.Sound, root: Path, out: Path) -> tuple[str, str]:
    try:
        data = debian.read(root, sound.path)
    except debian.NotInPackage as error:
        return "missing", str(error)
    if hashlib.sha256(data).hexdigest() != sound.sha256:
        return "wrong hash", sound.path
    temporary = out / f"{built_name(sound)}.part"
    temporary.write_bytes(data)
    temporary.replace(out / built_name(sound))
    return "found", ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from-folder", type=Path, metavar="DIR", help="folder that the manifest's file column is relative to")
    parser.add_argument("--from-debian", action="store_true", help="download the Debian packages")
    parser.add_argument("--package", action="append", default=[], metavar="NAME", help="only this package or repository; repeatable")
    parser.add_argument("--out", type=Path, default=BUILT, help="where originals are written (default: build/corpus)")
    arguments = parser.parse_args()
    if arguments.from_folder is None and not arguments.from_debian:
        parser.error("say where the sounds come from: --from-folder DIR, --from-debian or both")
    if arguments.from_debian and shutil.which("apt-get") is None:
        parser.error("--from-debian needs apt-get and dpkg: run it on Debian, or use --from-folder DIR")

    sounds = [s for s in manifest.read() if not arguments.package or s.source.split(":", 1)[1] in arguments.package]
    if not sounds:
        parser.error(f"the manifest has no sound of {', '.join(arguments.package)}")
    packaged = [s for s in sounds if arguments.from_debian and from_debian(s)]
    streams = [rebuild(packaged, arguments.out)]
    left_out = 0
    if arguments.from_folder is not None:
        streams.append(check_folder([s for s in sounds if not (arguments.from_debian and from_debian(s))], arguments.from_folder))
    else:
        left_out = len(sounds) - len(packaged)

    outcomes = Counter({"found": 0, "wrong hash": 0, "missing": 0})
    for sound, outcome, why in itertools.chain.from_iterable(streams):
        outcomes[outcome] += 1
        if outcome != "found":
            print(f"{outcome}: {sound.id} {sound.source} {why or sound.file}", file=sys.stderr)
        if outcomes.total() % 1000 == 0:
            print(f"{outcomes.total()} of {len(sounds)}", file=sys.stderr, flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    if left_out:
        print(f"{left_out} left out, not from Debian: give --from-folder too")
    return 0 if outcomes["found"] == outcomes.total() else 1


if __name__ == "__main__":
    sys.exit(main())
