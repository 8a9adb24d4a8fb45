// A small file in node_modules that says for which inputs the setup was completed.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { faissAddon, modules, pinnedNode, root } from './paths.mjs';

const stampFile = path.join(modules, '.refoley-setup.json');

/**
 * What the setup came to: how faiss-node was had ('none': exact scan), and whether scripts run on the pinned Node.
 * @typedef {{ faiss: 'present' | 'prebuilt' | 'compiled' | 'none', node: 'pinned' | 'own' }} Outcome
 */

/** Hash of everything the outcome depends on. The lock file pins Node and every package. */
function key() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  const scripts = path.join(root, 'scripts', 'setup');
  const files = fs.readdirSync(scripts).filter((name) => name.endsWith('.mjs'));
  for (const file of [
    path.join(root, 'package-lock.json'),
    path.join(root, 'scripts', 'setup.mjs'),
    path.join(root, 'native', 'faiss', 'compat.h'),
    ...files.sort().map((name) => path.join(scripts, name)),
  ]) {
    hash.update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

/** Whether the last setup was for these inputs and its two large results are still there. */
export function isReady() {
  try {
    const stamp = /** @type {Outcome & { key: string }} */ (JSON.parse(fs.readFileSync(stampFile, 'utf8')));
    return (
      stamp.key === key() &&
      (stamp.node === 'own' || fs.existsSync(pinnedNode)) &&
      (stamp.faiss === 'none' || fs.existsSync(faissAddon))
    );
  } catch {
    return false;
  }
}

/** @param {Outcome} outcome */
export function writeStamp(outcome) {
  const temporary = `${stampFile}.${process.pid}`;
  fs.writeFileSync(temporary, JSON.stringify({ key: key(), ...outcome }));
  fs.renameSync(temporary, stampFile);
}
