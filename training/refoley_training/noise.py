"""Seeded Gaussian noise, the same bits as src/core/diffusion/noise.ts.

Philox4x32-10 and Box-Muller over logarithm, cosine and sine made of + - * / alone, so that no maths library has a say.
"""

from math import factorial

import numpy as np

ATANH = [1 / n for n in range(3, 24, 2)]
SINE = [1 / factorial(n) for n in range(3, 18, 2)]
COSINE = [1 / factorial(n) for n in range(2, 17, 2)]
SQRT_HALF = 0.7071067811865476
LN_2 = 0.6931471805599453
HALF_PI = 1.5707963267948966
LOW = np.uint64(0xFFFFFFFF)


def gaussian_noise(seed: int, count: int) -> np.ndarray:
    """Standard normal float32 [count]."""
    a, b, c, d = _philox(np.arange((count + 1) // 2, dtype="uint64"), seed)
    radius = np.sqrt(-2 * _log(_uniform53(a, b) + 2.0**-53))
    cos, sin = _cos_sin(_uniform53(c, d))
    return np.stack([radius * cos, radius * sin], axis=1).astype("float32").reshape(-1)[:count]


def _philox(block: np.ndarray, seed: int) -> tuple[np.ndarray, ...]:
    c0, c1, c2, c3 = block & LOW, np.zeros_like(block), np.zeros_like(block), np.zeros_like(block)
    k0, k1 = seed & 0xFFFFFFFF, 0
    for _ in range(10):
        product0, product1 = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
        c0, c2 = (product1 >> np.uint64(32)) ^ c1 ^ np.uint64(k0), (product0 >> np.uint64(32)) ^ c3 ^ np.uint64(k1)
        c1, c3 = product1 & LOW, product0 & LOW
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def _uniform53(high: np.ndarray, low: np.ndarray) -> np.ndarray:
    return ((high << np.uint64(21)) + (low >> np.uint64(11))).astype("float64") * 2.0**-53


def _log(value: np.ndarray) -> np.ndarray:
    mantissa, exponent = np.frexp(value)
    small = mantissa < SQRT_HALF
    mantissa, exponent = np.where(small, 2 * mantissa, mantissa), exponent - small
    s = (mantissa - 1) / (mantissa + 1)
    series = 1 + s * s * _polynomial(ATANH, s * s)
    return exponent * LN_2 + 2 * s * series


def _cos_sin(turns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    quarters = turns * 4
    quadrant = np.floor(quarters + 0.5)
    angle = (quarters - quadrant) * HALF_PI
    square = -(angle * angle)
    cos = 1 + square * _polynomial(COSINE, square)
    sin = angle * (1 + square * _polynomial(SINE, square))
    turn = quadrant.astype("int64") & 3
    return np.choose(turn, [cos, -sin, -cos, sin]), np.choose(turn, [sin, cos, -sin, -cos])


def _polynomial(coefficients: list[float], x: np.ndarray) -> np.ndarray:
    total = np.zeros_like(x)
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total
