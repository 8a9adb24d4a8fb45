"""Graphs without weights of models that others publish, made from their reference implementations."""
