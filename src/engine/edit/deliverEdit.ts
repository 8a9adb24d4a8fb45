import type { Catalogue } from '../catalogue/open.ts';
import type { AskedDelivery } from '../export/usualDelivery.ts';
import type { Inference, RunOptions } from '../inference/host.ts';
import { editedItem } from './editedItem.ts';
import type { EditToRender } from './rendering.ts';

/**
 * Writes an edit to a file: the same for the command line and for a drag out of the window.
 *
 * @throws RefoleyError as `editedItem`, `renderItem` and `deliver`; `input` for what no file can have
 */
export async function deliverEdit(
  editing: Inference,
  catalogue: Catalogue,
  edit: EditToRender,
  { out, ...asked }: AskedDelivery & { readonly out: string },
  options?: RunOptions,
) {
  const item = await editedItem(edit.source.path, edit, catalogue);
  return editing.run('deliverItem', { item, asked, out }, options);
}
