"""How goldens store arrays: small ones whole, large ones as a few rows and their statistics."""

import base64
import json
from pathlib import Path

import numpy as np


def float32(values: np.ndarray) -> str:
    """Little-endian float32, base64."""
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()


def rows(values: np.ndarray, every: int) -> dict:
    """Every n-th row of [rows, columns], and mean and standard deviation of all of them."""
    return {
        "shape": list(values.shape),
        "every": every,
        "rows": float32(values[::every]),
        "mean": float(values.mean(dtype="float64")),
        "std": float(values.std(dtype="float64")),
    }


def save(path: Path, golden: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(golden, indent=1) + "\n")
