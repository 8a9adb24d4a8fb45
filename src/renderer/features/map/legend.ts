import { categoryNames } from '../../lib/state/map.svelte.ts';
import { COLOURS, SHAPES } from './pointPainter.ts';

export interface LegendEntry {
  /** Place of the UCS category in the standard, from 1; 0 for none. */
  readonly category: number;
  readonly name: string;
  readonly count: number;
  /** Of colour and shape, from 1; 0 for those that have none of their own. */
  readonly kind: number;
}

/** As many kinds as can be told apart. */
const KINDS = COLOURS * SHAPES;

/** The categories that are there, the most frequent first: these get a colour and a shape of their own. */
export function legendOf(categories: Uint8Array): LegendEntry[] {
  const counts = new Map<number, number>();
  for (const category of categories) counts.set(category, (counts.get(category) ?? 0) + 1);
  const named = [...counts]
    .filter(([category]) => category > 0)
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
  const none = counts.get(0);
  return [
    ...named.map(([category, count], rank) => ({ category, count, kind: rank < KINDS ? rank + 1 : 0 })),
    ...(none === undefined ? [] : [{ category: 0, count: none, kind: 0 }]),
  ].map((entry) => ({ ...entry, name: sentenceCase(categoryNames[entry.category] ?? '') }));
}

/** The kind of each point. */
export function kindsOf(categories: Uint8Array, legend: readonly LegendEntry[]): Uint8Array {
  const kinds = new Uint8Array(256);
  for (const { category, kind } of legend) kinds[category] = kind;
  return categories.map((category) => kinds[category] ?? 0);
}

function sentenceCase(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1).toLowerCase();
}
