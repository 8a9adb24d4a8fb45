"""Training of Refoley's starter pack: corpus, models, training loops, export to ONNX and goldens."""
