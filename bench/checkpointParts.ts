/**
 * Processor time of AudioLDM's parts as takes run them: `node bench/checkpointParts.ts PACK`. Runs the part that a line of stdin names, and
 * answers with the seconds of one thread and the process's peak memory in bytes, as training/templates/peer.py does.
 */
import { createInterface } from 'node:readline';
import { loadPack } from '#engine/inference/loadPack.ts';
import { checkpointFeeds, PARTS } from './checkpointFeeds.ts';

const [, , folder = ''] = process.argv;
const { sessions } = await loadPack(folder, 1);
const feeds = checkpointFeeds();
for await (const line of createInterface(process.stdin)) {
  const part = PARTS.find((it) => it === line);
  if (!part) throw new Error(`no part is called ${line}`);
  // The prompt has been encoded once the UNet is run.
  if (part === 'unet') await sessions.release(['textEncoder']);
  await sessions.prepare([part]);
  const before = process.cpuUsage();
  await sessions.run(part, feeds[part]);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${(user + system) / 1e6} ${process.resourceUsage().maxRSS * 1024}\n`);
}
