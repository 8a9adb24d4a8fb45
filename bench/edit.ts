import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';
import { gaussianNoise } from '#core/diffusion/noise.ts';
import { operationSchema, type AskedOperation, type Operation } from '#core/edit/operations.ts';
import { createChildPort } from '#engine/inference/childPort.ts';
import { createInference } from '#engine/inference/host.ts';
import type { RenderedEdit } from '#engine/edit/editJobs.ts';
import { hashFile } from '#engine/files/hashFile.ts';
import type { JobProgress } from '#engine/inference/jobs.ts';
import { quantile } from './quantile.ts';

const RATE = 48_000;
const SECONDS = 60;
const ROUNDS = 5;
/** What the editor asks for to draw a sound of that length on a wide screen. */
const COLUMNS = 8192;

/** One of each, a little different each round, so that none is known already. */
function operations(round: number): AskedOperation[] {
  const little = round / 1000;
  return [
    { op: 'trim', start: 1 + little, end: 59 },
    { op: 'cut', start: 10 + little, end: 20 },
    { op: 'silence', start: 10 + little, end: 20 },
    { op: 'insert', at: 10 + little, seconds: 1 },
    { op: 'fade', start: 0, end: 60 - little, direction: 'in' },
    { op: 'gain', db: -3 - little },
    {
      op: 'envelope',
      points: [
        { at: 0, db: -20 - little },
        { at: 30, db: 0 },
        { at: 60, db: -9 },
      ],
    },
    { op: 'normalise', measure: 'peak', to: -1 - little },
    { op: 'normalise', measure: 'truePeak', to: -1 - little },
    { op: 'normalise', measure: 'lufs', to: -23 - little },
    { op: 'reverse', start: little },
    { op: 'filter', shape: 'lowCut', hz: 80 + little },
    { op: 'removeHum', hz: 50, q: 30 + little },
    { op: 'trimSilence', below: -60 - little },
    { op: 'channels', count: 2 },
    { op: 'loop', start: 1 + little, end: 59 },
    { op: 'layer', sound: 'other', at: 2 + little },
    { op: 'replace', start: 2 + little, end: 4, sound: 'other' },
    { op: 'split', at: [10 + little, 30] },
    { op: 'varispeed', ratio: 1.1 + little },
    { op: 'stretch', ratio: 1.2 + little },
  ];
}

/** Milliseconds from an operation to where it can be seen and heard from its beginning on, and to where all of it is there. */
interface Latency {
  readonly heard: number;
  readonly whole: number;
}

/** From an operation on a sound of a minute to its samples on the disk and its waveform; and how fast lists are rendered. */
export async function editBench(): Promise<Record<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'refoley-edit-'));
  const editing = createInference(createChildPort);
  try {
    const path = join(folder, 'minute.wav');
    const samples = gaussianNoise(1, SECONDS * RATE).map((sample) => 0.1 * sample);
    await writeFile(path, writeWav({ sampleRate: RATE, channels: [samples], bits: 24 }));
    const source = { path, sha256: await hashFile(path), start: 0, end: null };
    const sounds = { other: { ...source, start: 5, end: 8 } };
    const render = async (list: readonly Operation[]): Promise<Latency> => {
      const began = performance.now();
      const edit = { source, operations: list, sounds };
      const first = Promise.withResolvers<RenderedEdit>();
      const onProgress = (progress: JobProgress): void => {
        if (progress.stage === 'edit' || progress.stage === 'save') first.resolve(progress.rendered);
      };
      const job = { edit, folder: join(folder, 'out'), name: '1' };
      const whole = editing.run('renderEdit', job, { onProgress });
      whole.then(first.resolve, first.reject);
      const { version } = await first.promise;
      await editing.run('drawEdit', { edit, version, columns: COLUMNS });
      const heard = performance.now() - began;
      await whole;
      return { heard, whole: performance.now() - began };
    };
    await render([]);

    const times = new Map<string, Latency[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const asked of operations(round)) {
        const operation = operationSchema.parse(asked);
        const name = asked.op === 'normalise' ? `normalise to ${asked.measure}` : asked.op;
        times.set(name, [...(times.get(name) ?? []), await render([operation])]);
      }
    }
    const figures: Record<string, number> = {};
    for (const [name, all] of times) {
      figures[`edit, ${name}: ms`] = quantile(
        all.map(({ heard }) => heard),
        0.5,
      );
      const whole = quantile(
        all.map((each) => each.whole),
        0.5,
      );
      if (whole > 2 * (figures[`edit, ${name}: ms`] ?? 0)) figures[`edit, ${name}, all of it: ms`] = whole;
    }
    return { ...figures, ...(await peerBench(path, folder, render)) };
  } finally {
    editing.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A chain that sox has as well, over the minute, read and written; each program as a process that runs already or is to be started. */
async function peerBench(
  path: string,
  folder: string,
  render: (list: readonly Operation[]) => Promise<Latency>,
): Promise<Record<string, number>> {
  const chain: AskedOperation[] = [
    { op: 'filter', shape: 'lowCut', hz: 80 },
    { op: 'filter', shape: 'highShelf', hz: 8000, db: -3 },
    { op: 'fade', start: 0, end: 2, direction: 'in', curve: 'linear' },
    { op: 'gain', db: -3 },
    { op: 'reverse' },
    { op: 'normalise', measure: 'peak', to: -1 },
  ];
  const { whole: ours } = await render(chain.map((each) => operationSchema.parse(each)));
  const began = performance.now();
  const effects = 'highpass 80 treble -3 8000 fade t 2 gain -3 reverse gain -n -1'.split(' ');
  const { status } = spawnSync('sox', [path, '-e', 'floating-point', join(folder, 'sox.wav'), ...effects]);
  const sox = performance.now() - began;
  return {
    'edit, list of six: times real time': (SECONDS * 1000) / ours,
    ...(status === 0 && { 'edit, list of six: sox takes, times as long': sox / ours }),
  };
}
