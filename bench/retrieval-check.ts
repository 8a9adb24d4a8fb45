/**
 * Do everyday prompts find the right sounds in the starter library? `npm run retrieval-check` asks the 20 prompts of
 * resources/suites/everyday.json and writes docs/retrieval-check.md. A prompt passes when one of its three nearest
 * captions names the sound asked for. Exits with 1 when fewer than 16 pass.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { openEngine } from '#engine/app.ts';

const REQUIRED = 16;
const NEIGHBOURS = 3;
const root = new URL('../', import.meta.url);

const everydaySchema = z.object({
  prompts: z.array(
    z.object({
      prompt: z.string(),
      /** All of these lists must be met, each by any of its words. */
      names: z.array(z.array(z.string()).min(1)).min(1),
    }),
  ),
});

const everyday = everydaySchema.parse(
  JSON.parse(await readFile(new URL('resources/suites/everyday.json', root), 'utf8')),
);
const dataFolder = await mkdtemp(join(tmpdir(), 'refoley-retrieval-'));
const engine = openEngine({ dataFolder });
try {
  const rows: string[] = [];
  const named: number[] = [];
  for (const { prompt, names } of everyday.prompts) {
    const neighbours = await engine.retrieve(prompt, { k: NEIGHBOURS });
    const captions = neighbours.map(({ sound }) => sound.caption);
    const right = captions.map((caption) => names.every((words) => words.some((word) => has(caption, word))));
    named.push(right.filter(Boolean).length);
    const cells = captions.map((caption, index) => (right[index] ? `**${caption}**` : caption));
    rows.push(`| ${prompt} | ${cells.join(' | ')} | ${named.at(-1) ?? 0} |`);
  }
  const atLeast = (count: number) => named.filter((right) => right >= count).length;
  const summary =
    `Of ${named.length} prompts, ${atLeast(1)} have a neighbour that names the sound asked for; in ${atLeast(2)} at least ` +
    `two of the three do, in ${atLeast(NEIGHBOURS)} all three.`;
  const table = [
    '# Retrieval check',
    '',
    'Twenty everyday prompts against the starter library, by `npm run retrieval-check`. Captions in bold contain the words',
    'that name the sound asked for (`resources/suites/everyday.json`).',
    '',
    summary,
    '',
    '| prompt | first | second | third | right |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  await writeFile(new URL('docs/retrieval-check.md', root), table);
  process.stdout.write(`${table}\n`);
  if (atLeast(1) < REQUIRED) process.exitCode = 1;
} finally {
  await engine.close();
  await rm(dataFolder, { recursive: true, force: true });
}

/** Whole words and their beginnings: `creak` is in "creaking", `car` is not in "scary". */
function has(caption: string, word: string): boolean {
  return caption
    .toLowerCase()
    .split(/[^a-z]+/)
    .some((token) => token.startsWith(word));
}
