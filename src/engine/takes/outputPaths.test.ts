import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { outputPaths, slug } from './outputPaths.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-takes-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const paths = (out: string | undefined, seeds = [7]) =>
  outputPaths({ out, takesFolder: join(root, 'takes'), prompt: 'Rusty gate!', seeds });

describe('outputPaths', () => {
  it('names takes after prompt and seed, in a folder that it makes', async () => {
    expect(await paths(undefined)).toEqual([join(root, 'takes', 'rusty-gate_7.wav')]);
    expect(await paths(join(root, 'a', 'b'))).toEqual([join(root, 'a', 'b', 'rusty-gate_7.wav')]);
    expect((await stat(join(root, 'a', 'b'))).isDirectory()).toBe(true);
  });

  it('never makes up a name that is taken', async () => {
    await writeFile(join(root, 'rusty-gate_7.wav'), '');
    expect(await paths(root, [7, 8, 7])).toEqual([
      join(root, 'rusty-gate_7_2.wav'),
      join(root, 'rusty-gate_8.wav'),
      join(root, 'rusty-gate_7_3.wav'),
    ]);
  });

  it('takes the name that the user gave, numbered when there are several takes', async () => {
    expect(await paths(join(root, 'my.WAV'))).toEqual([join(root, 'my.WAV')]);
    expect(await paths(join(root, 'my.wav'), [1, 2])).toEqual([
      join(root, 'my-1.wav'),
      join(root, 'my-2.wav'),
    ]);
  });

  it('refuses a folder that cannot be made', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(paths(join(root, 'file'))).rejects.toMatchObject({ kind: 'input' });
    await expect(paths(join(root, 'file', 'take.wav'))).rejects.toMatchObject({ kind: 'input' });
  });
});

describe('slug', () => {
  it.each([
    ['Rusty gate creaks open, slow', 'rusty-gate-creaks-open-slow'],
    ['../../etc/passwd', 'etc-passwd'],
    ['塔の鐘 🔔', '塔の鐘'],
    ['🔔', 'take'],
    ['a very long prompt that goes on and on about a gate', 'a-very-long-prompt-that-goes-on-and-on-about-a'],
  ])('of %j is %j', (prompt, expected) => {
    expect(slug(prompt)).toBe(expected);
  });

  it('is short, and safe in a path, whatever the prompt', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (prompt) => {
        const made = slug(prompt);
        expect(made.length).toBeGreaterThan(0);
        expect(made.length).toBeLessThanOrEqual(48);
        expect(made).not.toMatch(/[\\/:*?"<>|.\s\p{Cc}]/u);
      }),
    );
  });
});
