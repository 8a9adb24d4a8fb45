import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { findTensor } from '#core/checkpoint/aliases.ts';
import { bindGraph } from '#core/checkpoint/bindGraph.ts';
import { findTemplate, nearestDifferences } from '#core/checkpoint/templates.ts';
import { RefoleyError } from '#core/errors.ts';
import {
  checkpointManifestSchema,
  type CheckpointManifest,
  type CheckpointPart,
} from '#core/pack/checkpointManifest.ts';
import type { PartName } from '#core/pack/manifest.ts';
import type { Work } from '../context.ts';
import { hashBytes, hashFile } from '../files/hashFile.ts';
import { placeFolder } from '../files/placeFolder.ts';
import { writeFileAtomic } from '../files/replaceFile.ts';
import { misfitMessage } from './boundSession.ts';
import { findTemplates } from './findTemplates.ts';
import { openCheckpoint } from './openCheckpoint.ts';
import { publishedAs } from './publishedAs.ts';
import {
  configPath,
  describeFolder,
  readCheckpoint,
  TOKENIZER_FILES,
  type PublishedFolder,
} from './readCheckpoint.ts';

export interface CheckpointFolders {
  readonly addedPacksFolder: string;
  /** Hold a folder of templates for each family. */
  readonly templateFolders: readonly string[];
}

/** Where a model may bring graphs of its own size along: training/refoley_training/realdm/export.py does. */
const OWN_TEMPLATES = 'templates';

/** A template that fits the weights, and their files. */
interface FittedPart {
  readonly name: PartName;
  readonly folder: string;
  readonly template: { readonly file: string; readonly bytes: Uint8Array };
  readonly parameters: number;
  readonly files: readonly string[];
}

/**
 * Makes a pack of a model in its authors' layout. Their weights stay where they are and are not copied; the pack holds graphs that
 * point into them, the tokenizer, and a manifest with the hash of every file. Progress in bytes.
 *
 * @param requireNew told of the manifest before anything is written
 * @throws RefoleyError `input` with the list of what is missing or does not fit; `corrupt` for damaged weights; 'cancelled'
 */
export async function addCheckpoint(
  { addedPacksFolder, templateFolders }: CheckpointFolders,
  path: string,
  requireNew: (manifest: CheckpointManifest) => Promise<void>,
  work: Work,
): Promise<string> {
  // 1. What it is, and that all of it is there.
  const published = await readCheckpoint(path);
  const { folder, family } = published;
  const facts = describeFolder(published);
  const about = await publishedAs(folder);

  // 2. A graph for each part that its weights fit.
  const fitted = await fitParts(published, [...templateFolders, join(folder, OWN_TEMPLATES)]);

  // 3. The hashes of the weights.
  const weights = await hashWeights(folder, fitted, work);
  const files = new Map<string, Uint8Array>(fitted.map(({ template }) => [template.file, template.bytes]));
  for (const tokenizer of family.tokenizers)
    for (const name of TOKENIZER_FILES)
      files.set(inPack(tokenizer, name), await readFile(join(folder, tokenizer, name)));
  const fileOf = (name: string) => {
    const bytes = files.get(name) ?? new Uint8Array();
    return { file: name, sha256: hashBytes(bytes), bytes: bytes.length };
  };

  // 4. The manifest.
  const parts = Object.fromEntries(
    fitted.map(({ name, folder: of, template, parameters, files: names }) => [
      name,
      {
        ...{ folder: of, template: fileOf(template.file), parameters },
        weights: names.map((file) => weights.get(join(of, file))),
      },
    ]),
  );
  const parameters = fitted.reduce((sum, part) => sum + part.parameters, 0);
  const { name, version, licence, author, source } = about;
  const manifest = checkpointManifestSchema.parse({
    ...{ format: 2, name, version, licence, ...facts, parts, checkpoint: folder },
    description: `${family.title}, ${(parameters / 1e6).toFixed(0)} M parameters, in the files of its authors`,
    attributions: [{ what: name, author, licence, source }],
    ...Object.fromEntries(
      family.tokenizers.map((tokenizer, i) => [
        i === 0 ? 'tokenizer' : 'tokenizer2',
        {
          ...fileOf(inPack(tokenizer, 'tokenizer.json')),
          config: fileOf(inPack(tokenizer, 'tokenizer_config.json')),
        },
      ]),
    ),
  });
  await requireNew(manifest);

  // 5. The pack, whole or not at all.
  return placeFolder(join(addedPacksFolder, name), async (temporary) => {
    for (const [file, bytes] of files) await writeFileAtomic(join(temporary, file), bytes);
    await writeFileAtomic(
      join(temporary, 'manifest.json'),
      `${JSON.stringify(manifest, null, 1)}
`,
    );
  });
}

/** tokenizer_2/tokenizer_config.json lies in a pack as tokenizer_2_config.json, for a pack has no folders; in the root it has its own name. */
function inPack(folder: string, name: (typeof TOKENIZER_FILES)[number]): string {
  return folder === '' ? name : name.replace('tokenizer', folder);
}

async function fitParts(
  { folder, family, configs, weights }: PublishedFolder,
  templateFolders: readonly string[],
): Promise<FittedPart[]> {
  const templates = await findTemplates(templateFolders, family.family);
  const fitted: FittedPart[] = [];
  const problems: string[] = [];
  for (const [part, of] of Object.entries(family.parts)) {
    const name = part as PartName;
    const template = findTemplate(templates, name, configs[of]);
    if (!template) {
      const different = nearestDifferences(templates, name, configs[of]).join(', ');
      problems.push(
        `${configPath(family, of)} is of a size that Refoley has no graph for${different && ` (${different})`}`,
      );
      continue;
    }
    const compressed = await readFile(join(template.in, template.file));
    if (hashBytes(compressed) !== template.sha256)
      throw new RefoleyError('corrupt', `${join(template.in, template.file)} is damaged: reinstall Refoley`);
    const files = weights[of] ?? [];
    const { tensors } = await openCheckpoint(join(folder, of), files);
    const { misfits } = bindGraph(await promisify(gunzip)(compressed), (tensor) =>
      findTensor(tensors, tensor),
    );
    if (misfits.length > 0) problems.push(`${of || 'its weights'}: ${misfitMessage(misfits)}`);
    fitted.push({
      ...{ name, folder: of, files, parameters: template.parameters },
      template: { file: `${name}.onnx.gz`, bytes: compressed },
    });
  }
  if (problems.length > 0)
    throw new RefoleyError('input', `${folder} cannot be used: ${problems.join('; ')}`);
  return fitted;
}

/** By path below the checkpoint. Hashed while a bar moves: they are gigabytes. */
async function hashWeights(
  checkpoint: string,
  parts: readonly FittedPart[],
  { signal, onProgress }: Work,
): Promise<Map<string, CheckpointPart['weights'][number]>> {
  const paths = [...new Set(parts.flatMap(({ folder, files }) => files.map((file) => join(folder, file))))];
  const facts = await Promise.all(paths.map((path) => stat(join(checkpoint, path))));
  const of = facts.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const weights = new Map<string, CheckpointPart['weights'][number]>();
  for (const [i, path] of paths.entries()) {
    const sha256 = await hashFile(join(checkpoint, path), (bytes) => {
      if (signal?.aborted) throw new RefoleyError('cancelled', 'the pack was not added');
      done += bytes;
      onProgress?.({ stage: 'install', done, of });
    });
    await requireAsPublished(join(checkpoint, path), sha256);
    const { size, mtimeMs } = facts[i] ?? { size: 0, mtimeMs: 0 };
    weights.set(path, { file: path.replaceAll('\\', '/'), sha256, bytes: size, modified: mtimeMs });
  }
  return weights;
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Hugging Face's store names large files by their hash: one that is cut short or changed does not have it. */
async function requireAsPublished(path: string, sha256: string): Promise<void> {
  const name = basename(await realpath(path));
  if (SHA256.test(name) && name !== sha256)
    throw new RefoleyError(
      'corrupt',
      `${path} is not as it was published, its hash differs: download it again`,
    );
}
