import type { numberFields, NumberRange } from './searchFilter.ts';

type NumberField = (typeof numberFields)[number];

interface Quantity {
  readonly value: number;
  /** Half a unit of the last digit that was typed. */
  readonly tolerance: number;
}

const COMPARISON = /^(<=|>=|<|>|=|≤|≥)?(.+)$/;
const SPAN = /^(.+?)(?:\.\.|-|–)(.+)$/;
const NUMBER = /^(\d{1,12}(?:\.\d{0,6})?|\.\d{1,6})([a-z]*)$/;
const CLOCK = /^(\d{1,4}):([0-5]?\d(?:\.\d{1,6})?)$/;
const CHANNELS: Readonly<Record<string, string>> = { mono: '1', stereo: '2' };

/** Factors to seconds, Hz, stars, channels and bits. */
const UNITS: Readonly<Record<NumberField, Readonly<Record<string, number>>>> = {
  rating: { '': 1, star: 1, stars: 1 },
  seconds: { '': 1, s: 1, sec: 1, ms: 0.001, m: 60, min: 60, h: 3600 },
  sampleRate: { '': 1, hz: 1, k: 1000, khz: 1000 },
  channels: { '': 1, ch: 1 },
  bits: { '': 1, b: 1, bit: 1, bits: 1 },
};

/**
 * Reads `4`, `>=4`, `<2s`, `2-5s`, `2..5`, `1:30`, `500ms`, `48k`, `44.1kHz`, `stereo`. A bare length means one that
 * is written so, `2s` from 1.5 to under 2.5 seconds: hardly a sound has exactly that; a bare rate of under 1000 is in kHz.
 * Undefined for what is no number of that field, or a range with nothing in it.
 */
export function readRange(text: string, field: NumberField): NumberRange | undefined {
  const lower = text.toLowerCase().replaceAll(/\s+/g, '');
  const [, operator, rest = ''] = COMPARISON.exec(lower) ?? [];
  if (operator !== undefined && operator !== '=') return compared(operator, readQuantity(rest, field));
  const single = readQuantity(rest, field);
  if (single) return exactly(single, field);
  const [, first = '', last = ''] = SPAN.exec(rest) ?? [];
  const to = readQuantity(last, field);
  // `2-5s`, `44.1-96k`: the unit of the last stands for both.
  const from = readQuantity(first + (/[a-z]+$/.exec(last)?.[0] ?? ''), field) ?? readQuantity(first, field);
  return from && to && from.value <= to.value ? { atLeast: from.value, atMost: to.value } : undefined;
}

function compared(operator: string, quantity: Quantity | undefined): NumberRange | undefined {
  if (!quantity) return undefined;
  const { value } = quantity;
  if (operator === '<') return { lessThan: value };
  if (operator === '>') return { moreThan: value };
  return operator === '<=' || operator === '≤' ? { atMost: value } : { atLeast: value };
}

function exactly({ value, tolerance }: Quantity, field: NumberField): NumberRange {
  if (field !== 'seconds') return { atLeast: value, atMost: value };
  return { atLeast: value - tolerance, lessThan: value + tolerance };
}

function readQuantity(text: string, field: NumberField): Quantity | undefined {
  const [, minutes, seconds = ''] = (field === 'seconds' ? CLOCK.exec(text) : null) ?? [];
  if (minutes !== undefined) {
    return { value: Number(minutes) * 60 + Number(seconds), tolerance: halfDigit(seconds) };
  }
  const word = field === 'channels' && Object.hasOwn(CHANNELS, text) ? CHANNELS[text] : undefined;
  const [, digits = '', unit = ''] = NUMBER.exec(word ?? text) ?? [];
  if (digits === '' || !Object.hasOwn(UNITS[field], unit)) return undefined;
  const bareKilohertz = field === 'sampleRate' && unit === '' && Number(digits) < 1000;
  const factor = bareKilohertz ? 1000 : (UNITS[field][unit] ?? 1);
  // Rounded: 44.1 times 1000 is not 44100 in binary.
  return { value: round(Number(digits) * factor), tolerance: round(halfDigit(digits) * factor) };
}

function halfDigit(digits: string): number {
  return 0.5 * 10 ** -(digits.split('.')[1]?.length ?? 0);
}

function round(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}
