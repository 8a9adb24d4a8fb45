// One setup at a time in a checkout. The lock is a folder that appears by an atomic rename with its owner in it.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './paths.mjs';
import { say } from './run.mjs';

/** @typedef {{ token: string, pid: number, host: string, since: number }} Owner */

const WAIT_MS = 20 * 60_000;
const FOREIGN_STALE_MS = 60 * 60_000;

/**
 * Runs `work` while no other process on this checkout does.
 * @param {() => void | Promise<void>} work
 * @param {string} [folder] where the lock appears
 * @throws {Error} when another process has held the lock for 20 minutes
 */
export async function withLock(work, folder = path.join(root, '.setup.lock')) {
  await acquire(folder);
  try {
    await work();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function acquire(folder) {
  /** @type {Owner} */
  const me = { token: randomUUID(), pid: process.pid, host: os.hostname(), since: Date.now() };
  const prepared = `${folder}.${me.token}`;
  fs.mkdirSync(prepared);
  fs.writeFileSync(path.join(prepared, 'owner.json'), JSON.stringify(me));
  try {
    for (let told = false; !appears(prepared, folder);) {
      const owner = readOwner(folder);
      if (owner !== undefined && isStale(owner)) {
        takeAway(folder, owner);
        continue;
      }
      if (!told) say(`waiting for another setup of this checkout (process ${owner?.pid ?? '?'})`);
      told = true;
      if (Date.now() - me.since > WAIT_MS) {
        throw new Error(`another setup seems stuck: end it, delete ${folder} and run the command again`);
      }
      await sleep(200);
    }
  } catch (error) {
    fs.rmSync(prepared, { recursive: true, force: true });
    throw error;
  }
}

/** @param {string} prepared @param {string} folder */
function appears(prepared, folder) {
  try {
    fs.renameSync(prepared, folder);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM' || code === 'EACCES') return false;
    throw error;
  }
}

/** @param {string} folder @returns {Owner | undefined} undefined when the lock has just gone */
function readOwner(folder) {
  try {
    return /** @type {Owner} */ (JSON.parse(fs.readFileSync(path.join(folder, 'owner.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** @param {Owner} owner */
function isStale(owner) {
  if (owner.host !== os.hostname()) return Date.now() - owner.since > FOREIGN_STALE_MS;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/**
 * Removes the lock of a process that is gone. Only the maker of the marker named after that owner may do it, and only
 * while the lock is still that owner's: so of several waiters none removes the lock that another has just taken.
 * @param {string} folder
 * @param {Owner} owner
 */
function takeAway(folder, owner) {
  const marker = `${folder}.stale-${owner.token}`;
  try {
    fs.mkdirSync(marker);
  } catch {
    return;
  }
  try {
    if (readOwner(folder)?.token === owner.token) fs.rmSync(folder, { recursive: true, force: true });
  } finally {
    fs.rmdirSync(marker);
  }
}
