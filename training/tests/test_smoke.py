"""The whole chain on 32 clips: what it exports must run in onnxruntime and say what the manifest says."""

import hashlib
import json

import numpy as np
import onnxruntime
import pytest

from refoley_training import export, smoke


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return smoke.main(tmp_path_factory.mktemp("smoke"))


def test_manifest_describes_the_files(pack):
    data = json.loads((pack / "manifest.json").read_text())
    files = [*data["graphs"].values(), data["tokenizer"], data["tokenizer"]["config"]]
    for entry in files:
        content = (pack / entry["file"]).read_bytes()
        assert len(content) == entry["bytes"]
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert set(data["graphs"]) == {"textEncoder", *export.OUTPUTS}
    assert data["distilled"] == {"steps": 4, "timestepOffset": 1000, "guidance": 4.5, "libraryGuidance": 4.0, "candidates": 4}


@pytest.mark.parametrize("part", list(export.OUTPUTS))
def test_graph_runs_at_shapes_it_was_not_traced_at(pack, part):
    inputs = export.example_inputs(batch=1, k=5, frames=24, seed=7)[part]
    session = onnxruntime.InferenceSession(str(pack / export.file_name(part)), providers=["CPUExecutionProvider"])
    outputs = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    assert [o.name for o in session.get_outputs()] == export.OUTPUTS[part]
    assert all(np.isfinite(output).all() for output in outputs)


def test_masked_neighbours_have_no_influence(pack):
    inputs = export.example_inputs(batch=1, k=3, frames=24)["unet"]
    inputs["token_bias"][:, 1] = -10_000
    session = onnxruntime.InferenceSession(str(pack / "unet.onnx"), providers=["CPUExecutionProvider"])
    feeds = {name: value.numpy() for name, value in inputs.items()}
    prediction, influence = session.run(None, feeds)
    assert influence[0, 1] == 0 and influence[0, 0] > 0 and influence.sum() <= 1.0001
    feeds["audio_tokens"][:, 1] = 9.0
    again, _ = session.run(None, feeds)
    assert np.array_equal(prediction, again)
