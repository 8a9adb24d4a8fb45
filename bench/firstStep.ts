/** Started by start.ts: does what `refoley generate` does, prints a line at the first diffusion step and stops. */
import { openEngine } from '#engine/app.ts';

const controller = new AbortController();
const engine = openEngine({ dataFolder: process.argv[2] ?? '' });
const onProgress = ({ stage }: { readonly stage: string }) => {
  if (stage !== 'sample' || controller.signal.aborted) return;
  process.stdout.write('sampling\n');
  controller.abort();
};
const settings = { prompt: 'rusty gate creaks open, slow', seed: 1 };
await engine.generate({ settings }, { signal: controller.signal, onProgress }).catch(() => undefined);
await engine.close();
