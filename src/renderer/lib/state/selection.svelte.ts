import type { AudioRef } from '#shared/channels/common.ts';
import type { Sound } from '#shared/sound.ts';
import type { Take } from '#shared/take.ts';
import type { Playable } from '../audio/player.svelte.ts';
import { fileName } from '../format.ts';

/** What the inspector shows and keys act on. */
export type Selected =
  { readonly kind: 'sound'; readonly sound: Sound } | { readonly kind: 'take'; readonly take: Take };

export class Selection {
  now = $state.raw<Selected | null>(null);

  sound(sound: Sound): void {
    this.now = { kind: 'sound', sound };
  }

  take(take: Take): void {
    this.now = { kind: 'take', take };
  }

  get ref(): AudioRef | null {
    return this.now && refOf(this.now);
  }

  is(ref: AudioRef): boolean {
    return this.ref === ref;
  }
}

function refOf(selected: Selected): AudioRef {
  return selected.kind === 'sound' ? `sound/${selected.sound.id}` : `take/${selected.take.id}`;
}

export function playableOf(selected: Selected): Playable {
  const ref = refOf(selected);
  if (selected.kind === 'take') {
    const { name, seconds } = selected.take;
    return { ref, name, start: 0, end: seconds };
  }
  const { path, start, end } = selected.sound;
  return { ref, name: fileName(path), start, end };
}

export const playableSound = (sound: Sound): Playable => playableOf({ kind: 'sound', sound });
export const playableTake = (take: Take): Playable => playableOf({ kind: 'take', take });
