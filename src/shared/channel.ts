import type { z } from 'zod';
import type { ErrorKind } from '#core/errors.ts';

/** One request and its answer. `input` is checked where it comes in, `output` where it goes out. */
export interface Channel<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly input: Input;
  readonly output: Output;
}

export function channel<Input extends z.ZodType, Output extends z.ZodType>(
  input: Input,
  output: Output,
): Channel<Input, Output> {
  return { input, output };
}

export type Channels = Readonly<Record<string, Channel>>;
/** As it is asked: defaults may be left out. */
export type Asked<C extends Channel> = z.input<C['input']>;
/** As a handler gets it. */
export type Input<C extends Channel> = z.output<C['input']>;
export type Output<C extends Channel> = z.output<C['output']>;

/** How far a long call is, in words for the user and as numbers. */
export interface WorkProgress {
  readonly stage: string;
  readonly done: number;
  readonly of: number;
  /** Seconds that it still takes, where that can be told. */
  readonly left?: number | undefined;
}

/** An answer as it crosses processes: Error objects lose their kind on the way. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: { readonly kind: ErrorKind; readonly message: string } };
