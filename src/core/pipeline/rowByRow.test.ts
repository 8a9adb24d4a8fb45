import { describe, expect, it } from 'vitest';
import { generate } from './generate.ts';
import { rowByRow } from './rowByRow.ts';
import { checkSettings } from './settings.ts';
import { createTestPack } from './testPack.ts';

describe('rowByRow', () => {
  it('makes the same take, and shows the UNet one branch at a time', async () => {
    const settings = { prompt: 'gate', seed: 3, duration: 0.5, steps: 3, guidance: 4, libraryGuidance: 2 };
    const make = async (wrapped: boolean) => {
      const pack = createTestPack();
      const run = wrapped ? rowByRow(pack.run) : pack.run;
      const made = await generate(checkSettings(settings, pack.manifest), [], { ...pack, run });
      const rows = pack.asked.flatMap(({ part, inputs }) =>
        part === 'unet' ? [inputs['sample']?.dims[0]] : [],
      );
      return { made, rows };
    };
    const [batched, single] = [await make(false), await make(true)];
    expect(new Set(batched.rows)).toEqual(new Set([2]));
    expect(single.rows).toEqual(Array.from({ length: 2 * batched.rows.length }, () => 1));
    expect(single.made).toEqual(batched.made);
  });
});
