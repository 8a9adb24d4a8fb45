import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from '#engine/files/replaceFile.ts';
import { settingsSchema, type Settings } from '#shared/settings.ts';

/** Where a window was. */
const windowSchema = z.object({
  x: z.number().optional(),
  y: z.number().optional(),
  width: z.number().min(600).catch(1280),
  height: z.number().min(400).catch(820),
  maximized: z.boolean().catch(false),
});
export type WindowPlace = z.infer<typeof windowSchema>;

const fileSchema = z.object({
  settings: settingsSchema.catch(settingsSchema.parse({})),
  window: windowSchema.catch(windowSchema.parse({})),
});

/** The app's own file: settings and the window's place. A damaged one is as good as none: nothing of value is in it. */
export function openSettings(path: string) {
  let { settings, window } = read(path);
  let writing = Promise.resolve();
  const save = (): void => {
    writing = writing
      .then(() => writeFileAtomic(path, `${JSON.stringify({ settings, window }, null, 2)}\n`))
      .catch((cause: unknown) => console.error(`settings were not saved: ${String(cause)}`));
  };
  return {
    settings: (): Settings => settings,
    /** Fields that do not fit the schema fall back by themselves. */
    change(part: { readonly [Name in keyof Settings]?: Settings[Name] | undefined }): Settings {
      const given = Object.entries(part).filter(([, value]) => value !== undefined);
      settings = settingsSchema.parse({ ...settings, ...Object.fromEntries(given) });
      save();
      return settings;
    },
    window: (): WindowPlace => window,
    place(next: WindowPlace): void {
      window = next;
      save();
    },
    /** Resolves when everything is on disk. */
    saved: (): Promise<void> => writing,
  };
}

export type SettingsFile = ReturnType<typeof openSettings>;

function read(path: string): z.infer<typeof fileSchema> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return fileSchema.parse({});
  }
}
