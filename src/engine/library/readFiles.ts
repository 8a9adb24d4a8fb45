import type { StoredFile } from '../catalogue/file.ts';
import type { Source } from '../catalogue/sources.ts';
import { asRefoleyError } from '#core/errors.ts';
import type { RefoleyError } from '#core/errors.ts';
import type { FolderTerms } from '../catalogue/folderTerms.ts';
import { inLanes } from './inLanes.ts';
import { readHeader } from './readHeader.ts';
import type { Header } from './readHeader.ts';
import { markedParts } from './markedParts.ts';
import { redescribe } from './redescribe.ts';
import { checkpoint, failureOf } from './scanContext.ts';
import type { ScanContext, Tally } from './scanContext.ts';

/** Files a transaction. */
const BATCH = 128;
/** Files read at once: one whose header says nothing takes a decoder of some megabytes. */
const AT_ONCE = 16;

/**
 * Stage 2 of a scan: what each listed file says about itself, in its header and its metadata.
 *
 * @param again also those that failed before and have not changed
 */
export async function readFiles(
  context: ScanContext,
  source: Source,
  tally: Tally,
  again = true,
): Promise<void> {
  const { catalogue, onProgress } = context;
  const total = catalogue.files.countListed(source.id, again);
  let done = 0;
  let last = 0;
  for (;;) {
    await checkpoint(context, 'read');
    const files = catalogue.files.listed(source.id, last, BATCH, again);
    if (files.length === 0) return;
    const read = new Map<StoredFile, Header | RefoleyError>();
    await inLanes(files, AT_ONCE, async (file) => {
      read.set(file, await readOne(file));
    });
    catalogue.write(() => {
      const rules = catalogue.folderTerms.ofSource(source.id);
      for (const file of files) {
        const header = read.get(file);
        if (header) enter(context, file, header, rules, tally);
      }
    });
    last = files.at(-1)?.id ?? last;
    done += files.length;
    onProgress?.({ stage: 'read', done, total });
  }
}

async function readOne({ path }: StoredFile): Promise<Header | RefoleyError> {
  try {
    return await readHeader(path);
  } catch (cause) {
    return asRefoleyError(cause);
  }
}

function enter(
  { catalogue }: ScanContext,
  file: StoredFile,
  header: Header | RefoleyError,
  rules: readonly FolderTerms[],
  tally: Tally,
): void {
  if (header instanceof Error) {
    fail(catalogue, file, header, tally);
    return;
  }
  const { format, metadata } = header;
  catalogue.files.markRead(file.id, { format, fields: metadata.fields, synthetic: metadata.synthetic });
  redescribe(catalogue, file, { metadata, rules, markers: markedParts(metadata.regions, format.seconds) });
}

/** Lists a file with the reason why it is no sound. One that has gone meanwhile is left for the next listing. */
export function fail(
  catalogue: ScanContext['catalogue'],
  file: StoredFile,
  error: RefoleyError,
  tally: Tally,
): void {
  tally.added.delete(file.id);
  tally.updated.delete(file.id);
  tally.lost.add(file.id);
  tally.failed.set(file.path, failureOf(file.path, error));
  if (error.kind === 'not-found') return;
  catalogue.files.markFailed(file.id, `${error.kind}: ${error.message}`);
  for (const { id } of catalogue.sounds.byFile(file.id))
    for (const kind of ['text', 'audio'] as const) catalogue.embeddings.remove(id, kind);
}
