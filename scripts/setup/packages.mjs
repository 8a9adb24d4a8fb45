// npm packages: exactly what package-lock.json names.
import fs from 'node:fs';
import path from 'node:path';
import { modules, root } from './paths.mjs';
import { npm, say } from './run.mjs';

/** @typedef {{ version?: string, optional?: boolean, link?: boolean }} Locked */

/** Runs `npm ci` unless every package of the lock file is there in its version. */
export function installPackages() {
  if (areInstalled()) return;
  say('installing npm packages');
  // Without install scripts: npm 10 knows no allowScripts, and those of faiss-node and onnxruntime-node download.
  const result = npm(['ci', '--ignore-scripts', '--include=dev', '--no-audit', '--no-fund']);
  if (!result.ok) {
    throw new Error(
      `npm ci: ${result.reason}: check the network and npm's registry setting, then run \`npm run setup\``,
    );
  }
}

function areInstalled() {
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const present = readPackages(path.join(modules, '.package-lock.json'));
  return Object.entries(wanted).every(([where, { version, optional }]) => {
    if (where === '') return true;
    const found = present[where];
    if (found === undefined) return optional === true;
    return found.version === version && fs.existsSync(path.join(root, where, 'package.json'));
  });
}

/** @param {string} lockFile @returns {Record<string, Locked>} */
function readPackages(lockFile) {
  try {
    return /** @type {{ packages: Record<string, Locked> }} */ (JSON.parse(fs.readFileSync(lockFile, 'utf8')))
      .packages;
  } catch {
    return {};
  }
}
