import { RefoleyError } from '#core/errors.ts';
import { deliverySchema, type Delivery } from '#core/export/delivery.ts';

/** A delivery as somebody typed it. */
export type AskedDelivery = { readonly [Name in keyof Delivery]?: Delivery[Name] | number | undefined };

/**
 * How an edit leaves unless something else is asked for: as a WAV of 24 bits, at the rate that it has.
 *
 * @throws RefoleyError `input` for what no file can have
 */
export function usualDelivery(rate: number, { format, bits, quality, sampleRate }: AskedDelivery): Delivery {
  const parsed = deliverySchema.safeParse({
    format,
    bits,
    quality,
    ...(sampleRate !== undefined && { sampleRate }),
  });
  if (parsed.success) return sampleRate === undefined ? { ...parsed.data, sampleRate: rate } : parsed.data;
  const [issue] = parsed.error.issues;
  throw new RefoleyError('input', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
