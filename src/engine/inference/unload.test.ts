import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { PartName } from '#core/pack/manifest.ts';
import { REFOLEY_PARTS } from '#core/pack/refoleyManifest.ts';
import { createChildPort } from './childPort.ts';
import { createInference } from './host.ts';

const starter = fileURLToPath(new URL('../../../resources/packs/starter', import.meta.url));

const onLinux = it.runIf(process.platform === 'linux');

onLinux('gives back the memory of a pack that is unloaded', { timeout: 120_000 }, async () => {
  const inference = createInference(() => createChildPort('models'));
  const other = await mkdtemp(join(tmpdir(), 'refoley-other-'));
  try {
    for (const file of ['manifest.json', 'tokenizer.json', 'tokenizer_config.json'])
      await cp(join(starter, file), join(other, file));
    const resident = async (): Promise<number> => {
      const { pid } = await inference.run('ping', undefined);
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    };
    const use = (pack: string, parts: readonly PartName[]) => inference.run('prepare', { pack, parts });

    // onnxruntime itself is loaded by the first session, and stays.
    await use(starter, ['clapText']);
    const before = await resident();
    await use(starter, REFOLEY_PARTS);
    const loaded = await resident();
    await use(other, []);
    expect(loaded - before).toBeGreaterThan(100);
    expect(loaded - (await resident())).toBeGreaterThan((loaded - before) / 2);
  } finally {
    inference.close();
    await rm(other, { recursive: true, force: true });
  }
});
