// The steps of the setup, in order.
import { setUpFaiss } from './faiss.mjs';
import { installPackages } from './packages.mjs';
import { setUpNode } from './node.mjs';
import { probe, say } from './run.mjs';

/**
 * @returns {import('./stamp.mjs').Outcome}
 * @throws {Error} when a part that nothing can stand in for is missing; the message says what to do
 */
export function setUp() {
  installPackages();
  const node = setUpNode();
  // Both carry their binaries in the package: if one does not load, there is none for this system.
  mustLoad(
    'better-sqlite3',
    "new (require('better-sqlite3'))(':memory:').exec('create virtual table t using fts5(a)')",
  );
  mustLoad('onnxruntime-node', "require('onnxruntime-node')");
  const faiss = setUpFaiss();
  say('ready');
  return { faiss, node };
}

/** @param {string} name @param {string} code */
function mustLoad(name, code) {
  const result = probe(code);
  if (result.ok) return;
  throw new Error(
    `${name} does not load on ${process.platform}/${process.arch} (${result.reason}): ` +
      'delete node_modules and run `npm run setup`; if that does not help, this system is not supported',
  );
}
