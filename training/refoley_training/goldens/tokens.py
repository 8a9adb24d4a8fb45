"""What transformers' own loop makes of words with the small AudioGen of checkpoints.py: its greedy tokens, and their waveform."""

import json
from pathlib import Path

import torch
from templates import audiogen

from refoley_training.goldens.graphs import summary
from refoley_training.goldens.weights import fill

WORDS = [57, 103, 88, 120, 64, 1]
GUIDANCE = 3.0
FRAMES = 12
# Else their places drown the tokens, and the same ones come again and again.
LOUDER = 8.0


@torch.no_grad()
def write(folder: Path) -> None:
    config = audiogen.SMALL
    whole, padding = audiogen.model(config), config["decoder"]["vocab_size"]
    fill(whole)
    for embedding in whole.decoder.model.decoder.embed_tokens:
        embedding.weight.mul_(LOUDER)
    positions = whole.decoder.model.decoder.embed_positions
    positions.make_weights(positions.num_positions, positions.embedding_dim)  # a table, no weights of the file
    made: list[torch.Tensor] = []
    decode = whole.audio_encoder.decode

    def watched(codes: torch.Tensor, *others: object, **named: object) -> object:
        made.append(codes)
        return decode(codes, *others, **named)

    whole.audio_encoder.decode = watched
    words = torch.tensor([WORDS])
    # The first column is padding, and each further codebook begins a step later.
    steps = FRAMES + audiogen.CODEBOOKS - 1
    wave = whole.generate(
        input_ids=words, attention_mask=torch.ones_like(words), do_sample=False, guidance_scale=GUIDANCE, max_new_tokens=steps,
        pad_token_id=padding, decoder_start_token_id=padding,
    )  # fmt: skip
    data = {"words": WORDS, "guidance": GUIDANCE, "frames": FRAMES, "louder": LOUDER, "codes": made[0][0, 0].tolist(), "waveform": summary(wave[:, 0])}
    (folder / "audiogen" / "tokens.json").write_text(json.dumps(data, indent=1) + "\n")
