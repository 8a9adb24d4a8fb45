import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recipeSchema } from '../pipeline/recipe.ts';
import { provenanceSheet } from './provenanceSheet.ts';
import type { ShownFile } from './shownFile.ts';

const recipe = recipeSchema.parse({
  ...{
    format: 1,
    pack: { name: 'starter', version: '1', sha256: 'ab'.repeat(32) },
    negative: 'music',
    seed: 7,
  },
  ...{
    prompt: 'rusty gate',
    sampler: 'dpmpp',
    steps: 4,
    guidance: 3,
    libraryGuidance: 2,
    retrieval: 'both',
    k: 2,
  },
  ...{ duration: 1, sampleRate: 48_000, bits: 24 },
  neighbours: [0.3, 0.7].map((influence, id) => ({
    ...{ id, name: `hinge ${id}.wav`, caption: `hinge ${id}`, sha256: `${id}f`.repeat(32), start: 0, end: 2 },
    ...{ licence: 'CC-BY-NC-4.0', author: 'Ann', similarity: 0.5, weight: 1, pinned: false, influence },
  })),
});

const file: ShownFile = {
  ...{
    path: '/x/gate.wav',
    name: 'gate.wav',
    sha256: 'cd'.repeat(32),
    seconds: 1.5,
    sampleRate: 48_000,
    channels: 2,
  },
  ...{ bits: 24, time: 3661.5, fields: {}, notes: [], recipe },
  loudness: { integrated: -23, range: 3, truePeak: -1, maxMomentary: -20, maxShortTerm: -21 },
  marks: [{ start: 0, end: 0.5, label: 'hit', kind: 'region' }],
  edit: { format: 1, operations: [{ op: 'trim', start: 0, end: 1.5 }], sounds: {} },
};
const texts = (page: string) =>
  page
    .replace(/<style>[\s\S]*<\/style>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('provenanceSheet', () => {
  it('names the neighbours by their influence, with author, terms and hash, and what was done', () => {
    const page = texts(provenanceSheet(file));
    expect(page).toContain(
      'Made by a generative model, led by 2 recordings of the library, then edited in 1 step.',
    );
    expect(page.indexOf('hinge 1.wav 70 %')).toBeGreaterThan(0);
    expect(page.indexOf('hinge 0.wav 30 %')).toBeGreaterThan(page.indexOf('hinge 1.wav'));
    expect(page).toContain('by Ann; CC-BY-NC-4.0 (non-commercial use only)');
    for (const said of [
      '1f'.repeat(32),
      'cd'.repeat(32),
      'rusty gate',
      'music',
      'seed 7',
      '01:01:01.500',
      '-23.0 LUFS',
    ])
      expect(page).toContain(said);
    expect(page).toMatch(/trim start 0, end 1\.5/);
  });

  it('does not call a recording generated', () => {
    const { recipe: _, edit: _edit, ...recording } = file;
    const page = texts(provenanceSheet({ ...recording, fields: { 'INFO/IART': 'Jo' } }));
    expect(page).toContain('A recording by Jo.');
    expect(page).not.toMatch(/generative|led it/);
  });

  it('has the same elements, and runs nothing, whatever the texts are', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1 }),
      fc.constantFrom('</style><script>x</script>', '"><img src=x onerror=y>', '&lt;', ']]>', '\u0000<b>'),
    );
    const page = (name: string, prompt: string, author: string, label: string) => {
      const own = { name, author, caption: label, licence: prompt };
      const neighbours = recipe.neighbours.map((each) => ({ ...each, ...own }));
      return provenanceSheet({
        ...{ ...file, name, recipe: { ...recipe, prompt, negative: author, neighbours } },
        marks: [{ start: 0, end: 1, label, kind: 'region' }],
      });
    };
    const tags = (markup: string) => markup.match(/<[^>]*>/g);
    const expected = tags(page('a', 'b', 'c', 'd'));
    fc.assert(
      fc.property(hostile, hostile, hostile, hostile, (...said) => {
        expect(tags(page(...said))).toEqual(expected);
      }),
    );
    expect(expected?.join('')).not.toMatch(/<script|src=|https?:/i);
  });
});
