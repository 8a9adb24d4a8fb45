"""Models whose authors publish pickles, laid out as files without code that `refoley pack add` takes."""
