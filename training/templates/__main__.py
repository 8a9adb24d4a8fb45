"""Write the templates of every published configuration: `python -m templates [family ...]`."""

import sys
from pathlib import Path

from templates import audioldm, stable_audio_3
from templates.template import write_templates

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "templates"
FAMILIES = {"audioldm": audioldm.published, "stable-audio-3": stable_audio_3.published}

if __name__ == "__main__":
    for name in sys.argv[1:] or FAMILIES:
        write_templates(RESOURCES / name, FAMILIES[name]())
