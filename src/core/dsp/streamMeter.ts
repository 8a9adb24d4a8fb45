import { RefoleyError } from '#core/errors.ts';

/** What a meter is to know of the stream that it is fed with. */
export interface StreamFormat {
  /** Hz. */
  readonly rate: number;
  readonly channelCount: number;
  /** dwChannelMask of WAVE_FORMAT_EXTENSIBLE: which speaker each channel is for. Left out or 0 where unknown. */
  readonly channelMask?: number | undefined;
}

/**
 * Measures a sound of any length block by block. However the sound is cut into blocks, the result is the same to the
 * bit. Samples must be finite numbers; blocks are read at once and not kept.
 */
export interface StreamMeter<Result> {
  /**
   * @param channels the next block: every channel of the format, all of one length, -1..1 at full scale
   * @throws RefoleyError internal if the block has another shape
   */
  push(channels: readonly Float32Array[]): void;
  /** The result for all that was pushed. To be called once, at the end. */
  finish(): Result;
}

/**
 * Samples a channel of a block.
 *
 * @throws RefoleyError internal if channels are missing or differ in length
 */
export function blockLength(channels: readonly Float32Array[], channelCount: number): number {
  const length = channels[0]?.length ?? 0;
  if (channels.length !== channelCount || channels.some((channel) => channel.length !== length)) {
    const lengths = channels.map((channel) => channel.length).join(', ');
    throw new RefoleyError(
      'internal',
      `a block for ${channelCount} channels of one length came with the lengths [${lengths}]; report this as a fault`,
    );
  }
  return length;
}
