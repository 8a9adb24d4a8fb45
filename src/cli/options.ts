import { InvalidArgumentError } from 'commander';
import { providerSettings, type ProviderSetting } from '#shared/provider.ts';

/** Options of every command. */
export interface CommonOptions {
  readonly data?: string;
  /** Name of the pack that hears the library. */
  readonly ears?: string;
  readonly json?: true;
}

/** A number as typed; its range is the engine's to judge. A word in its place is a usage error. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is not a number.');
  return value;
}

/** `FROM..TO`. */
export function interval(text: string): { readonly from: number; readonly to: number } {
  const [from = '', to = '', ...rest] = text.split('..');
  if (rest.length > 0 || to === '') throw new InvalidArgumentError('It is not FROM..TO, as in 0.2..0.8.');
  return { from: number(from), to: number(to) };
}

/** A catalogue id. */
export function id(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It is not an id: see `library list`.');
  return Number(text);
}

/** `yes` or `no`. */
export function yesOrNo(text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new InvalidArgumentError('It is neither yes nor no.');
}

/** Words between commas. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export interface Pin {
  readonly id: number;
  readonly weight: number;
}

/** `ID` or `ID:WEIGHT`, collected over repeated options. */
export function pins(text: string, previous: readonly Pin[] = []): Pin[] {
  const [pinned = '', weight = '1', ...rest] = text.split(':');
  if (rest.length > 0) throw new InvalidArgumentError('It is not ID or ID:WEIGHT.');
  return [...previous, { id: id(pinned), weight: number(weight) }];
}

export function ids(text: string, previous: readonly number[] = []): number[] {
  return [...previous, id(text)];
}

export function texts(text: string, previous: readonly string[] = []): string[] {
  return [...previous, text];
}

/** A provider of onnxruntime, or `auto`. */
export function provider(text: string): ProviderSetting {
  const named = providerSettings.find((setting) => setting === text);
  if (named) return named;
  throw new InvalidArgumentError(`It is none of ${providerSettings.join(', ')}.`);
}

export const PROVIDER_HELP =
  'what the models run on: auto (the fastest that passed `pack measure`; the default), or one by name';
export const SAMPLER_HELP =
  'distilled (4 steps, where the pack has it; the default unless steps, guidance or a negative prompt are given), ddim or dpmpp; Stable Audio 3 has pingpong, euler and dpmpp';
export const CANDIDATES_HELP = 'how many are made of each take, of which the best is kept: 1 to 16';
export const HIGH_BAND_HELP =
  'what a take has above 8 kHz: what its neighbours have there (neighbours, the default) or nothing (plain)';
