import { expect, it } from 'vitest';
import { clipOf } from './clip.ts';
import { layerClips } from './layers.ts';
import { operationSchema, type AskedOperation } from './operations.ts';
import { renderEdit } from './render.ts';
import type { EditTools } from './tools.ts';

const RATE = 8000;
const tone = (hz: number, seconds: number) =>
  clipOf(
    [Float32Array.from({ length: seconds * RATE }, (_, n) => 0.3 * Math.sin((2 * Math.PI * hz * n) / RATE))],
    RATE,
  );
const sounds: Record<string, ReturnType<typeof tone>> = {
  a: tone(300, 0.4),
  b: tone(700, 1.5),
  c: tone(900, 0.2),
};
const tools: EditTools = {
  stretch: () => Promise.reject(new Error('no stretch here')),
  sound: (name) => Promise.resolve(sounds[name]!),
};

it('gives layers that together are the mix', async () => {
  const list: AskedOperation[] = [
    { op: 'layer', sound: 'a', at: 0.2, db: -6 },
    { op: 'replace', start: 0.1, end: 0.5, sound: 'c' },
    { op: 'layer', sound: 'b', at: -0.1 },
    { op: 'layer', sound: 'a', at: 0.9 },
    { op: 'normalise', measure: 'lufs', to: -20 },
    { op: 'filter', shape: 'highCut', hz: 800, start: 0.2, end: 0.6 },
    { op: 'trimSilence', below: -30 },
    { op: 'fade', start: 0, end: 0.3, direction: 'in' },
    { op: 'reverse' },
  ];
  const operations = list.map((each) => operationSchema.parse(each));
  const mix = await renderEdit(tone(200, 1), operations, tools);
  const layers = await layerClips(tone(200, 1), operations, tools);
  expect(layers.map(({ sound }) => sound)).toEqual(['', 'a', 'b', 'a']);
  for (const { clip } of layers)
    expect(clip.channels[0]!.some((sample) => Math.abs(sample) > 0.01)).toBe(true);
  const sum = mix.channels[0]!.map((_, n) =>
    layers.reduce((total, { clip }) => total + clip.channels[0]![n]!, 0),
  );
  expect(sum).toHaveLength(layers[0]!.clip.channels[0]!.length);
  for (const [n, sample] of mix.channels[0]!.entries()) expect(sum[n]).toBeCloseTo(sample, 5);
  expect(
    await layerClips(
      tone(200, 1),
      operations.filter(({ op }) => op !== 'layer'),
      tools,
    ),
  ).toEqual([]);
});
