"""A torch module as an ONNX graph whose weights are marked as lying elsewhere, under the names that its checkpoint has for them."""

import io
from dataclasses import dataclass
from typing import Any

import gzip
import onnx
import torch
from onnx import TensorProto
from torch import Tensor, nn

OPSET = 17
PREFIX = "model."


@dataclass(frozen=True)
class Part:
    """What of a model is run, and on what it is traced. Axes: of each tensor, the names of those that may change."""

    module: "Wrapped"
    inputs: dict[str, Tensor]
    outputs: list[str]
    axes: dict[str, dict[int, str]]


class Wrapped(nn.Module):
    """Calls a published module as the pipeline does; its own names stay those of the checkpoint."""

    def __init__(self, model: nn.Module, call: Any):
        super().__init__()
        self.model = model
        self.call = call

    def forward(self, *inputs: Tensor) -> Any:
        return self.call(self.model, *inputs)


def to_template(part: Part) -> onnx.ModelProto:
    """
    The graph, opset 17. Constant folding is off: it would merge weights and lose their names.

    Raises ValueError when a weight of the module is not in the graph under its name.
    """
    # The exporter makes one of weights that are equal, as new ones are.
    for weight in part.module.parameters():
        nn.init.normal_(weight, std=0.02)
    buffer = io.BytesIO()
    names = [*part.inputs, *part.outputs]
    with torch.no_grad():
        torch.onnx.export(
            part.module.eval(), tuple(part.inputs.values()), buffer, dynamo=False, opset_version=OPSET,
            do_constant_folding=False, input_names=list(part.inputs), output_names=part.outputs,
            dynamic_axes={name: part.axes[name] for name in names if name in part.axes},
        )  # fmt: skip
    graph = onnx.load_model_from_string(buffer.getvalue())
    # Whole numbers are places and types of tokens, which not every file has.
    weights = {name for name, value in part.module.state_dict(keep_vars=True).items() if value.is_floating_point()}
    weights |= {name for name, _ in part.module.named_parameters()}
    found = {initializer.name for initializer in graph.graph.initializer}
    lost = {name for name, _ in part.module.named_parameters()} - found
    if lost:
        raise ValueError(f"{len(lost)} weights are not in the graph: {sorted(lost)[:5]}")
    for initializer in graph.graph.initializer:
        if initializer.name in weights:
            initializer.ClearField("raw_data")
            initializer.data_location = TensorProto.EXTERNAL
            initializer.name = initializer.name.removeprefix(PREFIX)
    for node in graph.graph.node:
        for index, name in enumerate(node.input):
            if name in weights:
                node.input[index] = name.removeprefix(PREFIX)
    return without_comments(graph)


def without_comments(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Node names and shapes of what lies between say nothing that a session needs."""
    for index, node in enumerate(graph.graph.node):
        node.name = str(index)
        node.ClearField("doc_string")
    graph.graph.ClearField("value_info")
    return graph


def compressed(graph: onnx.ModelProto) -> bytes:
    return gzip.compress(graph.SerializeToString(deterministic=True), 9, mtime=0)
