"""Other ways in which a sound designer might ask for a captioned sound.

Captions in the corpus are short and alike ("wooden door closing, very short"); prompts are not. Each phrasing keeps
the meaning and changes the form: tense, order, synonyms, a keyword list as file names have it, a UCS category in front.
Rules only, so that the same corpus always gives the same phrasings.
"""

import re

from lemminflect import getAllLemmas, getInflection

# Interchangeable words; the first found in a caption is swapped for each of the others.
SYNONYMS = (
    ("explosion", "blast", "detonation"), ("footstep", "step", "foot fall"), ("hitting", "striking"), ("small", "little"),
    ("big", "large", "huge"), ("grunting", "groaning"), ("screaming", "shrieking"), ("man", "male voice"), ("woman", "female voice"),
    ("creature", "beast", "monster"), ("gun", "firearm"), ("shot", "gunshot"), ("running", "working"), ("machine", "mechanical device"),
    ("stone", "rock"), ("wooden", "wood"), ("spaceship", "starship", "spacecraft"), ("magic", "magical"), ("spell", "incantation"),
    ("crackling", "popping"), ("whoosh", "swish", "swoosh"), ("thud", "thump"), ("roaring", "growling"), ("engine", "motor"),
    ("soil", "dirt", "earth"), ("closing", "shutting"), ("car", "automobile"), ("crowd", "audience"), ("cheering", "applauding"),
    ("bird", "songbird"), ("thunder", "thunderclap"), ("horn", "klaxon"), ("buzzing", "humming"), ("shattering", "smashing"),
    ("metal", "metallic", "steel"), ("glass", "glassy"), ("laser", "ray gun"), ("zombie", "undead"), ("clang", "clank"),
)  # fmt: skip
PREFIXES = ("sound of {}", "{} sound effect", "recording of {}", "foley of {}")
SMALL_WORDS = frozenset("a an the of on in with as it its he she his her and or into out through from at to by is being".split())
NOUNS = frozenset(("building", "ceiling", "morning", "being", "clothing", "warning"))
# Qualifiers that the captions give after a comma, said as one would say them.
QUALIFIERS = {
    "very short": ("very brief", "short"), "deep and dull": ("deep, muffled", "low and dull"), "bright": ("crisp", "brilliant"),
    "low-pitched": ("low", "deep"), "high-pitched": ("high", "shrill"), "long": ("lasting", "sustained"),
    "repeated several times": ("several times", "again and again"),
}  # fmt: skip


def present(word: str) -> str | None:
    """creaking -> creaks, dying -> dies; None where the word is no gerund."""
    if not word.endswith("ing") or word in NOUNS or "VERB" not in getAllLemmas(word):
        return None
    lemma = getAllLemmas(word)["VERB"][0]
    return None if lemma == word else getInflection(lemma, "VBZ")[0]


def _unique(options: list[str], but: str) -> list[str]:
    seen, out = {but}, []
    for option in options:
        option = re.sub(r"\s+", " ", option).strip(" ,")
        if option and option not in seen:
            seen.add(option)
            out.append(option)
    return out


def phrasings(caption: str, category: str = "", limit: int = 7) -> list[str]:
    """The caption itself, then up to `limit - 1` other ways to say it, the most natural first."""
    core, *qualifiers = [part.strip() for part in caption.split(",")]
    options = []
    words = core.split()
    told = [present(word) or word for word in words]
    if told != words and "being" not in words:
        options.append(" ".join(told))
    if qualifiers and qualifiers[0] in QUALIFIERS:
        first, second = QUALIFIERS[qualifiers[0]]
        options += [f"{first} {core}", f"{core}, {second}"]
    if qualifiers:
        options.append(core)
    for group in SYNONYMS:
        found = next((word for word in group if re.search(rf"\b{word}\b", core)), None)
        if found:
            options += [re.sub(rf"\b{found}\b", other, core, count=1) for other in group if other != found]
    keywords = [word for word in re.findall(r"[\w-]+", caption) if word not in SMALL_WORDS]
    options.append(" ".join(keywords))
    if category:
        options.append(f"{category.replace('-', ' ').lower()} {core}")
    bare = re.sub(r"^(a |an |the |single |short )+", "", core)
    options.append(bare)
    options.append(PREFIXES[sum(map(ord, caption)) % len(PREFIXES)].format(bare))
    return [caption, *_unique(options, caption)[: limit - 1]]
