import type { AudioRef } from '#shared/channels/common.ts';
import { call } from '../bridge.ts';

/** Columns that are asked for: enough for a card at 200 %; narrower places draw every so many of them together. */
export const COLUMNS = 240;
const KEPT = 2000;
/** Asked for together: what comes into view in one frame. */
const MOST_AT_ONCE = 64;

type Waveform = Int8Array<ArrayBuffer> | null;

const known = new Map<AudioRef, Waveform>();
const waiting = new Map<AudioRef, ((waveform: Waveform) => void)[]>();
let asking = false;

/** The waveform of a sound: minimum and maximum of each of {@link COLUMNS}; null before it was analysed. */
export function waveformOf(ref: AudioRef): Promise<Waveform> {
  const drawn = known.get(ref);
  if (drawn) return Promise.resolve(drawn);
  return new Promise((resolve) => {
    waiting.set(ref, [...(waiting.get(ref) ?? []), resolve]);
    if (!asking) {
      asking = true;
      requestAnimationFrame(() => void askAll());
    }
  });
}

/** Rows that come into view together are asked for in one message. */
async function askAll(): Promise<void> {
  while (waiting.size > 0) {
    const refs = [...waiting.keys()].slice(-MOST_AT_ONCE);
    const answered = refs.map((ref) => waiting.get(ref) ?? []);
    for (const ref of refs) waiting.delete(ref);
    const waveforms = await call('audio.waveforms', { refs, columns: COLUMNS }).catch(() =>
      refs.map(() => null),
    );
    refs.forEach((ref, place) => {
      const waveform = waveforms[place] ?? null;
      if (waveform) known.set(ref, waveform);
      for (const resolve of answered[place] ?? []) resolve(waveform);
    });
    for (const oldest of known.keys()) {
      if (known.size <= KEPT) break;
      known.delete(oldest);
    }
  }
  asking = false;
}
