import { asRefoleyError, RefoleyError } from '#core/errors.ts';
import type { StoredFile } from '../catalogue/file.ts';
import type { SoundDraft, StoredSound } from '../catalogue/sound.ts';
import type { Source } from '../catalogue/sources.ts';
import type { Analysis } from './analyser.ts';
import { hashFile } from '../files/hashFile.ts';
import { draftOfPart } from './describeSound.ts';
import { inLanes } from './inLanes.ts';
import { fail } from './readFiles.ts';
import { checkpoint } from './scanContext.ts';
import type { ScanContext, Tally } from './scanContext.ts';

/** Files a transaction: what a kill can cost, against a flush of the disk for each. */
const BATCH = 16;
/** Speed is told from so many seconds on. */
const SETTLED = 2;

/** What is to be written about a file. */
type Finding =
  | { readonly outcome: 'same'; readonly sha256: string }
  | { readonly outcome: 'twin'; readonly sha256: string; readonly twin: StoredFile }
  | { readonly outcome: 'heard'; readonly analysis: Analysis }
  | { readonly outcome: 'failed'; readonly error: RefoleyError };

/**
 * Stage 3 of a scan: what each file sounds like. A file with the bytes of one that was analysed is not decoded: that one
 * lends its embeddings.
 *
 * @throws RefoleyError `cancelled`, or `unavailable` when there is no inference
 */
export async function analyseFiles(context: ScanContext, source: Source, tally: Tally): Promise<void> {
  const { catalogue, analyser, onProgress } = context;
  const { files: total, bytes } = catalogue.files.countUnheard(source.id, analyser.model);
  const began = performance.now();
  let done = 0;
  let doneBytes = 0;
  let last = 0;
  for (;;) {
    const files = catalogue.files.unheard(source.id, analyser.model, last, BATCH);
    if (files.length === 0) return;
    last = files.at(-1)?.id ?? last;
    const findings = new Map<StoredFile, Finding>();
    try {
      await inLanes(files, analyser.lanes, async (file) => {
        await checkpoint(context, 'analysed');
        findings.set(file, await find(context, file));
        doneBytes += file.bytes;
        const seconds = (performance.now() - began) / 1000;
        const left = seconds < SETTLED ? undefined : (seconds / doneBytes) * (bytes - doneBytes);
        onProgress?.({ stage: 'analysed', done: ++done, total, left });
      });
    } finally {
      write(context, findings, tally);
    }
  }
}

async function find({ catalogue, analyser }: ScanContext, file: StoredFile): Promise<Finding> {
  const sounds = catalogue.sounds.byFile(file.id).filter(({ part }) => part !== 'event');
  if (file.sha256 !== '' || catalogue.files.hasSameSize(file)) {
    const sha256 = await hashFile(file.path).catch(asRefoleyError);
    if (sha256 instanceof Error) return { outcome: 'failed', error: sha256 };
    if (sha256 === file.sha256 && sounds.every(({ id }) => isHeard(catalogue, id, analyser.model)))
      return { outcome: 'same', sha256 };
    const twin = catalogue.files.sameContent(sha256, file.id);
    if (twin && canLend(catalogue, twin, sounds, analyser.model)) return { outcome: 'twin', sha256, twin };
  }
  const parts = sounds.map(({ part, start, end }) => ({ start, end: part === 'file' ? null : end }));
  const analysis = await analyser.analyse(file.path, parts);
  if (!('problem' in analysis)) return { outcome: 'heard', analysis };
  return { outcome: 'failed', error: new RefoleyError(analysis.problem.kind, analysis.problem.message) };
}

/** Whether all of a file's twin was heard, and every part that is wanted of the file is one of it. */
function canLend(
  catalogue: ScanContext['catalogue'],
  twin: StoredFile,
  wanted: readonly StoredSound[],
  model: string,
): boolean {
  const theirs = catalogue.sounds.byFile(twin.id);
  return (
    theirs.every(({ id }) => isHeard(catalogue, id, model)) &&
    wanted.every((sound) => theirs.some((other) => isSameStretch(sound, other)))
  );
}

/** A file is as long as it is found to be, whatever its header says. */
function isSameStretch(a: StoredSound, b: StoredSound): boolean {
  if (a.part === 'file' || b.part === 'file') return a.part === b.part;
  return a.start === b.start && a.end === b.end;
}

function isHeard(catalogue: ScanContext['catalogue'], soundId: number, model: string): boolean {
  return catalogue.embeddings.kindsOf(soundId, model).has('audio');
}

function write(context: ScanContext, findings: ReadonlyMap<StoredFile, Finding>, tally: Tally): void {
  const { catalogue } = context;
  if (findings.size === 0) return;
  catalogue.write(() => {
    const epoch = catalogue.bumpEpoch();
    for (const [file, finding] of findings) {
      if (finding.outcome === 'failed') {
        fail(catalogue, file, finding.error, tally);
      } else if (finding.outcome === 'same') {
        catalogue.files.markAnalysed(file.id, { ...file, sha256: finding.sha256 });
      } else {
        (file.sha256 === '' ? tally.added : tally.updated).add(file.id);
        if (finding.outcome === 'heard') enter(context, file, finding.analysis, epoch);
        else adopt(context, file, finding.twin, epoch);
      }
    }
  });
}

function enter(
  { catalogue, analyser }: ScanContext,
  file: StoredFile,
  analysis: Analysis,
  epoch: number,
): void {
  const { vectors, events, ...findings } = analysis;
  catalogue.files.markAnalysed(file.id, findings);
  if (file.sha256 !== findings.sha256) forget(catalogue, file);
  const known = catalogue.sounds.byFile(file.id);
  const sounds = known.filter(({ part }) => part !== 'event');
  const put = (id: number, vector: Float32Array): void => {
    catalogue.embeddings.put(id, 'audio', analyser.model, epoch, vector);
  };
  for (const [index, { id }] of sounds.entries()) {
    const vector = vectors[index];
    if (vector) put(id, vector);
  }
  const whole = sounds.find(({ part }) => part === 'file');
  if (!whole) return;
  const there = new Set<number>();
  for (const { start, end, vector } of events) {
    const id = catalogue.sounds.put(file.id, eventOf(whole, start, end));
    there.add(id);
    put(id, vector);
  }
  for (const { id, part } of known) if (part === 'event' && !there.has(id)) catalogue.sounds.remove(id);
}

/** What other packs have heard, too, is of bytes that are no more. Events of the same bytes stay, with what others say of them. */
function forget({ sounds, embeddings }: ScanContext['catalogue'], { id: fileId }: StoredFile): void {
  sounds.removeEvents(fileId);
  for (const { id } of sounds.byFile(fileId)) embeddings.remove(id, 'audio');
}

/** Takes over what is known of the same bytes in another file. */
function adopt(
  { catalogue, analyser }: ScanContext,
  file: StoredFile,
  twin: StoredFile,
  epoch: number,
): void {
  const { model } = analyser;
  catalogue.files.markAnalysed(file.id, { ...twin });
  if (file.sha256 !== twin.sha256) forget(catalogue, file);
  const own = catalogue.sounds.byFile(file.id);
  const whole = own.find(({ part }) => part === 'file');
  for (const sound of catalogue.sounds.byFile(twin.id)) {
    const vector = catalogue.embeddings.get(sound.id, 'audio', model);
    const id = counterpart(sound);
    if (vector && id !== undefined) catalogue.embeddings.put(id, 'audio', model, epoch, vector);
  }

  function counterpart(theirs: StoredSound): number | undefined {
    const { part, start, end } = theirs;
    if (part === 'event') return whole && catalogue.sounds.put(file.id, eventOf(whole, start, end));
    return own.find((sound) => isSameStretch(sound, theirs))?.id;
  }
}

/** An event goes by the words of its file. */
function eventOf(whole: StoredSound, start: number, end: number): SoundDraft {
  return draftOfPart(whole, { part: 'event', start, end, label: '' });
}
