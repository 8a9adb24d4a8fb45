import { createTokenizer } from '#core/text/tokenizer.ts';
import type { LoadedPack } from '#core/pipeline/generate.ts';
import { RefoleyError } from '#core/errors.ts';
import type { PackManifest } from '#core/pack/manifest.ts';
import { openSessions, type Sessions } from '../onnx/sessions.ts';
import { openPack } from '../packs/openPack.ts';
import type { Pack, PackFile } from '../packs/pack.ts';
import { readPackFile } from '../packs/readPackFile.ts';

/** A pack whose graphs run in this process. */
export interface RunningPack<Manifest extends PackManifest = PackManifest> extends Omit<
  LoadedPack,
  'ears' | 'manifest'
> {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sessions: Sessions;
}

/**
 * Loads a pack: manifest and tokenizer now, each graph when it is first run.
 * @param threads of one run of a graph; some unless given
 * @throws RefoleyError 'corrupt' when a file is damaged
 */
export async function loadPack(folder: string, threads?: number): Promise<RunningPack> {
  const pack = await openPack(folder);
  const { tokenizer } = pack.manifest;
  const [json, config] = await Promise.all([readJson(pack, tokenizer), readJson(pack, tokenizer.config)]);
  const sessions = openSessions(pack, threads);
  return {
    folder,
    manifest: pack.manifest,
    tokenizer: createTokenizer(json, config),
    run: sessions.run,
    sessions,
  };
}

async function readJson(pack: Pack, file: PackFile): Promise<unknown> {
  const text = new TextDecoder().decode(await readPackFile(pack, file));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RefoleyError(
      'corrupt',
      `${file.file} of pack '${pack.manifest.name}' is not JSON: reinstall the pack`,
      { cause },
    );
  }
}
