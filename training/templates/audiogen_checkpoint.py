"""AudioGen as transformers' MusicGen with random weights, and what that makes: `python -m templates.audiogen_checkpoint FOLDER`.

`cases.safetensors` holds the inputs and outputs of the text encoder and of the codec, and the logits of every step of a greedy loop with
guidance. The language model has 1.8 G parameters: weights are written one tensor at a time, and one part is in memory at a time.
"""

import argparse
import json
import struct
from math import prod
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import DynamicCache, EncoderDecoderCache

from templates import audiogen
from templates.audiogen import CODEBOOKS, MEDIUM, PADDINGS
from templates.folder import randomise

WORDS = 9
GUIDANCE = 3.0
FRAMES = 8
# Else their places drown the tokens, and the same ones come again and again.
LOUDER = 8.0


@torch.no_grad()
def write(folder: Path, padding: str, half: bool) -> None:
    config = {**MEDIUM, "audio_encoder": {**MEDIUM["audio_encoder"], "pad_mode": padding}}
    folder.mkdir(parents=True, exist_ok=True)
    dtype = torch.float16 if half else torch.float32
    generator = torch.Generator().manual_seed(2)
    cases: dict[str, Tensor] = {}

    whole = part(config, "text_encoder", half)
    ids = torch.randint(3, MEDIUM["text_encoder"]["vocab_size"], (1, WORDS), generator=generator)
    states = whole.text_encoder(input_ids=ids).last_hidden_state
    cases |= {"textEncoder/input_ids": ids, "textEncoder/attention_mask": torch.ones_like(ids), "textEncoder/states": states}
    keep(folder / "model-1.safetensors", whole, "text_encoder.", dtype)

    whole = part(config, "audio_encoder", half)
    codes = torch.randint(0, MEDIUM["decoder"]["vocab_size"], (1, CODEBOOKS, 50), generator=generator)
    codec = whole.audio_encoder
    cases |= {"codecDecoder/codes": codes, "codecDecoder/waveform": codec.decoder(codec.quantizer.decode(codes.transpose(0, 1)))[:, 0]}
    keep(folder / "model-2.safetensors", whole, "audio_encoder.", dtype)

    whole = part(config, "decoder", half)
    cases |= {"loop/logits": loop(whole, states), "loop/guidance": torch.tensor([GUIDANCE]), "loop/frames": torch.tensor([float(FRAMES)])}
    keep(folder / "model-3.safetensors", whole, ("decoder.", "enc_to_dec_proj."), dtype)

    (folder / "config.json").write_text(json.dumps({"model_type": "musicgen", **config}, indent=1))
    save_file({name: tensor.contiguous().clone() for name, tensor in cases.items()}, folder / "cases.safetensors")


def part(config: dict[str, Any], name: str, half: bool) -> Any:
    """The whole model, of which the other parts are as small as may be."""
    whole = audiogen.model(config, tuple({"text_encoder", "audio_encoder", "decoder"} - {name}))
    randomise(whole)
    if name == "decoder":
        decoder = whole.decoder.model.decoder
        for embedding in decoder.embed_tokens:
            embedding.weight.mul_(LOUDER)
        positions = decoder.embed_positions
        positions.make_weights(positions.num_positions, positions.embedding_dim)  # a table, no weights of the file
    if half:
        for weight in whole.parameters():
            weight.copy_(weight.half())
    return whole


def loop(whole: Any, states: Tensor) -> Tensor:
    """
    Logits [steps, 2, codebooks, vocabulary] with words and without. The likeliest tokens are taken, and each codebook is a step
    behind the one before.
    """
    decoder, padding = whole.decoder, MEDIUM["decoder"]["vocab_size"]
    mask = torch.tensor([[1], [0]]).expand(2, states.shape[1])
    told = whole.enc_to_dec_proj(states).expand(2, -1, -1) * mask[..., None]
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
    column = torch.full((CODEBOOKS,), padding)
    made = [0] * CODEBOOKS
    logits: list[Tensor] = []
    for step in range(FRAMES + CODEBOOKS - 1):
        ids = column.repeat(2)[:, None]
        out = decoder(input_ids=ids, encoder_hidden_states=told, encoder_attention_mask=mask, past_key_values=cache, use_cache=True)
        logits.append(out.logits.reshape(2, CODEBOOKS, -1))
        towards, away = logits[-1]
        guided = away + GUIDANCE * (towards - away)
        for book in range(CODEBOOKS):
            is_made = book <= step and made[book] < FRAMES
            column[book] = guided[book].argmax() if is_made else padding
            made[book] += is_made
    return torch.stack(logits)


def keep(path: Path, model: nn.Module, prefixes: str | tuple[str, ...], dtype: torch.dtype) -> None:
    """A .safetensors file, of which no second copy is in memory. Tied weights are stored under one name."""
    named = {name: value for name, value in (*model.named_parameters(), *model.named_buffers()) if name.startswith(prefixes)}
    # The table of places is in no file.
    named = {name: value for name, value in named.items() if "embed_positions" not in name}
    write_tensors(path, named, dtype)


def write_tensors(path: Path, named: dict[str, Tensor], dtype: torch.dtype) -> None:
    width, kind = (2, "F16") if dtype == torch.float16 else (4, "F32")
    header, at = {}, 0
    for name, value in named.items():
        end = at + width * prod(value.shape)
        header[name] = {"dtype": kind, "shape": list(value.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in named.values():
            file.write(value.detach().to(dtype).contiguous().numpy().data)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=PADDINGS, default=PADDINGS[0], help="how the codec pads its edges")
    parser.add_argument("--half", action="store_true")
    options = parser.parse_args()
    write(options.folder, options.size, options.half)
