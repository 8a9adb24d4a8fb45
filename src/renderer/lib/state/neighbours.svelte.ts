import type { Neighbour, PassedOver } from '#shared/neighbour.ts';
import type { Sound } from '#shared/sound.ts';
import type { Take } from '#shared/take.ts';
import { call } from '../bridge.ts';
import { asRefoleyError } from '#core/errors.ts';
import type { PromptState } from './prompt.svelte.ts';

/** What neighbours are looked for. */
type Asked = Pick<PromptState, 'text' | 'k' | 'retrieval'>;
type Question = Parameters<typeof call<'neighbours.preview'>>[1];

const WEIGHTS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];

/** The neighbours that the next takes will lean on, live as the prompt is typed, with the user's pins, bans and weights. */
export class NeighboursState {
  list = $state.raw<readonly Neighbour[]>([]);
  passedOver = $state.raw<readonly PassedOver[]>([]);
  pins = $state.raw<readonly { readonly id: number; readonly weight: number }[]>([]);
  bans = $state.raw<readonly { readonly id: number; readonly name: string }[]>([]);
  /** Milliseconds of the last search. */
  ms = $state<number | null>(null);
  problem = $state<string | null>(null);
  asking = $state(false);
  readonly #prompt: Asked;
  #question: Question | undefined;
  #answering = false;

  constructor(prompt: Asked) {
    this.#prompt = prompt;
  }

  /** Asks again whenever what it depends on changes; in the effect of a component. */
  follow(): void {
    const { text, k, retrieval } = this.#prompt;
    const { pins } = this;
    const bans = this.bans.map(({ id }) => id);
    this.#question = { prompt: text, k, retrieval, pins: [...pins], bans };
    if (!this.#answering) void this.#answer();
  }

  /** At once, and one at a time: of what is asked meanwhile only the newest is answered. */
  async #answer(): Promise<void> {
    this.#answering = this.asking = true;
    for (let question = this.#take(); question; question = this.#take()) {
      try {
        const { neighbours, passedOver, ms } = await call('neighbours.preview', question);
        if (!this.#question) Object.assign(this, { list: neighbours, passedOver, ms, problem: null });
      } catch (cause) {
        if (!this.#question) this.problem = asRefoleyError(cause).message;
      }
    }
    this.#answering = this.asking = false;
  }

  #take(): Question | undefined {
    const question = this.#question;
    this.#question = undefined;
    return question;
  }

  choice(): { pins: { id: number; weight: number }[]; bans: number[] } {
    return { pins: [...this.pins], bans: this.bans.map(({ id }) => id) };
  }

  isPinned(id: number): boolean {
    return this.pins.some((pin) => pin.id === id);
  }

  pin(id: number, weight = 1): void {
    this.bans = this.bans.filter((ban) => ban.id !== id);
    if (!this.isPinned(id)) this.pins = [...this.pins, { id, weight }];
  }

  unpin(id: number): void {
    this.pins = this.pins.filter((pin) => pin.id !== id);
  }

  togglePin(id: number): void {
    if (this.isPinned(id)) this.unpin(id);
    else this.pin(id);
  }

  ban({ id, path }: Pick<Sound, 'id' | 'path'>): void {
    this.unpin(id);
    if (this.bans.some((ban) => ban.id === id)) return;
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    this.bans = [...this.bans, { id, name }];
  }

  unban(id: number): void {
    this.bans = this.bans.filter((ban) => ban.id !== id);
  }

  /** A weight is a choice: it pins. */
  setWeight(id: number, weight: number): void {
    this.pin(id);
    this.pins = this.pins.map((pin) => (pin.id === id ? { id, weight } : pin));
  }

  /** As it was chosen last: the list follows a moment later. */
  weightOf(id: number): number {
    const chosen = this.pins.find((pin) => pin.id === id) ?? this.list.find(({ sound }) => sound.id === id);
    return chosen?.weight ?? 1;
  }

  /** The next weight up or down. */
  stepWeight(id: number, direction: 1 | -1): void {
    const now = this.weightOf(id);
    const next =
      direction > 0
        ? WEIGHTS.find((weight) => weight > now + 1e-6)
        : WEIGHTS.findLast((weight) => weight < now - 1e-6);
    if (next !== undefined) this.setWeight(id, next);
  }

  /** A new sound in the place of one that was found. */
  replace(old: number, sound: Pick<Sound, 'id' | 'path'>): void {
    const replaced = this.list.find((neighbour) => neighbour.sound.id === old);
    if (replaced) this.ban(replaced.sound);
    this.pin(sound.id);
  }

  /** The neighbours of a take, as it had them. */
  adopt({ neighbours }: Take): void {
    this.pins = neighbours.map(({ id, weight }) => ({ id, weight }));
    this.bans = [];
  }

  /** Weights that lie between two neighbours, 0 all of the first, 1 all of the second. */
  morph(first: number, second: number, share: number): void {
    const weights = new Map([
      [first, Math.max(0.02, 1 - share)],
      [second, Math.max(0.02, share)],
    ]);
    this.pins = [...weights].map(([id, weight]) => ({ id, weight: Number((weight * 2).toFixed(2)) }));
  }
}
