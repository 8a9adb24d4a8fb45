import { describe, expect, it } from 'vitest';
import { checkSettings, type RequestedSettings } from './settings.ts';
import { testManifest } from './testPack.ts';

describe('checkSettings', () => {
  it('takes what is left open from the pack', () => {
    const { distilled: _, ...plain } = testManifest;
    expect(checkSettings({ prompt: ' door ', seed: 1 }, plain)).toEqual({
      prompt: 'door',
      negative: '',
      seed: 1,
      sampler: 'dpmpp',
      steps: 4,
      guidance: 2,
      libraryGuidance: 3,
      retrieval: 'both',
      k: 3,
      duration: 1,
      soundLength: 0,
      start: 0,
      candidates: 1,
      highBand: 'neighbours',
      sampleRate: 48_000,
      bits: 24,
    });
  });

  it('asks for a sound as long as the take where a duration was chosen', () => {
    const { duration, soundLength } = checkSettings({ prompt: 'door', seed: 1, duration: 2 }, testManifest);
    expect([duration, soundLength]).toEqual([2, 2]);
  });

  it('takes steps and guidance of the distilled mode from what it was taught', () => {
    const asked = { prompt: 'door', seed: 1, sampler: 'distilled' };
    expect(checkSettings(asked, testManifest)).toMatchObject({ steps: 2, guidance: 2, libraryGuidance: 3 });
    expect(checkSettings({ ...asked, steps: 2 }, testManifest)).toMatchObject({ steps: 2 });
    expect(() => checkSettings({ ...asked, guidance: 4 }, testManifest)).toThrow('always takes 2 steps');
    const { distilled: _, ...plain } = testManifest;
    expect(() => checkSettings(asked, plain)).toThrow('no distilled mode');
  });

  it('takes the distilled mode, unless something is asked for that it has no say in', () => {
    const samplerOf = (requested: RequestedSettings) =>
      checkSettings({ prompt: 'door', seed: 1, ...requested }, testManifest).sampler;
    const whole = { guidanceInterval: { from: 0, to: 1 } };
    for (const asked of [{}, { negative: '' }, { k: 5 }, { candidates: 2 }, whole])
      expect(samplerOf(asked)).toBe('distilled');
    const half = { guidanceInterval: { from: 0, to: 0.5 } };
    for (const asked of [{ negative: 'music' }, { steps: 9 }, { guidance: 2 }, { libraryGuidance: 0 }, half])
      expect(samplerOf(asked)).toBe('dpmpp');
    expect(() => samplerOf({ ...half, sampler: 'distilled' })).toThrow('knows no guidance interval');
  });

  it.each([
    [{ prompt: '' }, 'prompt'],
    [{ prompt: ' \n' }, 'prompt'],
    [{ duration: 0.19 }, 'duration'],
    [{ duration: 10.25 }, 'duration'],
    [{ duration: Number.NaN }, 'duration'],
    [{ sampler: 'euler' }, 'sampler'],
    [{ k: -1 }, 'k'],
    [{ k: 11 }, 'k'],
    [{ k: 1.5 }, 'k'],
    [{ steps: 0 }, 'steps'],
    [{ seed: -1 }, 'seed'],
    [{ seed: 2 ** 32 }, 'seed'],
    [{ candidates: 0 }, 'candidates'],
    [{ candidates: 17 }, 'candidates'],
    [{ candidate: 16 }, 'candidate'],
    [{ guidance: -1 }, 'guidance'],
    [{ libraryGuidance: Number.POSITIVE_INFINITY }, 'library guidance'],
    [{ guidanceInterval: { from: 0.5, to: 0.5 } }, 'guidance interval'],
    [{ guidanceInterval: { from: 0.8, to: 0.2 } }, 'guidance interval'],
    [{ guidanceInterval: { from: -0.1, to: 0.5 } }, 'guidance interval'],
    [{ guidanceInterval: { from: 0.5, to: 1.1 } }, 'guidance interval'],
    [{ guidanceInterval: { from: Number.NaN, to: 1 } }, 'guidance interval'],
    [{ retrieval: 'some' }, 'retrieval'],
    [{ highBand: 'none' }, 'high band'],
    [{ bits: 8 }, 'bits'],
    [{ sampleRate: 12_345 }, 'sample rate'],
  ] satisfies [RequestedSettings, string][])('refuses %j', (requested, name) => {
    const check = () => checkSettings({ prompt: 'door', seed: 1, ...requested }, testManifest);
    expect(check).toThrow(
      expect.objectContaining({ kind: 'input', message: expect.stringContaining(name) as string }),
    );
  });

  it.each([0.2, 10.24])('allows %d seconds', (duration) => {
    expect(checkSettings({ prompt: 'door', seed: 1, duration }, testManifest).duration).toBe(duration);
  });
});
