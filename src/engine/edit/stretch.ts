import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, Script } from 'node:vm';
import { RefoleyError } from '#core/errors.ts';
import type { EditTools } from '#core/edit/tools.ts';

/** The library's functions as its WebAssembly exports them; pointers are bytes within `HEAP8`. */
interface StretchModule {
  readonly HEAP8: Int8Array;
  _presetDefault(channels: number, rate: number): void;
  _inputLatency(): number;
  _outputLatency(): number;
  /** Makes room for input and output of every channel, in that order; returns where it begins. */
  _setBuffers(channels: number, length: number): number;
  _setTransposeSemitones(semitones: number, tonalityLimit: number): void;
  _process(inputs: number, outputs: number): void;
}

interface StretchProcessor {
  readonly wasmModule: StretchModule | null;
}

/** Samples that are handed over at once. */
const BLOCK = 4096;
/** Hz: above it a change of pitch keeps the balance of a sound's overtones rather than their ratios. */
const TONALITY_LIMIT = 8000;
const READY_STEPS = 1000;

let script: Script | undefined;

/**
 * Time stretch and pitch by Signalsmith Stretch (MIT). Its package runs as an AudioWorklet only, so it is given the few
 * names of an AudioWorkletGlobalScope, in a context of its own; there its random numbers come from a constant, so that
 * the same sound gives the same samples.
 *
 * @returns round(length * ratio) samples a channel, aligned with the input
 */
export const stretch: EditTools['stretch'] = async (channels, rate, { ratio, semitones }, onMade) => {
  const length = channels[0]?.length ?? 0;
  const library = await instantiate();
  library._presetDefault(channels.length, rate);
  library._setTransposeSemitones(semitones, TONALITY_LIMIT / rate);
  // The library answers late: by its input latency in time of the input, by its output latency in that of the output.
  const late = Math.round(library._inputLatency() * ratio) + library._outputLatency();
  const wanted = Math.round(length * ratio);
  const room = Math.ceil(BLOCK * Math.max(1, ratio)) + 1;
  const pointer = library._setBuffers(channels.length, room);
  const bufferOf = (index: number, samples: number) =>
    new Float32Array(library.HEAP8.buffer, pointer + 4 * room * index, samples);

  const made = channels.map(() => new Float32Array(wanted));
  let written = -late;
  for (let from = 0; written < wanted; from += BLOCK) {
    for (const [index, channel] of channels.entries()) {
      const input = bufferOf(index, BLOCK).fill(0);
      if (from < length) input.set(channel.subarray(from, from + BLOCK));
    }
    const count = Math.round((from + BLOCK) * ratio) - Math.round(from * ratio);
    library._process(BLOCK, count);
    const skipped = Math.min(count, Math.max(0, -written));
    for (const [index, out] of made.entries()) {
      const output = bufferOf(channels.length + index, count);
      const fits = Math.min(count, wanted - written);
      if (fits > skipped) out.set(output.subarray(skipped, fits), written + skipped);
    }
    written += count;
    if (written > 0) await onMade?.(made, Math.min(written, wanted));
  }
  return made;
};

/** A fresh instance: one that has worked has a state that the next sound would hear of. */
async function instantiate(): Promise<StretchModule> {
  script ??= new Script(readFileSync(createRequire(import.meta.url).resolve('signalsmith-stretch'), 'utf8'));
  let Processor: (new (options: object) => StretchProcessor) | undefined;
  const scope = createContext({
    AudioWorkletProcessor: class {
      readonly port = { postMessage: () => undefined };
    },
    registerProcessor: (_: string, processor: new (options: object) => StretchProcessor) =>
      (Processor = processor),
    ...{ sampleRate: 48_000, currentTime: 0, TextDecoder, atob },
    crypto: { getRandomValues: (bytes: Uint8Array) => bytes.fill(1) },
  });
  script.runInContext(scope);
  const processor = Processor && new Processor({});
  // WebAssembly is compiled meanwhile; the processor does not tell when.
  for (let step = 0; step < READY_STEPS; step++) {
    if (processor?.wasmModule) return processor.wasmModule;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new RefoleyError(
    'unavailable',
    'the library that stretches time did not start: install Refoley again',
  );
}
