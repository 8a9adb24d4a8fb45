import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWav } from '#core/audio/wav.ts';
import { emptyFolder, type DataFolder } from './support/dataFolder.ts';
import { errorKind, run, runJson } from './support/refoley.ts';
import { sound } from './support/sounds.ts';

let folder: DataFolder;
const at = (name: string): string => join(folder.path, name);
const edit = (...args: string[]) => run(['edit', ...args, '--data', at('data')]);

beforeAll(async () => {
  folder = await emptyFolder();
  await writeFile(at('door.wav'), sound(1));
  await writeFile(at('bell.wav'), sound(2));
  const operations = [
    { op: 'trim', start: 0.1, end: 0.5 },
    { op: 'fade', start: 0, end: 0.05, direction: 'in' },
    { op: 'layer', sound: 'bell', at: 0.1, db: -6 },
    { op: 'marker', at: 0.2, label: 'hit' },
    { op: 'normalise', measure: 'peak', to: -3 },
  ];
  await writeFile(at('edit.json'), JSON.stringify({ operations, sounds: { bell: { file: 'bell.wav' } } }));
});
afterAll(() => folder.remove());

describe('refoley edit', () => {
  it('renders a list, the same every time, and leaves the sound alone', async () => {
    const before = await readFile(at('door.wav'));
    const args = ['edit', at('door.wav'), '--ops', at('edit.json'), '--data', at('data')];
    const report = await runJson([...args, '--out', at('out.wav')]);
    const bytes = await readFile(at('out.wav'));
    expect(report).toMatchObject({
      ...{ path: at('out.wav'), sampleRate: 44_100, bits: 24, channels: 1 },
      sha256: createHash('sha256').update(bytes).digest('hex'),
      marks: [{ at: 0.2, end: null, label: 'hit' }],
    });
    const { channels } = readWav(bytes);
    expect(channels[0]).toHaveLength(Math.round(0.1 * 44_100) + Math.round(0.6 * 44_100));
    expect(Math.max(...channels[0]!.map(Math.abs))).toBeCloseTo(10 ** (-3 / 20), 4);
    expect((await runJson([...args, '--out', at('again.wav')])).sha256).toBe(report.sha256);
    expect(await readFile(at('door.wav'))).toEqual(before);

    const shown = await runJson(['show', at('out.wav'), '--data', at('data')]);
    expect(JSON.stringify(shown)).toContain('bell.wav');
  });

  it.each([
    ['[{"op":"trim","start":0.2,"end":0.1}]', 'input', 'operation 1 (trim)'],
    ['[{"op":"gain","db":1},{"op":"cut","start":0.5,"end":9}]', 'input', 'operation 2 (cut)'],
    ['[{"op":"gain","db":"NaN"}]', 'input', 'operations.0.db'],
    [
      '{"operations":[{"op":"layer","sound":"x","at":0}],"sounds":{"x":{"file":"none.wav"}}}',
      'not-found',
      'none.wav',
    ],
    [
      `{"operations":[],"sounds":{"x":{"file":"bell.wav","sha256":"${'0'.repeat(64)}"}}}`,
      'unavailable',
      'has changed',
    ],
    ['not a list', 'input', 'not JSON'],
  ])('refuses %s and writes nothing', async (list, kind, words) => {
    await writeFile(at('bad.json'), list);
    const { code, stderr } = await edit(at('door.wav'), '--ops', at('bad.json'), '--out', at('bad.wav'));
    expect([code, errorKind({ code, stdout: '', stderr })]).toEqual([1, kind]);
    expect(stderr).toContain(words);
    await expect(readFile(at('bad.wav'))).rejects.toThrow('ENOENT');
  });

  it('refuses to write over the sound itself, and a format that it does not know', async () => {
    for (const out of ['door.wav', 'door.mp3']) {
      const { code, stderr } = await edit(at('door.wav'), '--ops', at('edit.json'), '--out', at(out));
      expect([code, errorKind({ code, stdout: '', stderr })]).toEqual([1, 'input']);
    }
  });
});
