import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../library/testing/fakeLibrary.ts';
import { discardFolder } from './discardFolder.ts';

let root: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  root = temporaryFolder();
});
afterEach(() => {
  root.remove();
});

it('deletes what was there, and nothing that is written from then on', async () => {
  const folder = join(root.path, 'edits');
  mkdirSync(join(folder, 'out'), { recursive: true });
  for (let n = 0; n < 300; n++) writeFileSync(join(folder, 'out', `${n}.wav`), 'old');
  await discardFolder(folder);
  expect(existsSync(folder)).toBe(false);
  mkdirSync(join(folder, 'out'), { recursive: true });
  writeFileSync(join(folder, 'out', '7.wav'), 'new');
  await vi.waitFor(() => expect(readdirSync(root.path)).toEqual(['edits']));
  expect(readFileSync(join(folder, 'out', '7.wav'), 'utf8')).toBe('new');
  expect(readdirSync(join(folder, 'out'))).toEqual(['7.wav']);
});

it('has nothing to do where there is none', async () => {
  await discardFolder(join(root.path, 'edits'));
  expect(readdirSync(root.path)).toEqual([]);
});
