import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the catalogue, the indexes, added packs and takes live unless somebody chooses: the platform's place for it. */
export function defaultDataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  const chosen = env['REFOLEY_DATA'];
  if (chosen) return resolve(chosen);
  const home = homedir();
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Refoley');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Refoley');
  // https://specifications.freedesktop.org/basedir-spec/latest/: a relative path is to be ignored
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg?.startsWith('/') ? xdg : join(home, '.local', 'share'), 'refoley');
}
