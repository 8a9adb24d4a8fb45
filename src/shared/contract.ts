import type { Asked, Output, Result } from './channel.ts';
import { engineChannels, type EngineChannels, type EngineEvents } from './channels/engine.ts';
import { shellChannels, type ShellChannels, type ShellEvents } from './channels/shell.ts';

/** Every channel between a window and the rest of the app; preload, main and renderer derive from it. */
export type Contract = EngineChannels & ShellChannels;
export type ChannelName = keyof Contract;
export type Events = EngineEvents & ShellEvents;
export type EventName = keyof Events;

export const isEngineChannel = (name: string): name is keyof EngineChannels => name in engineChannels;
export const isShellChannel = (name: string): name is keyof ShellChannels => name in shellChannels;

/** What the preload gives the window, as `window.refoley`. */
export interface Bridge {
  /** @param work names a long call, for its progress and its end before time */
  invoke<Name extends ChannelName>(
    name: Name,
    input: Asked<Contract[Name]>,
    work?: string,
  ): Promise<Result<Output<Contract[Name]>>>;
  /** @returns how to stop listening */
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void;
  /** Where a dropped or chosen `File` lies on disk; '' for one that lies nowhere. */
  pathOf(file: object): string;
}
