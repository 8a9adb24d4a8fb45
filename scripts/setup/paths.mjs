// Where things are, relative to the checkout.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const modules = path.join(root, 'node_modules');

/** Node 24 as the npm package `node` installs it; node_modules/.bin/node points here. */
export const pinnedNode = path.join(
  modules,
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

export const faissPackage = path.join(modules, 'faiss-node');
export const faissAddon = path.join(faissPackage, 'build', 'Release', 'faiss-node.node');
