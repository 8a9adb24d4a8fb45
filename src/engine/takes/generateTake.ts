import { join } from 'node:path';
import { asRefoleyError } from '#core/errors.ts';
import type { EngineContext, Work } from '../context.ts';
import { PROCESS_ENDED } from '../inference/host.ts';
import type { GenerateInput, GenerateOutput } from '../inference/jobs.ts';
import type { TakePack } from '../packs/pack.ts';
import { OUT_OF_MEMORY } from '../providers/plainReason.ts';

/**
 * Makes a take with the providers that hold for the pack here. Where one of them takes the inference process along, the take is
 * made again on the CPU.
 *
 * @throws RefoleyError as the job, where the CPU fails, too
 */
export async function generateTake(
  {
    dataFolder,
    inference,
    providers,
    hearing,
  }: Pick<EngineContext, 'dataFolder' | 'inference' | 'providers' | 'hearing'>,
  pack: TakePack,
  input: Omit<GenerateInput, 'pack' | 'hearing' | 'providers' | 'encodedFolder'>,
  work: Work,
): Promise<GenerateOutput> {
  const folders = {
    pack: pack.folder,
    hearing: (await hearing()).folder,
    encodedFolder: join(dataFolder, 'encoded'),
  };
  const make = (chosen: GenerateInput['providers']) =>
    inference.run('generate', { ...input, ...folders, providers: chosen }, work);
  const chosen = await providers.of(pack, work);
  const output = await make(chosen).catch(async (cause: unknown) => {
    const { message } = asRefoleyError(cause);
    if (!message.startsWith(PROCESS_ENDED) || Object.keys(chosen).length === 0) throw cause;
    const again = await make({});
    // What the system kills it kills for its memory.
    const reason = message.includes('SIGKILL') ? OUT_OF_MEMORY : 'it ended its process';
    const fallBacks = Object.entries(chosen).map(([part, provider]) => ({ part, provider, reason }));
    return { ...again, fallBacks };
  });
  await providers.failed(pack, output.fallBacks);
  return output;
}
