"""Write build/judge.onnx: aiSFX with its nine heads, for `refoley evaluate --judge`. Too large to ship, and nobody needs it to work."""

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from refoley_training import audio, manifest
from refoley_training.models import aisfx


class JudgeGraph(nn.Module):
    """mel [blocks, 100, 96] of ONE sound -> embedding [1, 512], then the posteriors [1, classes] of each head."""

    def __init__(self) -> None:
        super().__init__()
        self.tower, self.heads = aisfx.load(), nn.ModuleList(aisfx.load_heads())

    def forward(self, mel: Tensor) -> tuple[Tensor, ...]:
        embedding = self.tower(mel).mean(dim=0, keepdim=True)
        return embedding, *(head(embedding).softmax(dim=1) for head in self.heads)


def export(path: Path) -> None:
    graph = JudgeGraph().eval()
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        graph, (torch.rand(2, audio.TOWER_BLOCK, audio.TOWER_MELS),), str(path), dynamo=False, opset_version=17,
        input_names=["mel"], output_names=["embedding", *(f"posterior_{i}" for i in range(len(graph.heads)))],
        dynamic_axes={"mel": {0: "blocks"}},
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=manifest.BUILD / "judge.onnx")
    export(parser.parse_args().out)
