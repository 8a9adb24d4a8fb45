"""Weight-only storage: initialisers kept as int8 or fp16 and expanded by Cast (and Mul) when a session is created.

Standard operators only, so every runtime's constant folding turns the graph back into fp32 before it runs.
"""

from typing import Literal

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Storage = Literal["fp32", "fp16", "int8"]
SMALLEST = 2048  # elements; biases and norms stay fp32


def _output_axis(name: str, graph: onnx.GraphProto) -> int:
    """The axis of a weight's output channels: last for MatMul (x W), first for Conv, Gemm with transB and a transposed weight."""
    for node in graph.node:
        if name in node.input:
            return -1 if node.op_type == "MatMul" else 0
    return 0


def compress(model: onnx.ModelProto, storage: Storage) -> onnx.ModelProto:
    """Returns the model with its large fp32 initialisers stored as asked; `fp32` returns it unchanged."""
    if storage == "fp32":
        return model
    graph = model.graph
    kept, added, nodes = [], [], []
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or array.size < SMALLEST:
            kept.append(tensor)
        elif storage == "fp16":
            added.append(numpy_helper.from_array(array.astype("float16"), tensor.name + "_fp16"))
            nodes.append(helper.make_node("Cast", [tensor.name + "_fp16"], [tensor.name], to=TensorProto.FLOAT))
        else:
            axis = _output_axis(tensor.name, graph) % array.ndim
            others = tuple(i for i in range(array.ndim) if i != axis)
            scale = np.maximum(np.abs(array).max(axis=others, keepdims=True), 1e-12).astype("float32") / 127
            added.append(numpy_helper.from_array(np.round(array / scale).astype("int8"), tensor.name + "_int8"))
            added.append(numpy_helper.from_array(scale, tensor.name + "_scale"))
            nodes.append(helper.make_node("Cast", [tensor.name + "_int8"], [tensor.name + "_cast"], to=TensorProto.FLOAT))
            nodes.append(helper.make_node("Mul", [tensor.name + "_cast", tensor.name + "_scale"], [tensor.name]))
    del graph.initializer[:]
    graph.initializer.extend(kept + added)
    old = list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes + old)
    onnx.checker.check_model(model)
    return model
