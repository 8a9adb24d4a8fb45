// Tests of the Python side. Makes training/.venv where it is missing, installs what training/pyproject.toml names
// when that file has changed, and runs pytest; arguments are passed on to it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const training = path.join(import.meta.dirname, '..', 'training');
const venv = path.join(training, '.venv');
const python = path.join(
  venv,
  ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']),
);
const stampFile = path.join(venv, '.refoley-installed');

/**
 * Runs a program with its output shown; ends this process with its exit code when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {string} advice what to do when it fails
 */
function must(program, args, advice) {
  const result = spawnSync(program, args, { cwd: training, stdio: 'inherit' });
  if (result.status === 0) return;
  const reason = result.error === undefined ? '' : `${result.error.message}: `;
  process.stderr.write(`${path.basename(program)} ${args.join(' ')}: ${reason}${advice}\n`);
  process.exit(result.status ?? 1);
}

if (!fs.existsSync(python)) {
  const advice = 'install Python 3.11 or later with its venv module (Debian: apt-get install python3-venv)';
  must(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', venv], advice);
}
const stamp = createHash('sha256')
  .update(fs.readFileSync(path.join(training, 'pyproject.toml')))
  .update(fs.readFileSync(import.meta.filename))
  .digest('hex');
if (!fs.existsSync(stampFile) || fs.readFileSync(stampFile, 'utf8') !== stamp) {
  const pip = ['-m', 'pip', 'install', '-qq', '--disable-pip-version-check'];
  const advice = 'check the network and run the command again';
  must(python, [...pip, '--editable', '.[test]'], advice);
  // Without its dependencies: aisfx pins old releases of numpy and librosa, and only its weights are read here.
  must(python, [...pip, '--no-deps', 'aisfx==0.1.2'], advice);
  fs.writeFileSync(stampFile, stamp);
}
must(python, ['-m', 'pytest', '-q', ...process.argv.slice(2)], 'tests failed');
