import { createTokenizer } from '#core/text/tokenizer.ts';
import type { LoadedPack } from '#core/pipeline/generate.ts';
import { RefoleyError } from '#core/errors.ts';
import type { PackManifest } from '#core/pack/manifest.ts';
import { openSessions } from '../onnx/sessions.ts';
import { openPack } from '../packs/openPack.ts';
import type { Pack, PackFile } from '../packs/pack.ts';
import { readPackFile } from '../packs/readPackFile.ts';
import type { ChosenProviders } from '../providers/chooseProviders.ts';
import { createFallbackSessions, type FallbackSessions } from '../providers/fallbackSessions.ts';

/** A pack whose graphs run in this process. */
export interface RunningPack<Manifest extends PackManifest = PackManifest> extends Omit<
  LoadedPack,
  'ears' | 'manifest'
> {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sessions: FallbackSessions;
}

/**
 * Loads a pack: manifest and tokenizer now, each graph when it is first run.
 * @param threads of one run of a graph; some unless given
 * @param providers of the parts that the CPU does not run
 * @throws RefoleyError 'corrupt' when a file is damaged
 */
export async function loadPack(
  folder: string,
  threads?: number,
  providers: ChosenProviders = {},
): Promise<RunningPack> {
  const pack = await openPack(folder);
  const { manifest } = pack;
  const readTokenizer = async (file: TokenizerFile) => {
    const [json, config] = await Promise.all([readJson(pack, file), readJson(pack, file.config)]);
    return createTokenizer(json, config);
  };
  const second = manifest.format === 2 ? manifest.tokenizer2 : undefined;
  const device = openSessions(pack, threads, (part) => providers[part] ?? 'cpu');
  const sessions = createFallbackSessions(providers, device, openSessions(pack, threads));
  return {
    folder,
    manifest,
    tokenizer: await readTokenizer(manifest.tokenizer),
    tokenizer2: second && (await readTokenizer(second)),
    run: sessions.run,
    sessions,
  };
}

type TokenizerFile = PackFile & { readonly config: PackFile };

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
