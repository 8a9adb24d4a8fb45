"""Convolutions as onnxruntime's blocked kernels like them. Weights stay the checkpoint's, and are turned when a session is created."""

from collections.abc import Callable

import torch
from diffusers.models.upsampling import Upsample2D
from torch import Tensor, nn
from torch.nn import functional

from templates.template import Wrapped
from templates.tiles import Convolve


def run_as_image(model: nn.Module, first: nn.Module, last: nn.Module, convolve: Convolve) -> None:
    """
    Lets a network over [batch, channels, length] run over [batch, channels, 1, length] from its first convolution to its last:
    there are blocked layouts (NCHWc) for images only. Its convolutions have a stride of 1.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv1d | nn.ConvTranspose1d):
            module.forward = over_images(module, module is first, module is last, convolve)


def over_images(
    module: nn.Conv1d | nn.ConvTranspose1d, is_first: bool, is_last: bool, convolve: Convolve
) -> Callable[[Tensor], Tensor]:
    across = {"padding": (0, module.padding[0]), "dilation": (1, module.dilation[0])}

    def forward(image: Tensor) -> Tensor:
        if isinstance(module, nn.ConvTranspose1d):
            return functional.conv_transpose2d(image, module.weight.unsqueeze(2), module.bias, stride=(1, module.stride[0]), **across)
        return convolve(image, module.weight, module.bias, **across, axes="oit")

    def over_sound(x: Tensor) -> Tensor:
        y = forward(x.unsqueeze(2) if is_first else x)
        return y.squeeze(2) if is_last else y

    return over_sound


def turn(x: Tensor) -> Tensor:
    return x.transpose(2, 3)


def run_turned(module: Wrapped, convolve: Convolve) -> None:
    """
    Lets a network whose first input and first output are [batch, channels, time, bins] run over [batch, channels, bins, time]: kernels go
    along the last axis, and there are few bins.
    """
    call = module.call

    def turned(model: nn.Module, first: Tensor, *rest: Tensor) -> Tensor | tuple[Tensor, ...]:
        made = call(model, turn(first), *rest)
        return (turn(made[0]), *made[1:]) if isinstance(made, tuple) else turn(made)

    module.call = turned
    for part in module.model.modules():
        if isinstance(part, nn.Conv2d) and part.kernel_size != (1, 1):
            part.forward = over_turned(part, convolve)


def over_turned(module: nn.Conv2d, convolve: Convolve) -> Callable[[Tensor], Tensor]:
    padding, stride = module.padding[::-1], module.stride[::-1]

    def forward(x: Tensor) -> Tensor:
        if stride != (1, 1):
            return functional.conv2d(x, turn(module.weight), module.bias, padding=padding, stride=stride)
        return convolve(x, module.weight, module.bias, padding=padding, axes="oith")

    return forward


def split_upsampling(model: nn.Module, convolve: Convolve) -> None:
    """
    A convolution of 3 x 3 after nearest-neighbour doubling, in a turned network, sees every value twice: the same is four of 2 x 2 before
    it, with the weights added up, at 4/9 of the work. Not where an odd size is asked for.
    """
    for module in model.modules():
        if isinstance(module, Upsample2D):
            module.forward = over_quarters(module.conv, convolve)


def over_quarters(conv: nn.Conv2d, convolve: Convolve) -> Callable[..., Tensor]:
    def pairs(weight: Tensor, axis: int) -> list[Tensor]:
        first, middle, last = weight.split(1, axis)
        return [torch.cat([first, middle + last], axis), torch.cat([first + middle, last], axis)]

    def forward(x: Tensor, *_: object) -> Tensor:
        weight = torch.cat([quarter for rows in pairs(turn(conv.weight), 2) for quarter in pairs(rows, 3)])
        # On a frame that is wider by one, of which each quarter is a corner.
        wide = convolve(x, weight, conv.bias.repeat(4), padding=(1, 1)).chunk(4, 1)
        quarters = [wide[0][..., :-1, :-1], wide[1][..., :-1, 1:], wide[2][..., 1:, :-1], wide[3][..., 1:, 1:]]
        batch, channels, height, width = quarters[0].shape
        by_place = torch.stack(quarters, 1).reshape(batch, 2, 2, channels, height, width)
        return by_place.permute(0, 3, 4, 1, 5, 2).reshape(batch, channels, 2 * height, 2 * width)

    return forward
