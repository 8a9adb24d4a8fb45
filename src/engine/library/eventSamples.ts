import { mixdown } from '#core/dsp/mixdown.ts';
import type { SoundEvent } from '#core/dsp/soundEvents.ts';
import type { AudioStream } from './decode/audioStream.ts';

/**
 * The samples of a file's events, mono, one event after another, in one pass over the file.
 *
 * @param events in order, not overlapping
 * @param maxSeconds of each event
 */
export async function* eventSamples(
  stream: Pick<AudioStream, 'sampleRate' | 'blocks'>,
  events: readonly SoundEvent[],
  maxSeconds: number,
): AsyncGenerator<{ readonly event: SoundEvent; readonly samples: Float32Array }, void> {
  const waiting = events.map((event) => {
    const from = Math.round(event.start * stream.sampleRate);
    const to = Math.round(Math.min(event.end, event.start + maxSeconds) * stream.sampleRate);
    return { event, from, to, samples: new Float32Array(0), filled: 0 };
  });
  let position = 0;
  for await (const block of stream.blocks()) {
    const mono = mixdown(block);
    const end = position + mono.length;
    while (waiting[0] && waiting[0].from < end) {
      const current = waiting[0];
      if (current.filled === 0) current.samples = new Float32Array(current.to - current.from);
      const next = mono.subarray(current.from + current.filled - position, current.to - position);
      current.samples.set(next, current.filled);
      current.filled += next.length;
      if (current.to > end) break;
      waiting.shift();
      yield { event: current.event, samples: current.samples };
    }
    position = end;
  }
  // The last one may be a sample longer than the file, by rounding.
  const [last] = waiting;
  if (last && last.filled > 0) yield { event: last.event, samples: last.samples.subarray(0, last.filled) };
}
