"""What of an exported graph a session does not need: names that lie between, values computed twice, values that nothing takes."""

from itertools import count

from onnx import GraphProto, NodeProto

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def tidy(graph: GraphProto) -> None:
    """The same computation in fewer and shorter words. Names of inputs, outputs and weights stay."""
    graph.name = "g"
    graph.ClearField("value_info")
    share(graph)
    drop(graph)
    rename(graph)


def share(graph: GraphProto) -> None:
    """Nodes that do the same with the same become one: the exporter writes every length and every constant anew."""
    outputs = {output.name for output in graph.output}
    same: dict[str, str] = {}
    first: dict[bytes, NodeProto] = {}
    kept: list[NodeProto] = []
    for node in graph.node:
        node.input[:] = [same.get(name, name) for name in node.input]
        if node.op_type == "Identity" and node.output[0] not in outputs:
            same[node.output[0]] = node.input[0]
            continue
        alike = first.setdefault(what(node), node)
        if alike is not node and not outputs.intersection(node.output):
            same.update(zip(node.output, alike.output, strict=True))
        else:
            kept.append(node)
    replace(graph, kept)


def drop(graph: GraphProto) -> None:
    needed = {output.name for output in graph.output}
    kept: list[NodeProto] = []
    for node in reversed(graph.node):
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    replace(graph, kept[::-1])


def rename(graph: GraphProto) -> None:
    taken = {value.name for value in (*graph.input, *graph.output, *graph.initializer)}
    numbers = count()
    short: dict[str, str] = {"": ""}
    for node in graph.node:
        node.ClearField("name")
        node.ClearField("doc_string")
        for name in node.output:
            if name not in taken and name not in short:
                short[name] = in_letters(next(numbers))
    for node in graph.node:
        node.input[:] = [short.get(name, name) for name in node.input]
        node.output[:] = [short.get(name, name) for name in node.output]


def what(node: NodeProto) -> bytes:
    copy = NodeProto()
    copy.CopyFrom(node)
    copy.ClearField("output")
    copy.ClearField("name")
    copy.ClearField("doc_string")
    return copy.SerializeToString(deterministic=True)


def replace(graph: GraphProto, nodes: list[NodeProto]) -> None:
    copies = [NodeProto.FromString(node.SerializeToString()) for node in nodes]
    graph.ClearField("node")
    graph.node.extend(copies)


def in_letters(number: int) -> str:
    head, digit = divmod(number, len(DIGITS))
    return (in_letters(head) if head else "") + DIGITS[digit]
