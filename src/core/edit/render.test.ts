import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RefoleyError } from '../errors.ts';
import { clipLength, clipOf, type Clip } from './clip.ts';
import { operationSchema, type AskedOperation, type Operation } from './operations.ts';
import { renderEdit } from './render.ts';
import { slowly, type SlowClip } from './slowReference.ts';
import type { EditTools } from './tools.ts';

const RATE = 1000;
const OTHER = clipOf([wave(37, 5)], RATE);
const tools: EditTools = {
  stretch: () => Promise.reject(new Error('no stretch here')),
  sound: () => Promise.resolve(OTHER),
};

function wave(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, n) => 0.9 * Math.sin(seed + n * (0.3 + seed / 10)));
}

function slow({ channels, rate }: Clip): SlowClip {
  return {
    rate,
    frames: Array.from({ length: channels[0]!.length }, (_, n) => channels.map((each) => each[n]!)),
  };
}

const parsed = (...operations: AskedOperation[]): Operation[] =>
  operations.map((each) => operationSchema.parse(each));
const edited = (clip: Clip, ...operations: AskedOperation[]) =>
  renderEdit(clip, parsed(...operations), tools);

/** An operation that fits a clip of so many samples, from numbers between 0 and 1. */
function operationOf(kind: number, a: number, b: number, length: number): AskedOperation {
  const [start, end] = [Math.floor(Math.min(a, b) * (length - 2)), 0];
  const selection = {
    start: start / RATE,
    end: Math.min(length, Math.max(start + 1, end, Math.ceil(Math.max(a, b) * length))) / RATE,
  };
  const curve = (['linear', 'equalPower', 'exponential', 'sCurve'] as const)[Math.floor(b * 3.99)]!;
  const all: AskedOperation[] = [
    { op: 'trim', ...selection },
    {
      op: 'cut',
      start: selection.start,
      end: (start + 1 + (length - start - 1) * a * 0.9) / RATE,
      crossfade: b / 20,
    },
    { op: 'silence', ...selection },
    { op: 'insert', at: selection.start, seconds: 0.001 + b / 20 },
    { op: 'fade', ...selection, direction: a < b ? 'in' : 'out', curve },
    { op: 'gain', ...selection, db: 12 * a - 12 * b },
    { op: 'gain', db: -6 * b },
    { op: 'normalise', measure: 'peak', to: -10 * a },
    { op: 'reverse', ...selection },
    { op: 'reverse' },
    { op: 'removeDc' },
    { op: 'channels', count: a < 0.5 ? 1 : 2 },
    { op: 'loop', ...selection, crossfade: b / 10 },
    { op: 'layer', sound: 'other', at: 0.2 * (a - 0.3), db: -12 * b },
    { op: 'replace', ...selection, sound: 'other', crossfade: b / 100 },
  ];
  return all[kind % all.length]!;
}

describe('renderEdit', () => {
  it('makes of any list what the slow reference makes of it', async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 8, max: 400 }),
        fc.array(fc.tuple(fc.nat(14), share, share), { minLength: 1, maxLength: 8 }),
        async (length, wanted) => {
          let reference = slow(clipOf([wave(length, 1)], RATE));
          const operations: Operation[] = [];
          for (const [kind, a, b] of wanted) {
            const now = reference.frames.length;
            const heard = Math.max(...reference.frames.flatMap((frame) => frame.map(Math.abs)));
            if (now < 4) break;
            const operation = operationSchema.parse(operationOf(kind, a, b, now));
            const nothingLeft =
              operation.op === 'cut' && operation.start === 0 && Math.round(operation.end * RATE) >= now;
            if (nothingLeft || (operation.op === 'normalise' && heard < 1e-3)) continue;
            reference = slowly(reference, operation, slow(OTHER));
            operations.push(operation);
          }
          const rendered = await renderEdit(clipOf([wave(length, 1)], RATE), operations, tools);
          const { frames } = slow(rendered);
          expect(frames.length).toBe(reference.frames.length);
          for (const [n, frame] of reference.frames.entries())
            for (const [channel, sample] of frame.entries())
              expect(frames[n]![channel]).toBeCloseTo(sample, 4);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('leaves the source as it was and gives the same samples again', async () => {
    const source = clipOf([wave(300, 2)], RATE);
    const before = source.channels[0]!.slice();
    const operations = parsed(
      { op: 'reverse', start: 0.1, end: 0.2 },
      { op: 'filter', shape: 'lowShelf', hz: 100, db: 6 },
      { op: 'normalise', measure: 'lufs', to: -23 },
    );
    const [once, again] = [
      await renderEdit(source, operations, tools),
      await renderEdit(source, operations, tools),
    ];
    expect(source.channels[0]).toEqual(before);
    expect(once).toEqual(again);
  });

  it('does not touch a sample outside of a selection', async () => {
    const source = clipOf([wave(1000, 3)], RATE);
    for (const operation of [
      { op: 'gain', start: 0.3, end: 0.6, db: -20 },
      { op: 'silence', start: 0.3, end: 0.6 },
      { op: 'reverse', start: 0.3, end: 0.6 },
      { op: 'filter', start: 0.3, end: 0.6, shape: 'highCut', hz: 50 },
      { op: 'replace', start: 0.3, end: 0.6, sound: 'other' },
    ] as const) {
      const { channels } = await edited(source, operation);
      const [after, before] = [channels[0]!, source.channels[0]!];
      expect(after.subarray(0, 300)).toEqual(before.subarray(0, 300));
      expect(after.slice(after.length - 400)).toEqual(before.slice(600));
    }
  });

  it('moves marks with what they mark', async () => {
    const source = clipOf([wave(1000, 4)], RATE);
    const marks = parsed(
      { op: 'marker', at: 0.1, label: 'a' },
      { op: 'marker', at: 0.5, label: 'b' },
      { op: 'marker', at: 0.6, end: 0.8, label: 'r' },
    );
    const of = async (...operations: AskedOperation[]) =>
      (await renderEdit(source, [...marks, ...parsed(...operations)], tools)).markers.map(
        ({ label, start, length }) => [label, start, length],
      );
    expect(await of({ op: 'trim', start: 0.2, end: 0.7 })).toEqual([
      ['b', 300, 0],
      ['r', 400, 100],
    ]);
    expect(await of({ op: 'cut', start: 0.2, end: 0.3 })).toEqual([
      ['a', 100, 0],
      ['b', 400, 0],
      ['r', 500, 200],
    ]);
    expect(await of({ op: 'insert', at: 0.55, seconds: 0.1 })).toEqual([
      ['a', 100, 0],
      ['b', 500, 0],
      ['r', 700, 200],
    ]);
    expect(await of({ op: 'reverse' })).toEqual([
      ['r', 200, 200],
      ['b', 500, 0],
      ['a', 900, 0],
    ]);
    expect(await of({ op: 'layer', sound: 'other', at: -0.05 })).toEqual([
      ['a', 150, 0],
      ['b', 550, 0],
      ['r', 650, 200],
    ]);
    expect(await of({ op: 'removeMarker', at: 0.5 })).toEqual([
      ['a', 100, 0],
      ['r', 600, 200],
    ]);
    const { origin } = await edited(
      source,
      { op: 'trim', start: 0.2, end: 0.7 },
      { op: 'cut', start: 0, end: 0.1 },
    );
    expect(origin).toBe(300);
  });

  it('loops without a seam', async () => {
    const source = clipOf([Float32Array.from({ length: 4000 }, (_, n) => Math.sin(n / 7.3))], RATE);
    const { channels, loop } = await edited(source, { op: 'loop', start: 1, end: 3, crossfade: 0.1 });
    const [looped] = channels;
    expect(loop).toEqual({ start: 0, end: 2000 });
    // The step over the seam is one that the sound takes anyway.
    expect(Math.abs(looped!.at(-1)! - looped![0]!)).toBeLessThan(0.2);
  });

  it('splits into regions that leave nothing out', async () => {
    const { markers } = await edited(clipOf([wave(1000, 5)], RATE), { op: 'split', at: [0.7, 0.2] });
    expect(markers.map(({ start, length, label }) => [start, length, label])).toEqual([
      [0, 200, '1'],
      [200, 500, '2'],
      [700, 300, '3'],
    ]);
  });

  it.each([
    [{ op: 'trim', start: 0.5, end: 0.5 }, 'no stretch'],
    [{ op: 'trim', start: 0.6, end: 0.5 }, 'no stretch'],
    [{ op: 'trim', start: 0, end: 1.2 }, 'not within the sound, which is 1 s long'],
    [{ op: 'insert', at: 3, seconds: 1 }, 'not within the sound'],
    [{ op: 'cut', start: 0, end: 1 }, 'leave nothing'],
    [{ op: 'width', amount: 2 }, 'stereo'],
    [{ op: 'filter', shape: 'bell', hz: 700 }, 'below 500 Hz'],
    [{ op: 'trimSilence', below: -6 }, 'louder than -6'],
    [{ op: 'removeMarker', at: 0.5 }, 'no marker'],
  ] as const)('refuses %j with the reason and its place in the list', async (operation, reason) => {
    const quiet = clipOf([wave(1000, 6).map((sample) => sample / 4)], RATE);
    const refused = edited(quiet, { op: 'gain', db: 0 }, operation);
    await expect(refused).rejects.toThrow(RefoleyError);
    await expect(refused).rejects.toThrow(`operation 2 (${operation.op})`);
    await expect(refused).rejects.toThrow(reason);
  });

  it('refuses to bring silence to a level', async () => {
    const silence = clipOf([new Float32Array(100)], RATE);
    for (const measure of ['peak', 'truePeak', 'lufs'] as const)
      await expect(edited(silence, { op: 'normalise', measure, to: -1 })).rejects.toThrow('silent');
  });

  it('stops between two operations', async () => {
    const work = renderEdit(clipOf([wave(10, 1)], RATE), parsed({ op: 'removeDc' }), tools, {
      signal: { aborted: true },
    });
    await expect(work).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('has the level that was asked for', async () => {
    const loud = await edited(clipOf([wave(48_000, 7)], 48_000), {
      op: 'normalise',
      measure: 'lufs',
      to: -30,
    });
    const { measureLoudness } = await import('../dsp/loudness.ts');
    expect(measureLoudness(loud.channels, 48_000).integrated).toBeCloseTo(-30, 2);
    const held = await edited(clipOf([wave(48_000, 7)], 48_000), {
      op: 'normalise',
      measure: 'lufs',
      to: -1,
      ceiling: -3,
    });
    expect(measureLoudness(held.channels, 48_000).truePeak).toBeCloseTo(-3, 2);
    expect(clipLength(held)).toBe(48_000);
  });
});
