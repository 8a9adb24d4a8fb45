// Node 24 for the scripts, from the npm package `node`: npm puts node_modules/.bin first on PATH.
import { npm, run, say } from './run.mjs';
import { pinnedNode } from './paths.mjs';

/** The first release that runs TypeScript files as they are. */
const MINIMUM = { major: 22, minor: 18 };

/**
 * Installs the binary where the package's install script did not run.
 * @returns {'pinned' | 'own'} 'own': the binary is not to be had, but the machine's Node is new enough
 */
export function setUpNode() {
  if (works()) return 'pinned';
  say('installing Node 24 for the scripts');
  const result = npm(['rebuild', 'node', '--ignore-scripts=false', '--no-audit', '--no-fund']);
  if (result.ok && works()) return 'pinned';
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM.major || (major === MINIMUM.major && minor >= MINIMUM.minor)) {
    say(`the npm package node has no binary here (${result.reason}); using Node ${process.versions.node}`);
    return 'own';
  }
  throw new Error(
    `the npm package node has no binary here (${result.reason}) and Node ${process.versions.node} is too old: ` +
      'install Node 24 and run the command again',
  );
}

function works() {
  return run(pinnedNode, ['-e', '0']).ok;
}
