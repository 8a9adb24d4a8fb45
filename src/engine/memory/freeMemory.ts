import { readFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';

/** macOS counts as taken what it would give up at once: there this share of all memory counts as free. */
const MAC_SHARE = 0.75;

/** Where a control group of Linux, of version 2 or 1, keeps its limit, what it has taken, and its account of that. */
const GROUPS = [
  { files: ['memory.max', 'memory.current', 'memory.stat'], cache: /^file (\d+)$/m },
  {
    files: ['memory/memory.limit_in_bytes', 'memory/memory.usage_in_bytes', 'memory/memory.stat'],
    cache: /^total_cache (\d+)$/m,
  },
];

/**
 * Bytes that this process can still take: what is free, or what is left of the limit that its container or `REFOLEY_MEMORY_MB`
 * sets.
 */
export async function freeMemory(groups = '/sys/fs/cgroup', env = process.env): Promise<number> {
  const free = process.platform === 'darwin' ? MAC_SHARE * totalmem() : freemem();
  const wanted = Number(env['REFOLEY_MEMORY_MB'] ?? NaN);
  const left = Number.isFinite(wanted) ? 1e6 * wanted - process.memoryUsage.rss() : Infinity;
  return Math.max(0, Math.min(free, left, await freeInGroup(groups)));
}

async function freeInGroup(folder: string): Promise<number> {
  for (const { files, cache } of GROUPS) {
    try {
      const texts = files.map((file) => readFile(`${folder}/${file}`, 'utf8'));
      const [limit = '', taken = '', account = ''] = await Promise.all(texts);
      // Files that were read stay in memory only as long as nobody else wants it. A limit of "max" is none.
      const left = Number(limit) - Number(taken) + Number(cache.exec(account)?.[1] ?? 0);
      return Number.isNaN(left) ? Infinity : left;
    } catch {
      continue;
    }
  }
  return Infinity;
}
