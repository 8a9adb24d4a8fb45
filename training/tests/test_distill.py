"""The strides of the few-step mode."""

import torch

from refoley_training import diffusion
from refoley_training.train.distill import STRIDES, strides, velocity_between


def test_a_stride_s_velocity_leads_where_it_should():
    x, then = torch.randn(2, 8, 4, 16), torch.randn(2, 8, 4, 16)
    for stride in strides():
        _, signal, sigma, next_signal, next_sigma = stride
        v = velocity_between(x, then, stride)
        landed = next_signal * (signal * x - sigma * v) + next_sigma * (sigma * x + signal * v)
        assert torch.allclose(landed, then, atol=1e-3)


def test_strides_are_those_of_ddim():
    clean = torch.randn(1, 8, 4, 16)
    noise = torch.randn(1, 8, 4, 16)

    def towards(x, t):  # a model that knows the answer
        alpha_bar = diffusion.alphas_cumprod()[t.long()][:, None, None, None]
        return (alpha_bar.sqrt() * x - clean) / (1 - alpha_bar).sqrt()

    made = diffusion.ddim(towards, noise, STRIDES)
    assert torch.allclose(made, clean, atol=1e-3)
    assert torch.allclose(diffusion.dpmpp(towards, noise, 8), clean, atol=1e-3)
    assert [t for t, *_ in strides()] == [999, 937, 832, 624]
