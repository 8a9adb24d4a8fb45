"""The paper's two sizes, and what the published models around the UNet are like."""

from dataclasses import dataclass

from refoley_training.models import audiomae_vit

SECONDS = 10.24
LATENT = (8, 256, 16)  # channels, frames of 40 ms, frequency
TEXT_TOKENS = 50  # of T5, per neighbour
TOKENS = audiomae_vit.TOKENS + TEXT_TOKENS
MAX_NEIGHBOURS = 10
CANDIDATES = 50  # neighbours that are listed for each caption
CLAP_WIDTH = 512


@dataclass(frozen=True)
class Size:
    """What shapes the UNet. Channels have to be multiples of groups, and from the second level on of heads."""

    channels: tuple[int, ...]
    groups: int
    heads: int
    context: int = 768  # width of the tokens that cross-attention sees
    audio: int = 768  # of AudioMAE's
    text: int = 1024  # of T5's


SIZES = {
    "s": Size((128, 256, 384, 640), groups=32, heads=8),
    # Base width 196 is no multiple of AudioLDM's 32 groups and 8 heads: 28 and 14 are the nearest numbers that divide all levels.
    "l": Size((196, 392, 588, 980), groups=28, heads=14),
}

# AudioLDM's: epsilon is predicted, so that its published weights go on from where they are.
SCHEDULER = {
    "num_train_timesteps": 1000, "beta_schedule": "scaled_linear", "beta_start": 0.0015, "beta_end": 0.0195, "prediction_type": "epsilon",
    "timestep_spacing": "leading", "steps_offset": 1, "clip_sample": False, "set_alpha_to_one": False,
}  # fmt: skip
