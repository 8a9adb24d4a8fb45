"""AudioMAE-S: a masked autoencoder on 128-bin filter banks that turns 2.56 s of sound into 32 vectors.

Each vector stands for 80 ms (8 frames x 128 bins). Besides the masked patches, visible ones are reconstructed too:
the UNet wants vectors that still carry their own sound, not only its context.
"""

import torch
from torch import Tensor, nn

from refoley_training.audio import FBANK_FRAMES, N_FBANK

TOKENS = 32
PATCH = FBANK_FRAMES // TOKENS  # frames
WIDTH = 256


def transformer(width: int, layers: int) -> nn.TransformerEncoder:
    layer = nn.TransformerEncoderLayer(width, width // 64, 4 * width, 0.0, "gelu", batch_first=True, norm_first=True)
    return nn.TransformerEncoder(layer, layers, norm=nn.LayerNorm(width), enable_nested_tensor=False)


class AudioMAE(nn.Module):
    """fbank [B, 256, 128] -> tokens [B, 32, 256] (`forward`); `reconstruct` adds the decoder."""

    mean: Tensor
    std: Tensor

    def __init__(self, layers: int = 4, decoder_width: int = 192, decoder_layers: int = 2):
        super().__init__()
        patch = PATCH * N_FBANK
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("std", torch.ones(()))
        self.embed = nn.Linear(patch, WIDTH)
        self.position = nn.Parameter(torch.randn(TOKENS, WIDTH) * 0.02)
        self.encoder = transformer(WIDTH, layers)
        self.to_decoder = nn.Linear(WIDTH, decoder_width)
        self.mask_token = nn.Parameter(torch.randn(decoder_width) * 0.02)
        self.decoder_position = nn.Parameter(torch.randn(TOKENS, decoder_width) * 0.02)
        self.decoder = transformer(decoder_width, decoder_layers)
        self.to_patch = nn.Linear(decoder_width, patch)

    def patches(self, fbank: Tensor) -> Tensor:
        """[B, 256, 128] -> normalised [B, 32, 1024]."""
        return ((fbank - self.mean) / self.std).reshape(-1, TOKENS, PATCH * N_FBANK)

    def forward(self, fbank: Tensor) -> Tensor:
        return self.encoder(self.embed(self.patches(fbank)) + self.position)

    def reconstruct(self, fbank: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """mask [B, 32], true where hidden (the same number in every row). Returns (prediction, target) [B, 32, 1024]."""
        target = self.patches(fbank)
        tokens = self.embed(target) + self.position
        visible = tokens[~mask].reshape(len(tokens), -1, WIDTH)
        encoded = self.to_decoder(self.encoder(visible))
        full = self.mask_token.expand(len(tokens), TOKENS, -1).to(encoded.dtype).clone()
        full[~mask] = encoded.reshape(-1, encoded.shape[-1])
        return self.to_patch(self.decoder(full + self.decoder_position)), target
