// Runs the tests: Vitest, then the built app under Playwright. Arguments are Vitest's and are passed on
// (`npm test -- src/core -t "mel"`); Playwright runs when none of them names a file, or when one is among its specs
// (`npm test -- e2e/app`). Ends with one line, `N passed, N failed`, which says the same as the exit code.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCLI, startVitest } from 'vitest/node';
import { whichElectron } from '../e2e/app/support/electron.ts';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @type {Count} */
const FAILED = { passed: 0, failed: 1, skipped: 0 };

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const specs = filter.filter((path) => /^(\.\/)?e2e\/(app|stand-in)\b/.test(path));
const tests = filter.filter((path) => !specs.includes(path));

/** @type {Count[]} */
const counts = [];
if (filter.length === 0 || tests.length > 0) counts.push(await runVitest());
if (filter.length === 0 || specs.length > 0) counts.push(runPlaywright());

const sum = (/** @type {keyof Count} */ key) => counts.reduce((total, count) => total + count[key], 0);
const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** @returns {Promise<Count>} */
async function runVitest() {
  const vitest = await startVitest(tests, options);
  const count = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0, pending: 0 };
  for (const file of vitest.state.getTestModules()) {
    for (const test of file.children.allTests()) count[test.result().state] += 1;
    // A file or suite that fails outside of its tests (an import, a hook) counts once for each such place.
    for (const place of [file, ...file.children.allSuites()])
      if (place.errors().length > 0) count.failed += 1;
  }
  await vitest.close();
  return { passed: count.passed, failed: count.failed + count.pending, skipped: count.skipped };
}

/** @returns {Count} */
function runPlaywright() {
  if (whichElectron() === undefined) {
    process.stdout.write(
      "The desktop app was not tested: neither Electron's binary (npx install-electron) nor a Chromium is here.\n",
    );
    return process.env['CI'] ? FAILED : { passed: 0, failed: 0, skipped: 1 };
  }
  if (existsSync('electron.vite.config.ts') && run('electron-vite', 'build') !== 0) return FAILED;

  const folder = mkdtempSync(join(tmpdir(), 'refoley-playwright-'));
  const report = join(folder, 'report.json');
  process.env['PLAYWRIGHT_JSON_OUTPUT_FILE'] = report;
  const pattern = options.testNamePattern;
  const grep = pattern === undefined ? [] : ['--grep', String(pattern)];
  const status = run('playwright', 'test', '--reporter=list,json', '--pass-with-no-tests', ...grep, ...specs);
  const count = existsSync(report) ? countReport(JSON.parse(readFileSync(report, 'utf8'))) : FAILED;
  rmSync(folder, { recursive: true });
  // Something other than a test failed: the configuration, a file that cannot be read.
  return status !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/**
 * @param {import('@playwright/test/reporter').JSONReport} report
 * @returns {Count}
 */
function countReport({ stats, errors }) {
  // A retried test that passed in the end is still one that cannot be relied on.
  const failed = stats.unexpected + stats.flaky + errors.length;
  return { passed: stats.expected, failed, skipped: stats.skipped };
}

/**
 * @param {string} name of a package's command
 * @param {string[]} args
 */
function run(name, ...args) {
  const command = join('node_modules', '.bin', name);
  return spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).status;
}
