import type { Channels, Input, Output, WorkProgress } from '#shared/channel.ts';

/** What a handler is told beside its input. */
export interface CallContext {
  /** Aborted when the user ends the call, and when nobody waits for it any more. */
  readonly signal: AbortSignal;
  /** Heard where the call was given a work id. */
  readonly onProgress: (progress: WorkProgress) => void;
}

/** One function for each channel. */
export type Handlers<All extends Channels> = {
  readonly [Name in keyof All]: (
    input: Input<All[Name]>,
    context: CallContext,
  ) => Promise<Output<All[Name]>> | Output<All[Name]>;
};
