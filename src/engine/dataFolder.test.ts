import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { defaultDataFolder } from './dataFolder.ts';

it.skipIf(process.platform === 'win32')("is the platform's place, unless somebody chooses", () => {
  const home = homedir();
  expect(defaultDataFolder({ REFOLEY_DATA: '/data', XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/data');
  expect(defaultDataFolder({ XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/xdg/refoley');
  expect(defaultDataFolder({ XDG_DATA_HOME: 'relative' }, 'linux')).toBe(join(home, '.local/share/refoley'));
  expect(defaultDataFolder({}, 'darwin')).toBe(join(home, 'Library/Application Support/Refoley'));
  expect(defaultDataFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe('/local/Refoley');
});
