import type { EngineEvents } from '#shared/channels/engine.ts';

/** Tells the app what has changed. */
export type Tell = <Name extends keyof EngineEvents>(name: Name, payload: EngineEvents[Name]) => void;
