// faiss-node: as it is, else its own prebuilt, else compiled against the system's libfaiss, else none (exact scan).
// REFOLEY_SETUP_SKIP names ways not to try, separated by commas: prebuilt, apt, compile.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { faissAddon, faissPackage, root } from './paths.mjs';
import { probe, run, say, scriptNode } from './run.mjs';

const DEBIAN_PACKAGES = ['libfaiss-dev', 'libopenblas-dev', 'g++'];
const CXX = process.env['CXX'] ?? 'g++';

/**
 * Never fails: without FAISS the search is an exact scan, and this says so.
 * @returns {import('./stamp.mjs').Outcome['faiss']}
 */
export function setUpFaiss() {
  const skip = (process.env['REFOLEY_SETUP_SKIP'] ?? '').split(',');
  if (fs.existsSync(faissAddon) && loads().ok) return 'present';
  /** @type {string[]} */
  const why = [];

  if (!skip.includes('prebuilt')) {
    say('looking for a prebuilt faiss-node');
    const reason = fetchPrebuilt();
    if (reason === undefined) return 'prebuilt';
    why.push(`no prebuilt (${reason})`);
  }
  if (!skip.includes('compile')) {
    if (missingForCompiler().length > 0 && !skip.includes('apt')) {
      const reason = installDebianPackages();
      if (reason !== undefined) why.push(reason);
    }
    const missing = missingForCompiler();
    if (missing.length > 0) why.push(`not compiled (no ${missing.join(', no ')})`);
    else {
      say("compiling faiss-node against the system's libfaiss");
      const reason = compile();
      if (reason === undefined) return 'compiled';
      why.push(`not compiled (${reason})`);
    }
  }
  say(`faiss-node is not available: ${why.join('; ') || 'every way was skipped'}`);
  say('the library is searched by exact scan instead: same results, slower in large libraries');
  say(`to mend it: ${mendingCommand()}`);
  return 'none';
}

/** Finds the nearest of two vectors with the addon. */
function loads() {
  return probe(
    `const { IndexFlatIP } = require(${JSON.stringify(faissPackage)});
     const index = new IndexFlatIP(2);
     index.add([1, 0, 0, 1]);
     if (index.search([0, 1], 1).labels[0] !== 1) throw new Error('wrong neighbour');`,
  );
}

/** @returns {string | undefined} why there is none */
function fetchPrebuilt() {
  const require = createRequire(path.join(faissPackage, 'package.json'));
  const tool = require.resolve('prebuild-install/bin.js');
  const result = run(scriptNode(), [tool, '--runtime', 'napi'], { cwd: faissPackage, timeout: 120_000 });
  if (!result.ok) return result.reason;
  const loaded = loads();
  return loaded.ok ? undefined : `does not load: ${loaded.reason}`;
}

/** @returns {string | undefined} why they could not be installed */
function installDebianPackages() {
  if (process.platform !== 'linux' || !run('apt-get', ['--version']).ok) return undefined;
  if (process.getuid?.() !== 0) return 'Debian packages are for root to install';
  say(`installing Debian packages: ${DEBIAN_PACKAGES.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  // A failing update (one dead source of several) need not keep the packages out.
  run('apt-get', [...options, 'update'], { env });
  const result = run(
    'apt-get',
    [...options, '--no-install-recommends', 'install', '-y', ...DEBIAN_PACKAGES],
    { env },
  );
  return result.ok ? undefined : `apt-get: ${result.reason}`;
}

/** The include folder with FAISS' headers. */
function includeFolder() {
  return ['/usr/include', '/usr/local/include'].find((folder) =>
    fs.existsSync(path.join(folder, 'faiss', 'Index.h')),
  );
}

/** What the compilation lacks, in words. */
function missingForCompiler() {
  if (process.platform !== 'linux') return [`build recipe for ${process.platform}`];
  const missing = [];
  if (includeFolder() === undefined) missing.push('faiss headers');
  if (!run(CXX, ['--version']).ok) missing.push(`C++ compiler (${CXX})`);
  return missing;
}

/** One call of the compiler, no node-gyp: N-API headers come from npm. @returns {string | undefined} why it failed */
function compile() {
  const require = createRequire(path.join(root, 'package.json'));
  const folderOf = (/** @type {string} */ name) => path.dirname(require.resolve(`${name}/package.json`));
  const temporary = `${faissAddon}.${process.pid}.tmp`;
  fs.mkdirSync(path.dirname(faissAddon), { recursive: true });
  const result = run(CXX, [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-fopenmp', '-w'],
    ...['-DNAPI_VERSION=6', '-DNAPI_CPP_EXCEPTIONS', '-DBUILDING_NODE_EXTENSION'],
    ...['-include', path.join(root, 'native', 'faiss', 'compat.h')],
    ...['-I', path.join(folderOf('node-api-headers'), 'include'), '-I', folderOf('node-addon-api')],
    ...['-I', includeFolder() ?? '/usr/include'],
    path.join(faissPackage, 'src', 'faiss.cc'),
    ...['-o', temporary, '-lfaiss', '-lblas', '-llapack'],
  ]);
  if (!result.ok) {
    fs.rmSync(temporary, { force: true });
    return result.reason;
  }
  fs.renameSync(temporary, faissAddon);
  const loaded = loads();
  if (loaded.ok) return undefined;
  fs.rmSync(faissAddon);
  return `does not load: ${loaded.reason}`;
}

function mendingCommand() {
  if (process.platform !== 'linux') return 'npm run setup, with github.com reachable for the prebuilt';
  return `sudo apt-get install -y ${DEBIAN_PACKAGES.join(' ')} && npm run setup`;
}
