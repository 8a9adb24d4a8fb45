import { RefoleyError } from '#core/errors.ts';
import type { Clip } from '#core/edit/clip.ts';
import { deliverySchema, type Delivery } from '#core/export/delivery.ts';
import type { Catalogue } from '../catalogue/open.ts';
import { deliver, type Delivered } from '../export/deliver.ts';
import { editedItem } from './editedItem.ts';
import type { EditToRender } from './rendering.ts';

/** A delivery as somebody typed it. */
type AskedDelivery = { readonly [Name in keyof Delivery]?: Delivery[Name] | number | undefined };

/**
 * An edit as the bytes of a file: the same for the command line and for a drag out of the window.
 *
 * @throws RefoleyError as `editedItem` and `deliver`; `input` for what no file can have
 */
export async function deliverEdit(
  edit: EditToRender,
  catalogue: Catalogue,
  asked: AskedDelivery = {},
): Promise<{ clip: Clip; delivered: Delivered }> {
  const item = await editedItem(edit.source.path, edit, catalogue);
  const { clip, metadata, source } = await item.render();
  return { clip, delivered: await deliver(clip, usualDelivery(clip.rate, asked), metadata, source) };
}

/**
 * How an edit leaves unless something else is asked for: as a WAV of 24 bits, at the rate that it has.
 *
 * @throws RefoleyError `input` for what no file can have
 */
function usualDelivery(rate: number, { format, bits, quality, sampleRate }: AskedDelivery): Delivery {
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
