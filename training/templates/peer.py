"""Processor time of AudioLDM's parts in diffusers: `python -m templates.peer FOLDER float32|bfloat16`.

Runs the part that a line of stdin names, and answers with the seconds of one thread and the process's peak memory in bytes.
"""

import resource
import sys
import time
from collections.abc import Callable

import torch
from diffusers import AudioLDMPipeline

FRAMES = 256
TOKENS = 24


@torch.no_grad()
def main(folder: str, dtype: torch.dtype) -> None:
    torch.set_num_threads(1)
    pipe = AudioLDMPipeline.from_pretrained(folder, torch_dtype=dtype)
    latents = torch.randn(1, 8, FRAMES, 16, dtype=dtype)
    text = torch.nn.functional.normalize(torch.randn(2, 512), dim=-1).to(dtype)
    tokens = torch.randint(4, 250, (2, TOKENS))
    parts: dict[str, Callable[[], object]] = {
        "textEncoder": lambda: pipe.text_encoder(input_ids=tokens, attention_mask=torch.ones_like(tokens)),
        "unet": lambda: pipe.unet(latents.repeat(2, 1, 1, 1), torch.tensor(741), None, class_labels=text),
        "vaeDecoder": lambda: pipe.vae.decode(latents),
        "vocoder": lambda: pipe.vocoder(torch.randn(1, 4 * FRAMES, 64, dtype=dtype)),
    }
    for part in sys.stdin:
        began = time.process_time()
        parts[part.strip()]()
        print(time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], getattr(torch, sys.argv[2]))
