"""aiSFX's embedding network (Ma and Lerch 2022, CC-BY 4.0), rebuilt so that its published weights load by name."""

from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn


class ConvBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())).relu()


def summarise(last: nn.Module, maps: Tensor) -> Tensor:
    """The last block's maps, averaged over frequency, their largest moments kept: [n, 256, 12, 12] -> [n, 512]."""
    return last(maps).mean(dim=3).amax(dim=2)


class AiSFX(nn.Module):
    """mel [n, 100, 96] -> embedding [n, 512]."""

    def __init__(self) -> None:
        super().__init__()
        self.conv_block1 = ConvBlock(1, 64)
        self.conv_block2 = ConvBlock(64, 128)
        self.conv_block3 = ConvBlock(128, 256)
        self.conv_block4 = ConvBlock(256, 512)

    def maps(self, mel: Tensor) -> Tensor:
        """What the last block hears: [n, 100, 96] -> [n, 256, 12, 12] (time, frequency)."""
        x = mel.unsqueeze(1)
        for block in (self.conv_block1, self.conv_block2, self.conv_block3):
            x = nn.functional.max_pool2d(block(x), 2)
        return x

    def summary(self, maps: Tensor) -> Tensor:
        return summarise(self.conv_block4, maps)

    def forward(self, mel: Tensor) -> Tensor:
        return self.summary(self.maps(mel))


def checkpoint_path() -> Path:
    """The checkpoint inside the installed `aisfx` wheel (its code is not imported: it needs essentia)."""
    spec = find_spec("aisfx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the aisfx wheel is not installed: pip install --no-deps aisfx")
    return Path(spec.origin).parent / "models" / "checkpoint.pth"


def load() -> AiSFX:
    weights, _ = torch.load(checkpoint_path(), map_location="cpu", weights_only=False)
    prefix = "embedding_net."
    model = AiSFX()
    model.load_state_dict({name[len(prefix) :]: value for name, value in weights.items() if name.startswith(prefix)})
    return model.eval()


def load_heads() -> list[nn.Sequential]:
    """The nine published classifiers over UCS-like categories: embedding [n, 512] -> logits. For evaluation only."""
    weights, _ = torch.load(checkpoint_path(), map_location="cpu", weights_only=False)
    heads = []
    for index in range(sum(name.startswith("fc.") and name.endswith(".0.weight") for name in weights)):
        layers = [weights[f"fc.{index}.{layer}.weight"] for layer in (0, 2, 4)]
        head = nn.Sequential(*(m for w in layers for m in (nn.Linear(w.shape[1], w.shape[0]), nn.ReLU())))[:-1]
        head.load_state_dict({name[len(f"fc.{index}.") :]: v for name, v in weights.items() if name.startswith(f"fc.{index}.")})
        heads.append(head.eval())
    return heads
