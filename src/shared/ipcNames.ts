/** The only two names on Electron's IPC; what is meant travels as data and is checked against the contract. */
export const INVOKE = 'refoley:invoke';
export const EVENT = 'refoley:event';
/** Scheme of audio: `refoley://audio/sound/12`. */
export const SCHEME = 'refoley';
