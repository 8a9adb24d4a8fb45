import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RefoleyError } from '#core/errors.ts';
import { readBatch } from './readBatch.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-batch-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function read(text: string) {
  const path = join(root, 'batch.csv');
  await writeFile(path, text);
  return readBatch(path);
}

describe('readBatch', () => {
  it('reads prompts with what else is said of them', async () => {
    const rows = await read(
      'Prompt;name;variations;duration;seed;negative\n"door; slams";Door;3;1,5;7;music\n\nrain on a tin roof;;;;;\n',
    );
    expect(rows).toEqual([
      {
        line: 2,
        set: 'Door',
        prompt: 'door; slams',
        negative: 'music',
        duration: 1.5,
        variations: 3,
        seed: 7,
      },
      expect.objectContaining({
        set: 'Rain On A Tin Roof',
        variations: 1,
        negative: '',
        duration: undefined,
      }),
    ]);
  });

  it('gives a row the same seed each time, and other rows others', async () => {
    const text = 'prompt\ndoor slams\nrain\n';
    const [first, second] = await read(text);
    expect((await read(text)).map(({ seed }) => seed)).toEqual([first?.seed, second?.seed]);
    expect(first?.seed).not.toBe(second?.seed);
  });

  it.each([
    ['no column', 'text\nrain\n', 'line 1'],
    ['no rows', 'prompt\n', 'no rows'],
    ['a row without a prompt', 'prompt,name\nrain,\n,x\n', 'line 3'],
    ['a length out of range', 'prompt,duration\nrain,60\n', 'line 2'],
    ['a word for a number', 'prompt,variations\nrain,many\n', 'variations'],
    ['half a take', 'prompt,variations\nrain,1.5\n', 'whole'],
  ])('refuses %s, and says where', async (_, text, words) => {
    await expect(read(text)).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(words) as string,
    });
  });

  it('takes any text or says what is wrong with it', async () => {
    const header = fc.constantFrom('prompt\n', 'prompt,seed\n', 'prompt\tname\n', '');
    await fc.assert(
      fc.asyncProperty(header, fc.string(), async (start, text) => {
        const rows = await read(start + text).catch((cause: unknown) => {
          expect(cause).toBeInstanceOf(RefoleyError);
          expect(cause).toMatchObject({ kind: 'input' });
          return [];
        });
        for (const { seed, variations, prompt } of rows) {
          expect(Number.isInteger(seed) && variations > 0 && prompt !== '').toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
