import { z } from 'zod';
import { channel, type WorkProgress } from '../channel.ts';
import { settingsSchema, type Settings } from '../settings.ts';
import { audioRefSchema, done, nothing } from './common.ts';

const refs = z.array(audioRefSchema).min(1).max(100);

/** What the shell, Electron's main process, answers. */
export const shellChannels = {
  'app.info': channel(
    nothing,
    z.object({
      version: z.string(),
      platform: z.string(),
      dataFolder: z.string(),
      settings: settingsSchema,
    }),
  ),
  /** What the app is made of: versions by name, and the words of its licence and of those of its parts. */
  'app.about': channel(
    nothing,
    z.object({ versions: z.record(z.string(), z.string()), licence: z.string(), attributions: z.string() }),
  ),
  /** Shows the data folder in the system's file manager. */
  'app.revealData': channel(nothing, done),
  'settings.change': channel(settingsSchema.partial(), settingsSchema),
  /** Null when the user chose none. */
  'dialog.folder': channel(z.object({ title: z.string() }), z.string().nullable()),
  'dialog.file': channel(
    z.object({ title: z.string(), extensions: z.array(z.string()).default([]) }),
    z.string().nullable(),
  ),
  'dialog.save': channel(
    z.object({ title: z.string(), name: z.string(), extensions: z.array(z.string()).default([]) }),
    z.string().nullable(),
  ),
  /** Shows files in the system's file manager. */
  'files.reveal': channel(z.object({ ref: audioRefSchema }), done),
  /** Copies files so that another program can paste them. */
  'files.copy': channel(z.object({ refs }), done),
  /** Copies files to the folder that a DAW watches; the paths they have there. */
  'files.send': channel(z.object({ refs }), z.array(z.string()).readonly()),
  /** Begins a drag of files out of the window; must follow a drag gesture. */
  'files.drag': channel(z.object({ refs }), done),
  /** Ends a long call before its end. */
  'work.cancel': channel(z.object({ work: z.string() }), done),
  'engine.restart': channel(nothing, done),
} as const;
export type ShellChannels = typeof shellChannels;

/** Whether the engine's process is there. */
export type EngineState =
  { readonly state: 'starting' | 'ready' } | { readonly state: 'down'; readonly reason: string };

/** What the shell tells without being asked. */
export interface ShellEvents {
  'engine.state': EngineState;
  'settings.changed': Settings;
  'work.progress': { readonly work: string; readonly progress: WorkProgress };
  /** A command chosen in the menu, by its id. */
  command: { readonly id: string };
  /** Files that the system asks the app to open: recipes and takes. */
  open: { readonly files: readonly string[] };
}
