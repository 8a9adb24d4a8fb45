"""Fetches Debian packages and takes sounds out of them. Needs a Debian (or Ubuntu) with apt-get and dpkg; installs nothing."""

import subprocess
from functools import lru_cache
from pathlib import Path

from refoley_training import containers

INSIDE = "__inside/"


class NotInPackage(Exception):
    """The package does not hold the sound, or in a form that cannot be read; the message says which."""


def download(package: str, version: str, folder: Path) -> Path:
    """The package file of this version or, where the archive no longer has it, of the current one.

    Raises LookupError with apt's own words when neither can be had.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for wanted in (f"{package}={version}", package):
        command = ["apt-get", "download", "-q", wanted]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        files = sorted(folder.glob(f"{package}_*.deb"))
        if result.returncode == 0 and files:
            return files[-1]
    raise LookupError(f"{package}: {result.stderr.strip().splitlines()[-1] if result.stderr else 'apt-get download failed'}")


def unpack(package_file: Path, folder: Path) -> None:
    subprocess.run(["dpkg", "-x", str(package_file), str(folder)], check=True, capture_output=True)


def read(root: Path, path: str) -> bytes:
    """Bytes of a sound in an unpacked package; __inside/<container>/<name> reads from an archive in it.

    Raises NotInPackage.
    """
    if not path.startswith(INSIDE):
        if not (root / path).is_file():
            raise NotInPackage(f"no file {path}")
        return (root / path).read_bytes()
    container, name = path.removeprefix(INSIDE).split("/", 1)
    reader = containers.READERS.get(Path(container).suffix.lower())
    if reader is None:
        raise NotInPackage(f"{container} is of a kind that is not read here")
    try:
        return reader(_container(root, container), name)
    except (KeyError, ValueError) as error:
        raise NotInPackage(f"{name} in {container}: {error}") from error


@lru_cache(maxsize=1)  # the sounds of one container come one after another
def _container(root: Path, name: str) -> bytes:
    found = sorted(path for path in root.rglob(name) if path.is_file())
    if not found:
        raise NotInPackage(f"no archive {name}")
    return found[0].read_bytes()
