/** The bridge between a window and the app: two IPC names, the contract's channels, and nothing of Node. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { Bridge } from '#shared/contract.ts';
import { EVENT, INVOKE } from '#shared/ipcNames.ts';

const listeners = new Map<string, Set<(payload: never) => void>>();

ipcRenderer.on(EVENT, (_event, name: string, payload: unknown) => {
  for (const listener of listeners.get(name) ?? []) listener(payload as never);
});

const bridge: Bridge = {
  invoke: (name, input, work) => ipcRenderer.invoke(INVOKE, name, input, work),
  on(name, listener) {
    const known = listeners.get(name) ?? new Set();
    listeners.set(name, known.add(listener));
    return () => {
      known.delete(listener);
    };
  },
  pathOf: (file) => webUtils.getPathForFile(file as File),
};

contextBridge.exposeInMainWorld('refoley', bridge);
