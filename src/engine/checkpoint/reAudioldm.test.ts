import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadPack, type RunningPack } from '../inference/loadPack.ts';
import { addPack } from '../packs/addPack.ts';
import { verifyPack } from '../packs/verifyPack.ts';
import golden from './goldens/re-audioldm/take.json' with { type: 'json' };
import { expectAgreement, summarySchema } from './testing/goldenCases.ts';
import { reAudioldmTake, type Stages } from './testing/reAudioldmTake.ts';
import { addSmallTemplates, writeSmallModel } from './testing/smallModel.ts';

/** Written by `training/make_goldens.py re_audioldm` from the evaluation's sampler. */
const stages = z.record(z.string(), summarySchema).parse(golden.stages);
const settings = { ...golden.settings, retrieval: 'both' };

describe('a small Re-AudioLDM makes of a prompt and neighbours what its evaluation does', () => {
  let root: string;
  let pack: RunningPack;
  let made: Stages;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'refoley-realdm-'));
    const folders = {
      ...{ addedPacksFolder: join(root, 'packs'), packFolders: [join(root, 'packs')] },
      templateFolders: [],
    };
    // As an export brings its graphs along.
    const exported = await writeSmallModel(join(root, 're-audioldm-xs'), 're-audioldm');
    await addSmallTemplates(exported, 're-audioldm');
    const added = await addPack(folders, exported, {});
    expect((await verifyPack(added)).filter(({ problem }) => problem)).toEqual([]);
    pack = await loadPack(added.folder);
    made = await reAudioldmTake(pack, settings);
  }, 60_000);
  afterAll(async () => {
    await pack.sessions.close();
    await rm(root, { recursive: true, force: true });
  });

  it.each(Object.keys(stages))('in its %s', (stage) => {
    expectAgreement(made[stage], stages[stage]!);
  });

  it('lets the neighbours lead as much as they weigh', async () => {
    const [first = 0, second = 0] = made['influence']!.data;
    expect(first).toBeGreaterThan(second);
    const alone = await reAudioldmTake(pack, { ...settings, retrieval: 'none', steps: 2 });
    expect(alone['influence']!.data).toEqual(new Float32Array(2));
    const led = await reAudioldmTake(pack, { ...settings, steps: 2 });
    expect(led['waveform']!.data).not.toEqual(alone['waveform']!.data);
  });
});
