// Child processes and messages of the setup.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { modules, pinnedNode, root } from './paths.mjs';

/** Progress and warnings go to stderr: stdout belongs to the command that follows. @param {string} line */
export function say(line) {
  process.stderr.write(`[setup] ${line}\n`);
}

/** The Node that the scripts will run on: the pinned one where it could be installed. */
export function scriptNode() {
  return fs.existsSync(pinnedNode) ? pinnedNode : process.execPath;
}

/**
 * Runs a program to its end and keeps what it prints.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number, shell?: boolean }} [options]
 * @returns {{ ok: boolean, output: string, reason: string }} `reason`: the line that says why it failed
 */
export function run(program, args, options = {}) {
  const result = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  const output = [result.stdout, result.stderr].join('\n'); // both null where it did not start
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.find((line) => /\berror\b|^E: |ERR!/i.test(line)) ?? lines.at(-1);
  const ended = result.signal === null ? `exit code ${result.status}` : `ended by ${result.signal}`;
  return { ok: result.status === 0, output, reason: result.error?.message ?? telling ?? ended };
}

/**
 * Runs npm on the machine's own Node: npm must not run on a Node inside the node_modules that it replaces.
 * @param {string[]} args
 */
export function npm(args) {
  const env = { ...process.env };
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[pathName] = (env[pathName] ?? '')
    .split(path.delimiter)
    .filter((folder) => !path.resolve(folder).startsWith(modules))
    .join(path.delimiter);
  // `npm run -s` hands its silence down; a failure here has to say why.
  env['npm_config_loglevel'] = 'error';
  const windows = process.platform === 'win32';
  return run(windows ? 'npm.cmd' : 'npm', args, { env, shell: windows });
}

/**
 * Whether a piece of CommonJS runs without an error, in a process of its own: a broken addon takes only that one down.
 * @param {string} code
 */
export function probe(code) {
  return run(scriptNode(), ['-e', code], { timeout: 60_000 });
}
