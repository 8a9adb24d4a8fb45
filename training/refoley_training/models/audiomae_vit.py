"""AudioMAE (Huang et al. 2022): the published ViT-B over 10.24 s of sound, read as 32 vectors, one for each 0.32 s.

States are those of the last three blocks, and what 16 patches make of their moment is half mean, half maximum, as in AudioLDM 2.
"""

from torch import Tensor
from templates import audiomae

FRAMES, BINS = audiomae.FRAMES, audiomae.BINS
TOKENS = 32
MEAN, STD = -4.2677393, 4.5689974  # of AudioSet's filter banks


class AudioMAE(audiomae.AudioMae):
    """fbank [B, 1024, 128] (`audio.kaldi_fbank`) -> tokens [B, 32, width]."""

    def __init__(self, width: int = 768, depth: int = 12, heads: int = 12):
        super().__init__(audiomae.Config(width, depth, heads, contextual_depth=depth - 4))

    def forward(self, fbank: Tensor) -> Tensor:
        return audiomae.pooled(super().forward((fbank[:, None] - MEAN) / (2 * STD)), 2, audiomae.BINS // audiomae.PATCH)
