import { z } from 'zod';
import type { PartName } from '../pack/manifest.ts';

/** A graph without weights, of one published configuration; made by training/templates. */
export const templateSchema = z.object({
  part: z.string(),
  /** As the authors call it: s, m, l, large. */
  size: z.string(),
  /** gzip, beside its list. */
  file: z.string().regex(/^[\w.-]+$/),
  sha256: z.string(),
  parameters: z.number().int().nonnegative(),
  /** What of the part's config.json is built into the graph. */
  config: z.record(z.string(), z.unknown()),
});
export type Template = z.infer<typeof templateSchema>;
export const templateListSchema = z.object({ templates: z.array(templateSchema) });

/** The template that a part's configuration is of. */
export function findTemplate<T extends Template>(
  templates: readonly T[],
  part: PartName,
  config: unknown,
): T | undefined {
  return templates.find(
    (template) => template.part === part && differences(template.config, config).length === 0,
  );
}

/**
 * How a configuration differs from the nearest one that there is a template of.
 * @returns 'attention_head_dim is 16, not 8', one for each key
 */
export function nearestDifferences(
  templates: readonly Template[],
  part: PartName,
  config: unknown,
): string[] {
  const all = templates
    .filter((template) => template.part === part)
    .map((each) => differences(each.config, config));
  return all.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

/** What `config` says otherwise; a key that it lacks has the value that it was published with. */
function differences(wanted: Readonly<Record<string, unknown>>, config: unknown, path = ''): string[] {
  const given = isObject(config) ? config : {};
  return Object.entries(wanted).flatMap(([key, value]) => {
    const there = given[key];
    if (there === undefined) return [];
    if (isObject(value)) return differences(value, there, `${path}${key}.`);
    const [has, wants] = [JSON.stringify(there), JSON.stringify(value)];
    return has === wants ? [] : [`${path}${key} is ${has}, not ${wants}`];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
