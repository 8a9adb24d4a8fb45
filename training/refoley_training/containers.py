"""Sounds inside the archives that games ship: bytes of a container and a name in it -> bytes of a sound file.

What is stored as bare samples (WAD lumps, SoundFont samples) comes out as a WAV file.
"""

import io
import re
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable


def _wav(samples: bytes, rate: int, width: int) -> bytes:
    """Mono little-endian PCM, width bytes a sample, as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples)
    return buffer.getvalue()


def from_zip(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def from_wad(data: bytes, name: str) -> bytes:
    """Doom's DMX sound lumps: 8 bytes of header (format 3, rate, count) and 8-bit samples, 16 of padding at both ends."""
    count, directory = struct.unpack_from("<4xII", data)
    for entry in range(count):
        start, size, lump = struct.unpack_from("<II8s", data, directory + 16 * entry)
        if lump.rstrip(b"\0").decode("latin-1").lower() + ".wav" == name:
            kind, rate, length = struct.unpack_from("<HHI", data, start)
            if kind != 3:
                raise ValueError(f"lump {name} is of kind {kind}, not 3 (digital sound)")
            return _wav(data[start + 24 : start + 8 + length - 16], rate, 1)
    raise KeyError(name)


def from_openttd(data: bytes, name: str) -> bytes:
    """OpenTTD's sound catalogue: offsets and sizes, then a named WAV each; our names start with its number."""
    start, size = struct.unpack_from("<II", data, 8 * int(name.split("_")[0]))
    start &= 0x7FFF_FFFF  # the top bit marks the newer kind of file
    start += 1 + data[start]  # the name, its length before it
    return data[start : start + size]


def from_qt(data: bytes, name: str) -> bytes:
    """Qt's binary resources (rcc): a tree of nodes, their names in UTF-16 and their data."""
    version, tree, payload, names = struct.unpack_from(">4xIIII", data)
    width = 22 if version >= 2 else 14

    def node_name(node: int) -> str:
        at = names + struct.unpack_from(">I", data, tree + node * width)[0]
        return data[at + 6 : at + 6 + 2 * struct.unpack_from(">H", data, at)[0]].decode("utf-16-be")

    node = 0
    for part in name.split("/"):
        children, first = struct.unpack_from(">II", data, tree + node * width + 6)
        found = [child for child in range(first, first + children) if node_name(child) == part]
        if not found:
            raise KeyError(name)
        node = found[0]
    flags, start = struct.unpack_from(">4xH4xI", data, tree + node * width)
    size = struct.unpack_from(">I", data, payload + start)[0]
    content = data[payload + start + 4 : payload + start + 4 + size]
    if flags & 4:
        raise ValueError(f"{name} is compressed with Zstandard")
    return zlib.decompress(content[4:]) if flags & 1 else content


def from_soundfont(data: bytes, name: str) -> bytes:
    """SoundFont 2.01: 46-byte headers (chunk shdr) point into the 16-bit samples (chunk smpl)."""
    chunks = dict(_riff_chunks(data, 12, len(data)))
    for at in range(0, len(chunks[b"shdr"]), 46):
        label, start, end, _, _, rate = struct.unpack_from("<20sIIIII", chunks[b"shdr"], at)
        if re.sub(r"[^\w.()+-]", "_", label.split(b"\0")[0].decode("latin-1").strip()) + ".wav" == name:
            return _wav(chunks[b"smpl"][2 * start : 2 * end], rate, 2)
    raise KeyError(name)


def _riff_chunks(data: bytes, at: int, end: int):  # type: ignore[no-untyped-def]
    """(tag, content) of every chunk, those of a LIST one by one."""
    while at + 8 <= end:
        tag, size = struct.unpack_from("<4sI", data, at)
        if tag == b"LIST":
            yield from _riff_chunks(data, at + 12, at + 8 + size)
        else:
            yield tag, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


READERS: dict[str, Callable[[bytes, str], bytes]] = {
    ".zip": from_zip,
    ".pk3": from_zip,
    ".wz": from_zip,
    ".love": from_zip,
    ".wad": from_wad,
    ".cat": from_openttd,
    ".rcc": from_qt,
    ".sf2": from_soundfont,
}
