import type { EngineEvents } from '#shared/engineChannels.ts';

/** Tells the app what has changed. */
export type Tell = <Name extends keyof EngineEvents>(name: Name, payload: EngineEvents[Name]) => void;
