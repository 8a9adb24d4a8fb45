import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const setup = fileURLToPath(new URL('./setup.mjs', import.meta.url));

it('setup keeps silent when everything is in place', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [setup], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

it('setup checked again leaves stdout to the command that follows', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [setup, '--again'], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(stderr).toMatch(/^\[setup\] .*ready\n$/s);
});
