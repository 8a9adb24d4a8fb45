"""The evidence: makes takes of the test captions under many settings, judges them, writes docs/evaluation.md."""
