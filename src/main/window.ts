import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import type { SettingsFile, WindowPlace } from './settingsFile.ts';

/** What a window shows: the built page, or the development server's address. */
export const page =
  process.env['ELECTRON_RENDERER_URL'] ?? join(import.meta.dirname, '../renderer/index.html');

/** Opens the window where it was, and remembers where it goes. */
export function openWindow(settings: SettingsFile): BrowserWindow {
  const { maximized, x, y, width, height } = visible(settings.window());
  const window = new BrowserWindow({
    ...{ width, height },
    ...(x === undefined || y === undefined ? {} : { x, y }),
    minWidth: 820,
    minHeight: 560,
    show: false,
    title: 'Refoley',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#15171a' : '#f4f5f6',
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // Sounds start by a key press; but what plays next in a list must not need another one.
      autoplayPolicy: 'no-user-gesture-required',
    },
  });
  if (maximized) window.maximize();
  window.once('ready-to-show', () => {
    window.webContents.setZoomFactor(settings.settings().zoom);
    window.show();
  });
  const remember = (): void => {
    if (!window.isDestroyed() && !window.isMinimized())
      settings.place({ ...window.getNormalBounds(), maximized: window.isMaximized() });
  };
  let waiting: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(waiting);
    waiting = setTimeout(remember, 300);
  };
  window
    .on('resize', soon)
    .on('move', soon)
    .on('maximize', soon)
    .on('unmaximize', soon)
    .on('close', remember);
  void (page.startsWith('http://') ? window.loadURL(page) : window.loadFile(page));
  return window;
}

/** Without a place on a screen that is no longer there. */
function visible(place: WindowPlace): WindowPlace {
  const { x, y, ...size } = place;
  if (x === undefined || y === undefined) return size;
  const area = screen.getDisplayMatching({ x, y, width: place.width, height: place.height }).workArea;
  const onIt =
    x < area.x + area.width - 100 &&
    x + place.width > area.x + 100 &&
    y >= area.y - 20 &&
    y < area.y + area.height - 60;
  return onIt ? place : size;
}
