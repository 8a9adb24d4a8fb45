"""A torch module as an ONNX graph whose weights are marked as lying elsewhere, under the names that its checkpoint has for them."""

import gzip
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from onnx import TensorProto
from torch import Tensor, nn
from torch.onnx import register_custom_op_symbolic, symbolic_helper

from templates.tidy import tidy

OPSET = 17
PREFIX = "model."


def squeeze(graph: Any, x: Any, axis: Any) -> Any:
    """Of what is traced; the exporter asks with an If where it has lost sight of the shape."""
    return graph.op("Squeeze", x, graph.op("Constant", value_t=torch.tensor([symbolic_helper._parse_arg(axis, "i")])))


register_custom_op_symbolic("aten::squeeze", squeeze, OPSET)


@dataclass(frozen=True)
class Part:
    """
    What of a model is run, and on what it is traced. Axes: of each tensor, the names of those that may change. `quicken` lets the module
    compute the same in ways that suit onnxruntime; what it is to agree with is computed without.
    """

    module: "Wrapped"
    inputs: dict[str, Tensor]
    outputs: list[str]
    axes: dict[str, dict[int, str]]
    quicken: "Callable[[Wrapped], None] | None" = None


@dataclass(frozen=True)
class Template:
    """A part of a family at a size: what is to be in its checkpoint's config.json, and the module of such a configuration."""

    part: str
    folder: str
    size: str
    config: dict[str, Any]
    build: Callable[[dict[str, Any]], Part]

    @property
    def file(self) -> str:
        return f"{self.part}-{self.size}.onnx.gz" if self.size else f"{self.part}.onnx.gz"


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
    # The exporter makes one of weights that are equal, as new ones are. Buffers that no file has are constants and stay.
    for weight in part.module.state_dict().values():
        if weight.is_floating_point():
            nn.init.normal_(weight, std=0.02)
    if part.quicken:
        part.quicken(part.module)
    buffer = io.BytesIO()
    names = [*part.inputs, *part.outputs]
    with torch.no_grad():
        # Weights as inputs: with their values, a graph may be more than protobuf takes.
        torch.onnx.export(
            part.module.eval(), tuple(part.inputs.values()), buffer, dynamo=False, opset_version=OPSET, export_params=False,
            do_constant_folding=False, input_names=list(part.inputs), output_names=part.outputs,
            dynamic_axes={name: part.axes[name] for name in names if name in part.axes}, custom_opsets={"com.microsoft": 1},
        )  # fmt: skip
    model = onnx.load_model_from_string(buffer.getvalue())
    lost = {name for name, _ in part.module.named_parameters()} - {value.name for value in model.graph.input}
    if lost:
        raise ValueError(f"{len(lost)} weights are not in the graph: {sorted(lost)[:5]}")
    place(model.graph, part)
    tidy(model.graph)
    return model


def place(graph: onnx.GraphProto, part: Part) -> None:
    """
    Makes initializers of what is a weight. Whole numbers (places and types of tokens), which not every file has, keep their values, once
    each: the exporter has taken what is equal out of the inputs already.
    """
    weights = part.module.state_dict()
    inputs = [value for value in graph.input if value.name in part.inputs]
    taken = dict.fromkeys((*(value.name for value in graph.input), *(name for node in graph.node for name in node.input)))
    names: dict[str, str] = {}
    whole: dict[bytes, str] = {}
    for name in (name for name in taken if name in weights):
        value, short = weights[name], name.removeprefix(PREFIX)
        if value.is_floating_point():
            names[name] = short
            tensor = TensorProto(name=short, data_type=TensorProto.FLOAT, dims=value.shape, data_location=TensorProto.EXTERNAL)
        else:
            tensor = onnx.numpy_helper.from_array(value.numpy())
            names[name] = whole.setdefault(tensor.SerializeToString(), short)
            tensor.name = short
        if names[name] == short:
            graph.initializer.append(tensor)
    graph.ClearField("input")
    graph.input.extend(inputs)
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]


def write_templates(folder: Path, templates: list[Template]) -> None:
    """The graphs, gzip-compressed, and templates.json, which says of each what it is for."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[dict[str, Any]] = []
    for template in templates:
        part = template.build(template.config)
        graph = gzip.compress(to_template(part).SerializeToString(deterministic=True), 9, mtime=0)
        (folder / template.file).write_bytes(graph)
        entries.append({
            "part": template.part, "folder": template.folder, "size": template.size, "file": template.file,
            "sha256": hashlib.sha256(graph).hexdigest(), "parameters": sum(weight.numel() for weight in part.module.parameters()),
            "config": template.config,
        })  # fmt: skip
    (folder / "templates.json").write_text(json.dumps({"templates": entries}, indent=1) + "\n")
