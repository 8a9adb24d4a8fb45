import { readRange } from './readRange.ts';
import { licenceKey } from './searchFilter.ts';
import type { Condition } from './searchFilter.ts';
import { categoryCatIds } from './ucsSynonyms.ts';

type NumberField = Extract<Condition, { range: unknown }>['field'];
type TextField = Extract<Condition, { values: unknown }>['field'];
type FlagField = Exclude<Condition['field'], NumberField | TextField | 'category'>;

const TEXT: Readonly<Record<string, TextField>> = {
  ...{
    source: 'source',
    src: 'source',
    tag: 'tag',
    tags: 'tag',
    collection: 'collection',
    coll: 'collection',
  },
  ...{ lic: 'licence', licence: 'licence', license: 'licence' },
};
const NUMBER: Readonly<Record<string, NumberField>> = {
  ...{
    rating: 'rating',
    stars: 'rating',
    dur: 'seconds',
    duration: 'seconds',
    len: 'seconds',
    length: 'seconds',
  },
  ...{ rate: 'sampleRate', samplerate: 'sampleRate', sr: 'sampleRate', ch: 'channels', channels: 'channels' },
  ...{ bit: 'bits', bits: 'bits' },
};
const FLAG: Readonly<Record<string, FlagField>> = {
  ...{
    fav: 'favourite',
    favourite: 'favourite',
    favorite: 'favourite',
    synthetic: 'synthetic',
    take: 'synthetic',
  },
  ...{ usable: 'mayCondition', missing: 'missing', offline: 'missing', captioned: 'captioned' },
  ...{ unreadable: 'unreadable', damaged: 'unreadable' },
};
const CATEGORY = new Set(['cat', 'category', 'ucs']);

/**
 * Reads a field filter such as `cat:DOORWood`, `rating:>=4` or `is:fav`; commas part alternatives, unless in quotes.
 * Undefined for a field that is not known, or a value that it cannot have: that is then a plain text.
 */
export function readCondition(
  field: string,
  value: string,
  negated: boolean,
  quoted = false,
): Condition | undefined {
  const name = field.toLowerCase();
  const values = (quoted ? [value] : value.split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (values.length === 0) return undefined;
  if (CATEGORY.has(name)) {
    const catIds = values.map(categoryCatIds);
    if (catIds.some((found) => found.length === 0)) return undefined;
    return { field: 'category', catIds: [...new Set(catIds.flat())], negated };
  }
  const text = own(TEXT, name);
  if (text !== undefined) return textCondition(text, values, negated);
  const number = own(NUMBER, name);
  if (number !== undefined) {
    const range = readRange(value, number);
    return range && { field: number, range, negated };
  }
  const flag = name === 'is' ? own(FLAG, value.toLowerCase()) : undefined;
  return flag && { field: flag, negated };
}

function textCondition(field: TextField, values: readonly string[], negated: boolean): Condition | undefined {
  const compared = values.map(field === 'licence' ? licenceKey : (value) => value.toLowerCase());
  return compared.includes('') ? undefined : { field, values: compared, negated };
}

/** `constructor:x` is no field. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
