import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

export interface Finished {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the CLI as a user would, in its own process. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
}

export function finished(child: ChildProcess): Promise<Finished> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export function run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished> {
  return finished(start(args, env));
}

/** Runs a command with `--json` that must succeed, and must print its object and nothing else. */
export async function runJson(args: readonly string[]): Promise<ReturnType<typeof JSON.parse>> {
  const { code, stdout, stderr } = await run([...args, '--json']);
  if (code !== 0) throw new Error(`refoley ${args.join(' ')} exited with ${String(code)}: ${stderr}`);
  return JSON.parse(stdout);
}

/** The kind of the error on stderr, if that is one line of the right form, and stdout is empty. */
export function errorKind({ code, stdout, stderr }: Finished): string {
  const [, kind] = /^error: ([a-z-]+): [^\n]+\n$/.exec(stderr) ?? [];
  return code === 1 && stdout === '' && kind !== undefined
    ? kind
    : `exit ${String(code)}: ${stderr}${stdout}`;
}
