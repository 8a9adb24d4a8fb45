"""Goldens: reference numbers that the TypeScript tests are pinned to. One module a subject, each with write(folder)."""
