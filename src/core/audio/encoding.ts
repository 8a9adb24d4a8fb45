/**
 * Text in audio files: UTF-8 where the format allows it, ASCII where it does not, and a tolerant reading of both.
 * TextEncoder and TextDecoder are globals of the Encoding Standard, in Node and in browsers alike; they are declared
 * here because core is compiled with neither's types.
 */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options?: { fatal?: boolean },
) => { decode(bytes: Uint8Array): string };

/** Punctuation that word processors put into text and that has an ASCII spelling which NFKD does not give. */
const ASCII_SPELLING = new Map([
  ['\u2018', "'"],
  ['\u2019', "'"],
  ['\u201c', '"'],
  ['\u201d', '"'],
  ['\u2013', '-'],
  ['\u2014', '-'],
  ['\u00d7', 'x'],
  ['\u00df', 'ss'],
  ['\u00e6', 'ae'],
  ['\u00f8', 'o'],
]);

/** Encodes text as UTF-8. */
export function encodeUtf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/**
 * Decodes text of unknown origin up to its first NUL: UTF-16 by its byte order mark, else UTF-8 (a character that a
 * field of fixed length cut in two is dropped), else Shift-JIS where it reads as Japanese, else Windows-1252 (what
 * older tools on Windows wrote). Never fails.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return untilNul(new TextDecoder('utf-16le').decode(bytes));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return untilNul(new TextDecoder('utf-16be').decode(bytes));
  const nul = bytes.indexOf(0);
  const text = nul < 0 ? bytes : bytes.subarray(0, nul);
  return (
    decodeStrictly('utf-8', text) ??
    decodeStrictly('utf-8', withoutCutCharacter(text)) ??
    japanese(text) ??
    new TextDecoder('windows-1252').decode(text)
  );
}

/** Spells text in printable ASCII, line breaks and tabs kept: accents are dropped, what has no ASCII spelling becomes `?`. */
export function toAscii(text: string): string {
  let ascii = '';
  for (const character of text) ascii += asciiSpelling(character);
  return ascii;
}

function asciiSpelling(character: string): string {
  if (/^[\t\n\r\x20-\x7e]$/.test(character)) return character;
  const known = ASCII_SPELLING.get(character);
  if (known !== undefined) return known;
  const base = character.normalize('NFKD').replace(/\p{M}/gu, '');
  if (base === '' || /^\p{Cc}$/u.test(base)) return '';
  return /^[\x20-\x7e]+$/.test(base) ? base : '?';
}

function decodeStrictly(encoding: string, bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Text before the beginning of a UTF-8 sequence at its end; undefined where it holds no other such sequence. */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array | undefined {
  const isInside = (index: number): boolean => ((bytes[index] ?? 0) & 0xc0) === 0x80;
  let start = bytes.length - 1;
  while (start >= bytes.length - 3 && isInside(start)) start--;
  const before = bytes.subarray(0, Math.max(0, start));
  // One accented letter at the end of plain text is Windows-1252, not half a character.
  return (bytes[start] ?? 0) >= 0xc2 && before.some((byte) => byte > 0x7f) ? before : undefined;
}

/**
 * Shift-JIS, told from Windows-1252 by its kana, which hardly any Japanese text does without: they begin with bytes
 * that are a low quotation mark and a florin sign there.
 */
function japanese(bytes: Uint8Array): string | undefined {
  const text = decodeStrictly('shift_jis', bytes);
  return text !== undefined && /[\u3041-\u3096\u30a1-\u30fa]/u.test(text) ? text : undefined;
}

function untilNul(text: string): string {
  const nul = text.indexOf('\0');
  return nul < 0 ? text : text.slice(0, nul);
}
