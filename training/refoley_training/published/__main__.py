"""`python -m refoley_training.published tango|audiogen FOLDER OUT --t5 T5`

FOLDER as its authors publish it; T5 a folder with config.json, tokenizer.json, tokenizer_config.json and (for AudioGen) the weights of the
encoder that it names: google/flan-t5-large for Tango, t5-large for AudioGen. Only tensors are read from the pickles: one with code in it is
refused.
"""

import argparse
from pathlib import Path

from refoley_training.published import audiogen, tango

FAMILIES = {"tango": tango.lay_out, "audiogen": audiogen.lay_out}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", choices=FAMILIES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--t5", type=Path, required=True)
    options = parser.parse_args()
    FAMILIES[options.family](options.folder, options.out, options.t5)
