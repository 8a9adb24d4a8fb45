import type { AudioRef } from '#shared/channels/common.ts';
import { call } from './bridge.ts';

/**
 * Sounds that are being dragged. The drag itself is the system's, of files, so that the same gesture ends in a DAW or in
 * our own window; what ends here is told by what began here.
 */
class Drag {
  refs = $state.raw<readonly AudioRef[]>([]);

  /** On `dragstart`: gives the drag to the system. */
  begin(event: DragEvent, refs: readonly AudioRef[]): void {
    event.preventDefault();
    this.refs = refs;
    void call('files.drag', { refs: [...refs] });
  }

  /** What was dropped: our own sounds, or files from elsewhere by their paths. */
  take(event: DragEvent): { readonly refs: readonly AudioRef[]; readonly paths: readonly string[] } {
    event.preventDefault();
    const refs = this.refs;
    this.refs = [];
    if (refs.length > 0) return { refs, paths: [] };
    const paths = [...(event.dataTransfer?.files ?? [])].map((file) => window.refoley.pathOf(file));
    return { refs: [], paths: paths.filter((path) => path !== '') };
  }

  /** A drag that ended outside leaves no event: the next movement without a button tells. */
  released({ buttons }: PointerEvent): void {
    if (buttons === 0 && this.refs.length > 0) this.refs = [];
  }
}

export const drag = new Drag();

/** Whether a drag brings files, or sounds of ours. */
export function bringsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
