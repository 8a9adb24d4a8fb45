"""Write the templates of published configurations: `python -m templates [family ...]`; those that the app can add unless some are named."""

import sys
from pathlib import Path

from templates import audiogen, audioldm, audioldm2, audiomae, clap, stable_audio_3, t5, tango
from templates.template import write_templates

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "templates"
FAMILIES = {
    "audioldm": audioldm.published, "audioldm2": audioldm2.published, "tango": tango.published, "t5": t5.published,
    "clap": clap.published, "audiomae": audiomae.published, "stable-audio-3": stable_audio_3.published,
    "audiogen": audiogen.published,
}  # fmt: skip

# What the app makes packs of (src/core/checkpoint/families.ts), or will; nothing uses the others yet.
SHIPPED = ["audioldm", "audioldm2", "tango", "audiogen", "stable-audio-3", "clap"]

if __name__ == "__main__":
    for name in sys.argv[1:] or SHIPPED:
        write_templates(RESOURCES / name, FAMILIES[name]())
