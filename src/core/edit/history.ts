import { z } from 'zod';
import { RefoleyError } from '../errors.ts';
import { operationSchema, type Operation } from './operations.ts';

/** What a user did to an edit list. Places count from 0. */
export const changeSchema = z.discriminatedUnion('change', [
  z.strictObject({ change: z.literal('add'), operation: operationSchema }),
  z.strictObject({
    change: z.literal('revise'),
    place: z.number().int().nonnegative(),
    operation: operationSchema,
  }),
  z.strictObject({ change: z.literal('remove'), place: z.number().int().nonnegative() }),
  z.strictObject({ change: z.literal('clear') }),
]);
export type Change = z.output<typeof changeSchema>;

/** Everything that was done to a list, and how much of it counts: undo and redo only move that number. */
export interface History {
  readonly changes: readonly Change[];
  readonly done: number;
}

export const NO_HISTORY: History = { changes: [], done: 0 };

/** The list that the history has come to. */
export function operationsOf({ changes, done }: History): Operation[] {
  return changes.slice(0, done).reduce<Operation[]>((list, change) => {
    if (change.change === 'clear') return [];
    if (change.change === 'add') return [...list, change.operation];
    if (change.change === 'remove') return list.toSpliced(change.place, 1);
    return list.with(change.place, change.operation);
  }, []);
}

/**
 * Does something more; what was undone before is gone then.
 *
 * @param merge whether it takes the place of the last change, as one turn of a knob takes that of another
 * @throws RefoleyError `input` for a place that the list does not have
 */
export function withChange(history: History, change: Change, merge = false): History {
  const kept = history.changes.slice(0, merge && history.done > 0 ? history.done - 1 : history.done);
  const before = { changes: kept, done: kept.length };
  const length = operationsOf(before).length;
  if ('place' in change && change.place >= length)
    throw new RefoleyError('input', `the edit has no operation ${change.place + 1}: it has ${length}`);
  return { changes: [...kept, change], done: kept.length + 1 };
}

/** Undoes or redoes up to a number of changes. */
export function wentTo(history: History, done: number): History {
  return { ...history, done: Math.min(Math.max(0, Math.trunc(done)), history.changes.length) };
}
