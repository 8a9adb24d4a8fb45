import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readWav, writeWav } from '#core/audio/wav.ts';
import { operationSchema, type AskedOperation } from '#core/edit/operations.ts';
import type { Change } from '#core/edit/history.ts';
import { openCatalogue, type Catalogue } from '../catalogue/open.ts';
import { resample } from '#core/dsp/resample.ts';
import { hashFile } from '../files/hashFile.ts';
import { createChildPort } from '../inference/childPort.ts';
import { createInference, type Inference } from '../inference/host.ts';
import { createEdits, type EditableSound, type Edits } from './edits.ts';
import { stretch } from './stretch.ts';

const RATE = 48_000;
const add = (operation: AskedOperation): Change => ({
  change: 'add',
  operation: operationSchema.parse(operation),
});

const makePart = () => Promise.reject(new Error('no model here'));

let editing: Inference;
beforeAll(() => (editing = createInference(createChildPort)));
afterAll(() => editing.close());

let root: string;
let catalogue: Catalogue;
let edits: Edits;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'refoley-edits-'));
  const samples = Float32Array.from({ length: RATE }, (_, n) => 0.5 * Math.sin(n / 11));
  await writeFile(join(root, 'door.wav'), writeWav({ sampleRate: RATE, channels: [samples], bits: 24 }));
  await writeFile(
    join(root, 'bell.wav'),
    writeWav({ sampleRate: RATE, channels: [samples.slice(0, 4800)], bits: 16 }),
  );
  open();
});
afterEach(async () => {
  catalogue.close();
  await rm(root, { recursive: true, force: true });
});

/** As the app does when it starts. */
function open(): void {
  catalogue = openCatalogue(join(root, 'catalogue.sqlite'));
  edits = createEdits({
    ...{ catalogue, editing, folder: join(root, 'edits') },
    soundOf: soundAt,
    makePart,
  });
}

async function soundAt(ref: string): Promise<EditableSound> {
  const path = join(root, ref === 'take/2' ? 'bell.wav' : 'door.wav');
  return { name: 'door', path, sha256: await hashFile(path), start: 0, end: null };
}

const samplesOf = async (id: number, growing = false) =>
  readWav(await readFile((await edits.playable(id, growing)).path)).channels[0]!;

describe('the edits of the app', () => {
  it('are as they were after a restart, with what was undone', async () => {
    const { id } = await edits.open('sound/1', {});
    await edits.change(id, add({ op: 'trim', start: 0.2, end: 0.7 }), false, {});
    await edits.change(id, add({ op: 'gain', db: -6 }), false, {});
    await edits.goTo(id, 1, {});
    catalogue.close();
    open();
    const again = await edits.open('sound/1', {});
    expect(again).toMatchObject({
      id,
      name: 'door',
      problem: null,
      rendered: { seconds: 0.5, sampleRate: RATE, channels: 1 },
    });
    expect(again.operations.map(({ op }) => op)).toEqual(['trim']);
    const redone = await edits.goTo(id, 2, {});
    expect(redone.operations.map(({ op }) => op)).toEqual(['trim', 'gain']);
    expect(redone.rendered!.version).not.toBe(again.rendered!.version);
    expect(Math.max(...(await samplesOf(id)))).toBeCloseTo(0.5 * 10 ** (-6 / 20), 3);
  });

  it('are refused with the reason, and stay as they were', async () => {
    const { id } = await edits.open('sound/1', {});
    const before = await edits.change(id, add({ op: 'trim', start: 0.2, end: 0.7 }), false, {});
    await expect(
      edits.change(id, add({ op: 'gain', start: 0.4, end: 0.8, db: 3 }), false, {}),
    ).rejects.toMatchObject({
      kind: 'input',
      message: expect.stringContaining(
        'operation 2 (gain): 0.4 to 0.8 s is not within the sound, which is 0.5 s long',
      ),
    });
    expect(await edits.open('sound/1', {})).toEqual(before);
  });

  it('know the sounds in them, and refuse one that has changed', async () => {
    const { id } = await edits.open('sound/1', {});
    const layered = await edits.change(id, add({ op: 'layer', sound: 'take/2', at: 0.95 }), false, {});
    expect(layered.rendered!.seconds).toBeCloseTo(1.05, 4);
    await writeFile(join(root, 'bell.wav'), await readFile(join(root, 'door.wav')));
    const later = createInference(createChildPort);
    const elsewhere = createEdits({
      ...{ catalogue, editing: later, folder: join(root, 'later') },
      soundOf: soundAt,
      makePart,
    });
    expect(await elsewhere.open('sound/1', {})).toMatchObject({
      ...{ rendered: null, operations: [{ op: 'layer' }] },
      problem: { kind: 'unavailable', message: expect.stringContaining('bell.wav has changed') },
    });
    later.close();
  });

  it('are kept when the source is gone or another, and go on when it is back', async () => {
    const { id } = await edits.open('sound/1', {});
    const before = await edits.change(id, add({ op: 'reverse' }), false, {});
    const path = join(root, 'door.wav');
    await rename(path, `${path}.away`);
    const gone = await edits.open('sound/1', {});
    expect(gone).toMatchObject({
      id,
      rendered: null,
      problem: { kind: 'not-found' },
      operations: [{ op: 'reverse' }],
    });
    await expect(edits.change(id, add({ op: 'gain', db: 1 }), false, {})).rejects.toMatchObject({
      kind: 'not-found',
    });

    await writeFile(path, await readFile(join(root, 'bell.wav')));
    const changed = await edits.open('sound/1', {});
    expect(changed).toMatchObject({
      rendered: null,
      problem: { kind: 'unavailable', message: expect.stringContaining('has changed') },
    });

    await rename(`${path}.away`, path);
    expect(await edits.open('sound/1', {})).toEqual(before);
  });

  it('begin anew with another source when they are cleared', async () => {
    const { id } = await edits.open('sound/1', {});
    await edits.change(id, add({ op: 'reverse' }), false, {});
    await writeFile(join(root, 'door.wav'), await readFile(join(root, 'bell.wav')));
    const anew = await edits.change(id, { change: 'clear' }, false, {});
    expect(anew).toMatchObject({ operations: [], problem: null, rendered: { seconds: 0.1 } });
  });

  it('are drawn and measured as they sound now, and not as they did', async () => {
    const { id, rendered } = await edits.open('sound/1', {});
    const { version } = rendered!;
    const { channels } = await edits.waveform({ id, version, columns: 8 }, {});
    expect(Math.max(...channels[0]!)).toBeCloseTo(0.5 * 32_767, -2);
    const view = { id, version, start: 0.2, end: 0.8, columns: 10, rows: 32 };
    expect(await edits.spectrogram(view, {})).toHaveLength(320);
    const { truePeak } = await edits.loudness({ id, version }, {});
    expect(truePeak).toBeCloseTo(20 * Math.log10(0.5), 1);
    const [at] = await edits.snap({ id, version, at: [0.5], to: 'zero' }, {});
    expect(Math.abs(0.5 * Math.sin(Math.round(at! * RATE) / 11))).toBeLessThan(0.03);
    await edits.change(id, add({ op: 'gain', db: -3 }), false, {});
    await expect(edits.waveform({ id, version, columns: 8 }, {})).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });

  it('are heard from their beginning on while they are rendered', async () => {
    const long = Float32Array.from({ length: 8 * RATE }, (_, n) => 0.5 * Math.sin(n / 11 + n ** 2 / 1e7));
    await writeFile(join(root, 'door.wav'), writeWav({ sampleRate: RATE, channels: [long], bits: 32 }));
    const { id } = await edits.open('sound/1', {});
    for (const [operation, expected] of [
      [{ op: 'stretch', ratio: 1.5 }, await stretch([long], RATE, { ratio: 1.5, semitones: 0 })],
      [{ op: 'varispeed', ratio: 0.8 }, [await resample(long, 0.8 * RATE, RATE, 'medium')]],
    ] as const) {
      const { rendered } = await edits.change(id, add(operation), false, {});
      const { version, frames, ready } = rendered!;
      expect([frames, ready < frames]).toEqual([expected[0].length, true]);
      const early = await samplesOf(id, true);
      expect(early).toHaveLength(frames);
      expect(early.subarray(0, ready)).toEqual(expected[0].subarray(0, ready));
      const asked = { id, version };
      for (let after: number = ready; after < frames;) after = await edits.ready({ ...asked, after });
      const drawn = await edits.waveform({ ...asked, columns: 8 }, {});
      expect(drawn.ready).toBe(frames);
      expect(Math.max(...drawn.channels[0]!.slice(-2))).toBeGreaterThan(10_000);
      expect(await samplesOf(id)).toEqual(expected[0]);
      await edits.goTo(id, 0, {});
    }
  });

  it('go on from what is still being rendered, and give it up when it is undone', async () => {
    const long = Float32Array.from({ length: 8 * RATE }, (_, n) => 0.5 * Math.sin(n / 11));
    await writeFile(join(root, 'door.wav'), writeWav({ sampleRate: RATE, channels: [long], bits: 32 }));
    const { id } = await edits.open('sound/1', {});
    await edits.change(id, add({ op: 'stretch', ratio: 1.5 }), false, {});
    await edits.change(id, add({ op: 'reverse' }), false, {});
    const [stretched] = await stretch([long], RATE, { ratio: 1.5, semitones: 0 });
    expect(await samplesOf(id)).toEqual(stretched!.toReversed());

    const { rendered } = await edits.change(id, add({ op: 'stretch', ratio: 2 }), false, {});
    const { version, frames } = rendered!;
    const rest = edits.ready({ id, version, after: frames - 1 }).catch((cause: unknown) => cause);
    await edits.goTo(id, 2, {});
    expect(await rest).toMatchObject({ kind: 'cancelled' });
    expect(await samplesOf(id)).toEqual(stretched!.toReversed());
  });

  it('leave the app under their name, the source untouched', async () => {
    const before = await hashFile(join(root, 'door.wav'));
    const { id } = await edits.open('sound/1', {});
    await edits.change(id, add({ op: 'trim', start: 0.25, end: 0.5 }), false, {});
    const path = await edits.handed(id);
    expect(path.endsWith('door.wav')).toBe(true);
    const { bits, channels } = readWav(await readFile(path));
    expect([bits, channels[0]!.length]).toEqual([24, 12_000]);
    expect(await edits.handed(id)).toBe(path);
    expect(await hashFile(join(root, 'door.wav'))).toBe(before);
  });
});
