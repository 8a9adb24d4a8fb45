"""
Convolutions by minimal filtering (Winograd, Arithmetic Complexity of Computations, 1980): four values of the output from six products
where three taps ask for twelve, and so on for longer kernels. In operators that onnxruntime has blocked kernels for.
"""

from collections.abc import Callable
from fractions import Fraction
from math import prod

import torch
from torch import Tensor
from torch.nn import functional

Convolve = Callable[..., Tensor]

# Values of the output that a tile gives. More need points whose powers cost precision.
TILE = 4
# Where polynomials are multiplied, in the order in which they are taken; the last point is infinity.
POINTS = [Fraction(0), Fraction(1), Fraction(-1), Fraction(2), Fraction(-2), Fraction(1, 2)]
# Multiplies by 1 in every value of a tile, so that the bias may be added there.
ONE = POINTS.index(Fraction(1))


# Axes of a kernel as convolutions take it: outputs, inputs, height, and taps along the width.
PLAIN = "oiht"


def in_tiles(fewest: int) -> Convolve:
    """
    `conv2d(x, weight, bias, padding, dilation)` of stride 1 over [batch, channels, height, width], in tiles along the width wherever
    there are `fewest` channels, which is where products outweigh transforms. What is traced has to be the shortest input that there may
    be, and others multiples of it: where its width is a whole number of tiles, nothing is cut off. `axes` says how the weight is kept:
    what turns it and what transforms it is one operator, for all that a session makes of its weights is there at once.
    """

    def convolve(
        x: Tensor, weight: Tensor, bias: Tensor, padding: tuple[int, int] = (0, 0), dilation: tuple[int, int] = (1, 1), axes: str = PLAIN
    ) -> Tensor:
        size = dict(zip(axes, (int(size) for size in weight.shape), strict=True))
        # With a single column, the weights' way from memory is what takes time, and there would be more of them.
        if size["t"] == 1 or min(size["o"], size["i"]) < fewest or int(x.shape[-1]) == 1:
            return functional.conv2d(x, plain(weight, axes), bias, padding=padding, dilation=dilation)
        if dilation == (1, 1):
            return by_tiles(x, weight, bias, padding, axes)
        return by_phases(x, dilation[1], lambda phases: by_tiles(phases, weight, bias, (0, padding[1] // dilation[1]), axes))

    return convolve


def plain(weight: Tensor, axes: str) -> Tensor:
    return weight.unsqueeze(2) if "h" not in axes else weight if axes == PLAIN else weight.transpose(2, 3)


def by_phases(x: Tensor, step: int, over_phases: Callable[[Tensor], Tensor]) -> Tensor:
    """A dilated kernel over an image of height 1, which sees every step-th value, as a dense one over rows of those."""
    batch, channels, _, length = x.shape
    whole = functional.pad(x, (0, -length % (TILE * step)))
    made = over_phases(whole.reshape(batch, int(channels), -1, step).transpose(2, 3))
    return made.transpose(2, 3).reshape(batch, int(made.shape[1]), 1, -1)[..., :length]


def by_tiles(x: Tensor, weight: Tensor, bias: Tensor, padding: tuple[int, int], axes: str) -> Tensor:
    taps = int(weight.shape[axes.index("t")])
    # Kernels longer than a tile are cut into several, whose tiles lie side by side.
    of_tile = min(taps, TILE)
    kernels = -(-taps // of_tile)
    missing = kernels * of_tile - taps
    to_output, of_weight, of_input = transforms(of_tile)
    points = len(of_input)

    batch, inputs, rows, width = x.shape
    left = padding[1] + missing
    whole = int(width) % TILE == 0 and 2 * padding[1] == taps - 1
    # Conv pads both sides alike: a tile more, before what is asked for.
    before = 0 if whole else TILE
    columns = width + 2 * padding[1] - taps + 1
    along = {"stride": (1, TILE), "padding": (0, left + before), "groups": int(inputs)}

    def product(point: int) -> Tensor:
        seen = functional.conv2d(x, of_input[point].expand(int(inputs), 1, 1, points), **along)
        # [taps, kernels]: of each kernel the transform's row, where its taps are.
        row = torch.kron(torch.eye(kernels), of_weight[point][:, None])[missing:]
        turned = torch.einsum(f"{axes},tk->oihk", weight, row) if "h" in axes else torch.einsum("oit,thk->oihk", weight, row[:, None])
        return functional.conv2d(seen, turned, bias if point == ONE else None, padding=(padding[0], 0))

    products = torch.cat([product(point) for point in range(points)], 1)
    side_by_side = to_output.T.reshape(points, 1, 1, TILE)
    tiled = functional.conv_transpose2d(products.reshape(batch, points, -1, products.shape[-1]), side_by_side, stride=(1, TILE))
    made = tiled.reshape(batch, len(bias), products.shape[2], -1)
    return made if whole else made[..., before : before + columns]


def transforms(taps: int) -> tuple[Tensor, Tensor, Tensor]:
    """
    A [tile, points], G [points, taps], B [points, points] of F(tile, taps): A ((G w) * (B x)) is the tile of x filtered by w. From
    Lagrange's interpolation at the points, transposed (Lavin and Gray, CVPR 2016, have F(4, 3) so).
    """
    finite = POINTS[: TILE + taps - 2]
    others = [[other for other in finite if other != point] for point in finite]
    to_output = [[point**row for point in finite] + [Fraction(row == TILE - 1)] for row in range(TILE)]
    of_weight = [
        [point**tap / prod(point - other for other in rest) for tap in range(taps)] for point, rest in zip(finite, others, strict=True)
    ]
    of_input = [[*polynomial(rest), Fraction(0)] for rest in others]
    last = [Fraction(tap == taps - 1) for tap in range(taps)]
    to_tensor = lambda rows: torch.tensor([[float(value) for value in row] for row in rows])  # noqa: E731
    return to_tensor(to_output), to_tensor([*of_weight, last]), to_tensor([*of_input, polynomial(finite)])


def polynomial(roots: list[Fraction]) -> list[Fraction]:
    """Coefficients of the product of x - root, lowest first."""
    made = [Fraction(1)]
    for root in roots:
        made = [above - root * at for above, at in zip([Fraction(0), *made], [*made, Fraction(0)], strict=True)]
    return made
