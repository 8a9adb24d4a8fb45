/** Bytes of UTF-8 that every file system takes for one name. */
export const MOST_BYTES = 255;
/** Not allowed in names on Windows, macOS or Linux, or not to be seen. */
// eslint-disable-next-line no-control-regex -- those characters are what it is about
const ILLEGAL = /[\u0000-\u001f\u007f-\u009f\\/:*?"<>|\u200b-\u200f\u2028\u2029\ufeff\ufffd]/gu;
/** Names of devices on Windows, whatever their extension. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i;

/** Text as it can stand in a name: NFC, characters that a file system forbids as spaces, no blanks or dots at its ends. */
export function legal(text: string): string {
  return text
    .normalize('NFC')
    .toWellFormed()
    .replace(ILLEGAL, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
}

/** The first character of a text that no name may hold. */
export function illegalIn(text: string): string | undefined {
  return text.match(ILLEGAL)?.[0];
}

/** Whether Windows takes a name for a device. */
export function isReserved(name: string): boolean {
  return RESERVED.test(name);
}

/** As many whole characters as fit in so many bytes. */
export function cut(text: string, most: number): string {
  let end = '';
  for (const character of text) {
    if (byteLength(end + character) > most) break;
    end += character;
  }
  return end.replace(/[ .]+$/, '');
}

/** Of UTF-8. */
export function byteLength(text: string): number {
  let sum = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    sum += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return sum;
}

/** Names that are the same are the same to most file systems, which look at neither case nor composition. */
export function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** The highest number that stands between two texts in names; 0 for none. */
export function highestNumber(names: Iterable<string>, before: string, after: string): number {
  const [start, end] = [folded(before), folded(after)];
  let most = 0;
  for (const name of names) {
    const candidate = folded(name);
    if (!candidate.startsWith(start) || !candidate.endsWith(end)) continue;
    const number = candidate.slice(start.length, candidate.length - end.length);
    if (/^\d{1,9}$/.test(number)) most = Math.max(most, Number(number));
  }
  return most;
}
