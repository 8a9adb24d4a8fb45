/** The shell: one window over the engine's process. What is done where is told in ARCHITECTURE.md. */
import { join, resolve } from 'node:path';
import { app, BrowserWindow, protocol } from 'electron';
import { defaultDataFolder } from '#engine/dataFolder.ts';
import { SCHEME } from '#shared/ipcNames.ts';
import type { EventName } from '#shared/contract.ts';
import { createAudioHandler } from './audioProtocol.ts';
import { createEngineHost, unwrap } from './engineHost.ts';
import { createHandedOut } from './files.ts';
import { harden } from './harden.ts';
import { broadcast, routeCalls } from './ipc.ts';
import { openSettings } from './settingsFile.ts';
import { applySettings, createShellHandlers, showRecent } from './shellHandlers.ts';
import { openWindow, page } from './window.ts';

/** Takes and recipes, as the system asks to open them. */
const OPENED = /\.(refoley|wav)$/i;

protocol.registerSchemesAsPrivileged([
  {
    scheme: SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true },
  },
]);

// A chosen profile has a library of its own; without one the app shares that of the CLI.
const dataFolder = app.commandLine.hasSwitch('user-data-dir')
  ? join(app.getPath('userData'), 'library')
  : defaultDataFolder();
const resourcesFolder = app.isPackaged
  ? join(process.resourcesPath, 'resources')
  : join(import.meta.dirname, '../../resources');

const asked = (argv: readonly string[], folder = process.cwd()): string[] =>
  argv
    .slice(1)
    .filter((argument) => OPENED.test(argument))
    .map((file) => resolve(folder, file));

if (!app.requestSingleInstanceLock()) app.quit();
else void run();

async function run(): Promise<void> {
  const opened = asked(process.argv);
  let loaded = false;
  const show = (): void => {
    if (opened.length > 0) broadcast('open', { files: opened.splice(0) });
  };
  const open = (...files: readonly string[]): void => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized()) window.restore();
    window?.focus();
    opened.push(...files);
    if (loaded) show();
  };
  app.on('second-instance', (_event, argv, folder) => open(...asked(argv, folder)));
  app.on('open-file', (event, file) => {
    event.preventDefault();
    open(file);
  });
  app.on('window-all-closed', () => app.quit());

  await app.whenReady();
  const settings = openSettings(join(app.getPath('userData'), 'settings.json'));
  const host = createEngineHost({
    ...{ dataFolder, resourcesFolder },
    chosen: () => {
      const { pack, ears, provider } = settings.settings();
      return { pack, ears, provider };
    },
    onEvent: (name, payload) => broadcast(name as EventName, payload as never),
    onState: (state) => broadcast('engine.state', state),
  });
  const handedOut = createHandedOut(join(dataFolder, 'handed-out'));
  const playable = async (ref: string, growing: boolean) =>
    (unwrap(await host.call('audio.file', { ref, growing })) as { path: string }).path;
  const fileOf = async (ref: string) =>
    (unwrap(await host.call('audio.source', { ref })) as { path: string }).path;

  harden();
  protocol.handle(SCHEME, createAudioHandler(playable));
  routeCalls(
    host,
    (router) =>
      createShellHandlers(
        { dataFolder, settings, handedOut, fileOf, restartEngine: () => host.restart() },
        router,
      ),
    page,
  );
  showRecent(settings.settings().recent);
  applySettings(settings);
  const window = openWindow(settings);
  window.webContents.on('did-finish-load', () => {
    broadcast('engine.state', host.state());
    loaded = true;
    show();
  });
  void handedOut.tidy();

  let ended = false;
  app.on('before-quit', (event) => {
    if (ended) return;
    event.preventDefault();
    void Promise.all([host.close(), settings.saved()]).then(() => {
      ended = true;
      app.quit();
    });
  });
}
