import type { Sound } from '#shared/sound.ts';

/** Why a sound cannot be heard, and what mends that; null for one that can. */
export function troubleOf({ missing, problem }: Pick<Sound, 'missing' | 'problem'>): string | null {
  if (missing) return 'its file is missing: plug in its drive, or rescan its folder';
  // Behind `corrupt: ` and the like stands what happened.
  return problem?.replace(/^[a-z-]+: /, '') ?? null;
}
