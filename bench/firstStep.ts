/**
 * Started by start.ts: does what `refoley generate` does, or with `warm` what the app does before and after somebody asks for a take.
 * Prints a line when the take is asked for and one at its first diffusion step, and stops.
 */
import { openEngine } from '#engine/app.ts';

const [dataFolder = '', warm] = process.argv.slice(2);
const controller = new AbortController();
const engine = openEngine({ dataFolder });
if (warm !== undefined) {
  await engine.library.count({});
  await (await engine.studio(() => undefined)).warmUp();
}
process.stdout.write('asked\n');
const onProgress = ({ stage }: { readonly stage: string }) => {
  if (stage !== 'sample' || controller.signal.aborted) return;
  process.stdout.write('sampling\n');
  controller.abort();
};
const settings = { prompt: 'rusty gate creaks open, slow', seed: 1 };
await engine.generate({ settings }, { signal: controller.signal, onProgress }).catch(() => undefined);
await engine.close();
