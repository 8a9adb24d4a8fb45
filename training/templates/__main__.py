"""Write the templates of every published configuration: `python -m templates [family ...]`."""

import sys
from pathlib import Path

from templates import audioldm
from templates.template import write_templates

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "templates"
FAMILIES = {"audioldm": audioldm.published}

if __name__ == "__main__":
    for name in sys.argv[1:] or FAMILIES:
        write_templates(RESOURCES / name, FAMILIES[name]())
