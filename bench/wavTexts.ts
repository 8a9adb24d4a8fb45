import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { readMetadata } from '#engine/library/metadata/readMetadata.ts';

/** What the catalogue keeps, and where wavinfo (https://pypi.org/project/wavinfo) has it. */
const TEXTS = [
  ['bext/Description', 'bext', 'description'],
  ['bext/Originator', 'bext', 'originator'],
  ['bext/OriginatorReference', 'bext', 'originator_ref'],
  ['INFO/INAM', 'info', 'title'],
  ['INFO/IART', 'info', 'artist'],
  ['INFO/ICMT', 'info', 'comment'],
  ['INFO/IGNR', 'info', 'genre'],
  ['INFO/ICOP', 'info', 'copyright'],
  ['INFO/ISFT', 'info', 'software'],
] as const;

const text = z.string().nullish().catch(null);
const scope = z.record(z.string(), text).optional();
const printed = z.object({ scopes: z.object({ bext: scope, info: scope }) });
const run = promisify(execFile);

/** The texts of WAVs as the catalogue keeps them against what wavinfo reads, as lines of Markdown; none without wavinfo. */
export async function wavTexts(folder: string, paths: readonly string[]): Promise<string[]> {
  const isThere = await run('wavinfo', ['--help']).then(
    () => true,
    () => false,
  );
  if (!isThere) return [];
  const counts = new Map(TEXTS.map(([name]) => [name, { agrees: 0, differs: 0 }]));
  const lines: string[] = [];
  const queue = [...paths];
  let unread = 0;
  const work = async () => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      const scopes = await run('wavinfo', [path]).then(
        ({ stdout }) => printed.parse(JSON.parse(stdout)).scopes,
        () => undefined,
      );
      if (!scopes) unread++;
      const { fields } = await readMetadata(path);
      for (const [name, block, field] of scopes ? TEXTS : []) {
        const theirs = (scopes?.[block]?.[field] ?? '').trim();
        const ours = fields[name] ?? '';
        const count = counts.get(name);
        if (!count || (theirs === '' && ours === '')) continue;
        count[theirs === ours ? 'agrees' : 'differs']++;
        if (theirs !== ours)
          lines.push(
            `- ${relative(folder, path)} ${name}: "${theirs}", ours "${ours}"`.replaceAll('\n', ' '),
          );
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const rows = [...counts].filter(([, { agrees, differs }]) => agrees + differs > 0);
  return [
    `Texts of ${paths.length} WAVs against wavinfo, which cannot read ${unread} of them:`,
    '',
    '| field | files that have it | wavinfo agrees |',
    '| --- | --- | --- |',
    ...rows.map(([name, { agrees, differs }]) => `| ${name} | ${agrees + differs} | ${agrees} |`),
    '',
    ...lines.toSorted(),
  ];
}
