import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, dialog, Menu, nativeImage, nativeTheme, shell } from 'electron';
import { RefoleyError } from '#core/errors.ts';
import { copyAllInto } from '#engine/files/copyInto.ts';
import type { Handlers } from '#engine/wire/handlers.ts';
import type { ShellChannels } from '#shared/channels/shell.ts';
import { copyFilesToClipboard } from './clipboardFiles.ts';
import { dragIcon } from './dragIcon.ts';
import type { createHandedOut } from './files.ts';
import { broadcast, type Router } from './ipc.ts';
import { buildMenu } from './menu.ts';
import type { SettingsFile } from './settingsFile.ts';

export interface ShellOptions {
  readonly dataFolder: string;
  readonly settings: SettingsFile;
  readonly handedOut: ReturnType<typeof createHandedOut>;
  /** The user's file behind `sound/12` or `take/3`. */
  readonly fileOf: (ref: string) => Promise<string>;
  readonly restartEngine: () => void;
}

/** What only Electron can do for a window: dialogs, the file manager, drags, settings. */
export function createShellHandlers(options: ShellOptions, router: Router): Handlers<ShellChannels> {
  const { dataFolder, settings, handedOut, fileOf } = options;
  const window = () => {
    const [focused] = [BrowserWindow.getFocusedWindow(), ...BrowserWindow.getAllWindows()].filter(
      (each) => each !== null,
    );
    if (focused) return focused;
    throw new RefoleyError('unavailable', 'there is no window');
  };
  /** Regions of one file are one file. */
  const files = async (refs: readonly string[]): Promise<string[]> => [
    ...new Set(await Promise.all(refs.map(fileOf))),
  ];

  return {
    'app.info': () => ({
      version: app.getVersion(),
      platform: process.platform,
      dataFolder,
      settings: settings.settings(),
    }),
    async 'app.about'() {
      const folder = app.getAppPath();
      const [licence, attributions] = await Promise.all(
        ['LICENSE', 'ATTRIBUTIONS.md'].map((name) => readFile(join(folder, name), 'utf8')),
      );
      const { electron, chrome, node } = process.versions;
      return {
        versions: { Refoley: app.getVersion(), Electron: electron, Chromium: chrome, Node: node },
        licence: licence ?? '',
        attributions: attributions ?? '',
      };
    },
    async 'app.revealData'() {
      const problem = await shell.openPath(dataFolder);
      if (problem !== '') throw new RefoleyError('unavailable', `${dataFolder} cannot be shown: ${problem}`);
    },
    'settings.change'(part) {
      const before = settings.settings();
      const changed = settings.change(part);
      applySettings(settings);
      broadcast('settings.changed', changed);
      if (changed.recent.join('\n') !== before.recent.join('\n')) showRecent(changed.recent);
      const { pack, ears, provider } = before;
      const isAnother = changed.pack !== pack || changed.ears !== ears || changed.provider !== provider;
      if (isAnother) options.restartEngine();
      return changed;
    },
    async 'dialog.folder'({ title }) {
      const properties = ['openDirectory', 'createDirectory'] as const;
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        title,
        properties: [...properties],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    async 'dialog.file'({ title, extensions }) {
      const filters = extensions.length > 0 ? [{ name: title, extensions }] : [];
      const { canceled, filePaths } = await dialog.showOpenDialog(window(), {
        title,
        filters,
        properties: ['openFile'],
      });
      return canceled ? null : (filePaths[0] ?? null);
    },
    async 'dialog.save'({ title, name, extensions }) {
      const filters = extensions.length > 0 ? [{ name: title, extensions }] : [];
      const { canceled, filePath } = await dialog.showSaveDialog(window(), {
        title,
        filters,
        defaultPath: name,
      });
      return canceled ? null : filePath;
    },
    async 'files.reveal'({ ref }) {
      shell.showItemInFolder(await fileOf(ref));
    },
    async 'files.copy'({ refs }) {
      await copyFilesToClipboard(await handedOut.copies(await files(refs)));
    },
    async 'files.send'({ refs }) {
      const { sendFolder } = settings.settings();
      if (sendFolder === '')
        throw new RefoleyError('input', 'no folder is chosen to send to: choose one in the settings');
      return copyAllInto(sendFolder, await files(refs));
    },
    async 'files.drag'({ refs }) {
      const copies = await handedOut.copies(await files(refs));
      const [file = ''] = copies;
      window().webContents.startDrag({ file, files: copies, icon: nativeImage.createFromBuffer(dragIcon) });
    },
    'work.cancel': ({ work }) => router.cancel(work),
    'engine.restart': () => options.restartEngine(),
  };
}

/** Makes the windows look as the settings say. */
export function applySettings(settings: SettingsFile): void {
  const { theme, zoom } = settings.settings();
  nativeTheme.themeSource = theme;
  for (const window of BrowserWindow.getAllWindows()) window.webContents.setZoomFactor(zoom);
}

/** Files that were opened last, in the app's menu and in that of the system. */
export function showRecent(recent: readonly string[]): void {
  Menu.setApplicationMenu(buildMenu(recent));
  const [last] = recent;
  if (last !== undefined) app.addRecentDocument(last);
  else app.clearRecentDocuments();
}
