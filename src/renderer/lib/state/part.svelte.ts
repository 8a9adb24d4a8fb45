import type { Asked } from '#shared/channel.ts';
import type { SourceRef } from '#shared/channels/common.ts';
import type { EditorChannels } from '#shared/channels/editor.ts';
import { call } from '../bridge.ts';
import { NeighboursState } from './neighbours.svelte.ts';

type PartRequest = Omit<Asked<EditorChannels['editor.generate']>, 'id'>;
export type PartKind = PartRequest['kind'];

/** A part of the open sound that is to be made by a model: what is to be heard in it, and what it leans on. */
export class PartState {
  kind = $state<PartKind>('vary');
  text = $state('');
  /** How much of what is there is made anew. */
  strength = $state(0.5);
  /** That an end goes on for. */
  seconds = $state(2);
  k = $state(3);
  readonly retrieval = 'both';
  readonly neighbours = new NeighboursState(this);
  /** Which part the last step of the edit is: another one of it takes its place. */
  made = $state<string | null>(null);
  #of: SourceRef | null = null;

  /** Begins with the words that the edited sound has. */
  async about(of: SourceRef): Promise<void> {
    if (this.#of === of) return;
    this.#of = of;
    Object.assign(this.neighbours, { pins: [], bans: [] });
    this.made = null;
    const id = Number(of.slice(of.indexOf('/') + 1));
    const text = of.startsWith('take/')
      ? (await call('takes.show', { id })).prompt
      : (await call('library.show', { id })).caption;
    if (this.#of === of) this.text = text;
  }

  /** Names the part that would be made now. */
  name({ start, end }: { readonly start: number; readonly end: number }): string {
    return this.kind === 'extend' ? 'extend' : `${this.kind} ${start} ${end}`;
  }

  /** @param stretch what is selected, in seconds */
  request(stretch: { readonly start: number; readonly end: number }, seconds: number): PartRequest {
    const { kind, text, strength, k } = this;
    const { start, end } = kind === 'extend' ? { start: seconds, end: seconds + this.seconds } : stretch;
    return { kind, start, end, strength, k, prompt: text, ...this.neighbours.choice() };
  }
}
