import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeWav } from '#core/audio/wav.ts';
import type { WavToWrite } from '#core/audio/wav.ts';
import { analyseFile } from '../analyseFile.ts';
import type { Analyser } from '../analyser.ts';
import type { Catalogue } from '../../catalogue/open.ts';
import type { SoundDraft } from '../../catalogue/sound.ts';
import { soundOf } from '../describeSound.ts';

const DIMENSION = 16;
const FAKE_CALIBRATION = {
  textToText: { mean: 0, std: 0.25 },
  textToAudio: { mean: 0, std: 0.25 },
};

/** A folder for one test, gone when the callback is called. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'refoley-test-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Writes a short WAV whose samples are determined by `seed`. */
export function writeTone(path: string, seed = 1, metadata: WavToWrite['metadata'] = {}): void {
  const samples = Float32Array.from({ length: 800 }, (_, n) => 0.5 * Math.sin((n * (seed + 3)) / 20));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeWav({ sampleRate: 8000, channels: [samples], bits: 16, metadata }));
}

/** Puts a sound into a catalogue as a scan would, without a file. Returns its id. */
export function putSound(
  catalogue: Catalogue,
  sourceId: number,
  relativePath: string,
  words: Partial<SoundDraft> = {},
): number {
  const known = catalogue.files.state(sourceId, relativePath);
  const file = known?.id ?? catalogue.files.add(sourceId, { relativePath, bytes: 1, mtimeMs: 1 });
  const format = { seconds: 1, sampleRate: 48_000, channels: 1, bits: 24 };
  catalogue.files.markAnalysed(file, { ...format, sha256: relativePath, loudness: null, truePeak: null });
  return catalogue.sounds.put(file, { ...soundOf(relativePath), ...words });
}

/** A unit vector that depends on nothing but `text`. */
export function hashVector(text: string): Float32Array {
  const vector = new Float32Array(DIMENSION);
  for (const [index, byte] of createHash('sha256').update(text).digest().entries()) {
    vector[index % DIMENSION] = (vector[index % DIMENSION] ?? 0) + byte - 127.5;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

export interface FakeAnalyser extends Analyser {
  readonly texts: string[];
  /** Sounds embedded. */
  readonly audio: number[];
}

/** Embeds by hash, and keeps what it was asked. */
export function fakeAnalyser(model = 'fake', delayMs = 0): FakeAnalyser {
  const texts: string[] = [];
  const audio: number[] = [];
  const peaksFolder = join(tmpdir(), 'refoley-test-peaks');
  const embedAudio = async (samples: Float32Array, sampleRate: number): Promise<Float32Array> => {
    audio.push(sampleRate);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return hashVector(Array.from(samples.subarray(0, 64)).join());
  };
  return {
    model,
    calibration: FAKE_CALIBRATION,
    lanes: 1,
    texts,
    audio,
    embedTexts(captions) {
      texts.push(...captions);
      return Promise.resolve(captions.map(hashVector));
    },
    embedAudio,
    analyse: (path, parts) => analyseFile(path, parts, { embed: embedAudio, peaksFolder }),
  };
}
