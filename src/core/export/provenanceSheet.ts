import type { Operation } from '../edit/operations.ts';
import type { Recipe, RecipeNeighbour } from '../pipeline/recipe.ts';
import { readTerms } from '../rights/readTerms.ts';
import type { Ingredient } from './delivery.ts';
import { html, type Html } from './html.ts';
import { sheetStyle } from './provenanceStyle.ts';
import type { ShownFile } from './shownFile.ts';

/**
 * The page "where did this come from" of a delivery: the file, how it was made, each recording that led it, with author, terms, hash and
 * influence, and what was done to it. It needs nothing but itself, runs no script and prints on A4.
 */
export function provenanceSheet(file: ShownFile): string {
  const { name, recipe, edit, origin, marks } = file;
  const body = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>Where ${name} came from</title>
        <style>
          ${sheetStyle}
        </style>
      </head>
      <body>
        <header>
          <p>Where did this come from?</p>
          <h1>${name}</h1>
        </header>
        <p class="lead">${summary(file)}</p>
        ${facts(fileFacts(file))} ${recipe ? made(recipe) : []} ${edit ? edited(edit.operations) : []}
        ${origin ? ingredients([origin.source, ...Object.values(origin.sounds)]) : []}
        ${marks.length > 0 ? placed(marks) : []}
        <footer>
          Written by Refoley from what the file itself carries. Hashes are SHA-256 of whole files: whoever has
          one of these recordings can check that it is the one.
        </footer>
      </body>
    </html>`;
  return `${body.markup}\n`;
}

function summary({ recipe, edit, origin, fields }: ShownFile): string {
  const author = fields['iXML/USER/DESIGNER'] ?? fields['INFO/IART'];
  const made = recipe
    ? `Made by a generative model, ${ledBy(recipe.neighbours.length)}`
    : `A recording${author ? ` by ${author}` : ''}`;
  const steps = edit?.operations.length ?? 0;
  const done = steps === 0 ? '' : `, then edited in ${steps} ${steps === 1 ? 'step' : 'steps'}`;
  const generated = Object.values(origin?.sounds ?? {}).filter((sound) => sound.recipe).length;
  const more = generated === 0 ? '' : `; ${generated} generated ${generated === 1 ? 'part' : 'parts'} put in`;
  return `${made}${done}${more}.`;
}

function ledBy(count: number): string {
  if (count === 0) return 'led by its prompt alone';
  return `led by ${count} ${count === 1 ? 'recording' : 'recordings'} of the library`;
}

function fileFacts({ seconds, sampleRate, bits, channels, loudness, time, sha256 }: ShownFile): Fact[] {
  const { integrated, truePeak, range } = loudness;
  const format = [
    `${seconds.toFixed(3)} s`,
    `${sampleRate / 1000} kHz`,
    bits === null ? undefined : bits === 32 ? '32-bit float' : `${bits} bit`,
    channels === 1 ? 'mono' : channels === 2 ? 'stereo' : `${channels} channels`,
  ];
  const levels =
    integrated === null || truePeak === null
      ? 'silence'
      : `${integrated.toFixed(1)} LUFS, range ${(range ?? 0).toFixed(1)} LU, true peak ${truePeak.toFixed(1)} dBTP`;
  return [
    ['format', format.filter(Boolean).join(', ')],
    ['loudness', levels],
    ['timecode', time === null ? undefined : clock(time)],
    ['SHA-256', sha256],
  ];
}

type Fact = readonly [name: string, text: string | undefined];

function facts(rows: readonly Fact[]): Html {
  const shown = rows.flatMap(([name, text]) =>
    text === undefined || text === ''
      ? []
      : [
          html`<dt>${name}</dt>
            <dd class="${name === 'SHA-256' ? 'hash' : 'text'}">${text}</dd>`,
        ],
  );
  return html`<dl>${shown}</dl>`;
}

function made(recipe: Recipe): Html {
  const {
    prompt,
    negative,
    pack,
    seed,
    sampler,
    steps,
    guidance,
    libraryGuidance,
    neighbours,
    guidanceInterval,
  } = recipe;
  const settings = [
    `seed ${seed}`,
    `${steps} steps of ${sampler}`,
    `guidance ${guidance} by the prompt, ${libraryGuidance} by the library`,
    guidanceInterval &&
      `both in the steps from ${percent(guidanceInterval.from)} to ${percent(guidanceInterval.to)}`,
    recipe.candidates > 1 ? `the best of ${recipe.candidates}` : undefined,
    recipe.start > 0 ? `begun from a neighbour at ${percent(recipe.start)}` : undefined,
  ];
  const rows: readonly Fact[] = [
    ['prompt', prompt],
    ['but not', negative],
    ['model', `${pack.name} ${pack.version}`],
    ['SHA-256', pack.sha256],
    ['settings', settings.filter(Boolean).join(', ')],
  ];
  const led = [...neighbours].sort((a, b) => b.influence - a.influence).map(neighbourRow);
  return html`<section>
      <h2>How it was made</h2>
      ${facts(rows)}
    </section>
    ${
      led.length === 0
        ? []
        : html`<section>
            <h2>Recordings that led it</h2>
            ${led}
          </section>`
    }`;
}

function neighbourRow({
  name,
  caption,
  author = '',
  licence,
  sha256,
  influence,
  weight,
}: RecipeNeighbour): Html {
  const share = Math.round(100 * influence);
  return html`<article>
    <h3>${name} <span>${share} %</span></h3>
    <div class="bar"><div style="width: ${share}%"></div></div>
    <p>${caption}${weight === 1 ? '' : ` (weighted ${weight})`}</p>
    <p>${author === '' ? 'author not named' : `by ${author}`}; ${termsOf(licence)}</p>
    <p class="hash">${sha256}</p>
  </article>`;
}

function ingredients(sounds: readonly Ingredient[]): Html {
  const rows = sounds.map(
    ({ name, author, licence, sha256, recipe }) =>
      html`<article>
        <h3>${name}</h3>
        <p>
          ${recipe ? `generated: ${recipe.prompt}` : author === '' ? 'author not named' : `by ${author}`};
          ${termsOf(licence)}
        </p>
        <p class="hash">${sha256}</p>
      </article>`,
  );
  return html`<section>
    <h2>Files that are in it</h2>
    ${rows}
  </section>`;
}

function termsOf(licence: string): string {
  if (licence === '') return 'no terms stated';
  return readTerms(licence).nonCommercial ? `${licence} (non-commercial use only)` : licence;
}

function edited(operations: readonly Operation[]): Html {
  const rows = operations.map(({ op, ...settings }) => {
    const told = Object.entries(settings).filter(([, value]) => typeof value !== 'object');
    return html`<li><b>${op}</b> ${told.map(([name, value]) => `${name} ${String(value)}`).join(', ')}</li>`;
  });
  return html`<section>
    <h2>What was done to it</h2>
    <ol>
      ${rows}
    </ol>
  </section>`;
}

function placed(marks: ShownFile['marks']): Html {
  const rows = marks.map(({ start, end, label, kind }) => {
    const stretch =
      kind === 'marker' ? `${start.toFixed(3)} s` : `${start.toFixed(3)} to ${end.toFixed(3)} s`;
    return html`<li><b>${label === '' ? kind : label}</b> ${stretch}${label === '' ? '' : `, ${kind}`}</li>`;
  });
  return html`<section>
    <h2>Marks</h2>
    <ul>
      ${rows}
    </ul>
  </section>`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** hh:mm:ss.mmm of the day. */
function clock(seconds: number): string {
  const milliseconds = Math.round(1000 * seconds);
  const [hours, minutes, rest] = [3_600_000, 60_000, 1000].map((unit) => Math.floor(milliseconds / unit));
  const two = (value: number): string => String(value).padStart(2, '0');
  const fraction = String(milliseconds % 1000).padStart(3, '0');
  return `${two(hours ?? 0)}:${two((minutes ?? 0) % 60)}:${two((rest ?? 0) % 60)}.${fraction}`;
}
