/**
 * Processor time of AudioLDM's parts in our sessions: `node bench/checkpointParts.ts FOLDER`. Runs the part that a line of stdin names, and
 * answers with the seconds of one thread and the process's peak memory in bytes, as training/templates/peer.py does.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import type { InferenceSession } from 'onnxruntime-node';
import { boundSession } from '#engine/checkpoint/boundSession.ts';
import { openCheckpoint } from '#engine/checkpoint/openCheckpoint.ts';
import { checkpointFeeds, PARTS, type Part } from './checkpointFeeds.ts';

const TEMPLATES = join(import.meta.dirname, '..', 'resources', 'templates', 'audioldm');
const FILES: Record<Part, readonly [template: string, folder: string]> = {
  textEncoder: ['textEncoder.onnx.gz', 'text_encoder'],
  unet: ['unet-s.onnx.gz', 'unet'],
  vaeDecoder: ['vaeDecoder.onnx.gz', 'vae'],
  vocoder: ['vocoder.onnx.gz', 'vocoder'],
};

const [, , folder = ''] = process.argv;
const feeds = await checkpointFeeds();
const sessions = new Map<string, InferenceSession>();
for (const part of PARTS) {
  const [file, within] = FILES[part];
  const template = gunzipSync(await readFile(join(TEMPLATES, file)));
  const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
  sessions.set(part, await boundSession(template, await openCheckpoint(join(folder, within)), options));
}
for await (const line of createInterface(process.stdin)) {
  const part = PARTS.find((it) => it === line);
  if (!part) throw new Error(`no part is called ${line}`);
  const before = process.cpuUsage();
  await sessions.get(part)?.run(feeds[part]);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${(user + system) / 1e6} ${process.resourceUsage().maxRSS * 1024}\n`);
}
