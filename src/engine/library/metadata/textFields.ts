/** No text that a person reads is longer; what is (pictures as text, edit lists) would fill the catalogue. */
const MAX_CHARACTERS = 10_000;
/** Nor does any real file hold so many; a damaged or made-up one may, up to its size. */
const MAX_FIELDS = 2000;

/** Collects the first texts of a file by their names, trimmed; a repeated name gets a number. */
export class TextFields {
  readonly #texts = new Map<string, string>();

  add(name: string, text: string): void {
    const trimmed = text.replaceAll('\0', '').trim();
    if (trimmed === '' || trimmed.length > MAX_CHARACTERS || this.#texts.size === MAX_FIELDS) return;
    let free = name;
    for (let count = 2; this.#texts.has(free); count++) {
      if (this.#texts.get(free) === trimmed) return;
      free = `${name}[${count}]`;
    }
    this.#texts.set(free, trimmed);
  }

  all(): ReadonlyMap<string, string> {
    return this.#texts;
  }
}
