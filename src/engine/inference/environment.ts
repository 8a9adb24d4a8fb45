/** What a process holds most of: the models of a pack, or the samples of sounds. */
export type Holding = 'models' | 'samples';

/**
 * What a process is started with beside the environment of its parent. glibc, once large blocks have been freed, keeps what was
 * freed for the next ones: of a pack that was unloaded 180 MB of 210 stayed, and sessions held twice what they need, since they free what
 * they expand. A threshold that is set is not moved any more. Samples come and go all the time and are better kept.
 */
export function environmentFor(holding: Holding): Readonly<Record<string, string>> {
  return holding === 'models' ? { MALLOC_TRIM_THRESHOLD_: '131072' } : {};
}
