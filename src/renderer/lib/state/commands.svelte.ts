/** Something that the user can do by key, by menu or from the palette. */
export interface Command {
  readonly id: string;
  /** As the palette shows it: an imperative, capitals as in a sentence. */
  readonly label: string;
  readonly group: 'Generate' | 'Sound' | 'Take' | 'Neighbours' | 'Library' | 'Editor' | 'View' | 'Edit';
  /** As in `Mod+Shift+K`, `Space`, `ArrowDown`, `[`. Mod is Ctrl, on a Mac Cmd. */
  readonly keys?: readonly string[] | undefined;
  /** Whether it can be done now; hidden in the palette and silent by key otherwise. */
  readonly when?: (() => boolean) | undefined;
  /** Whether it works while somebody types. */
  readonly typing?: boolean | undefined;
  readonly run: () => unknown;
}

/** Every command of the window; views add theirs while they are shown. */
export class Commands {
  list = $state.raw<readonly Command[]>([]);
  /** The same: an effect that ends would read the list as it was before others that run with it. */
  #all: readonly Command[] = [];

  /** Works in an effect, which it does not make depend on the list. @returns how to take them out again */
  add(...commands: readonly Command[]): () => void {
    this.#set([...this.#all, ...commands]);
    return () => this.#set(this.#all.filter((command) => !commands.includes(command)));
  }

  #set(all: readonly Command[]): void {
    this.#all = all;
    this.list = all;
  }

  run(id: string): void {
    // The last one added wins: a dialog's Escape before the window's.
    const command = this.list.findLast((each) => each.id === id && (each.when?.() ?? true));
    command?.run();
  }

  /** Handles a key that nobody else has taken. */
  key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const pressed = nameOf(event);
    const typing = isTyping(event.target);
    const command = this.list.findLast(
      ({ keys = [], when, typing: whileTyping = false }) =>
        keys.includes(pressed) && (when?.() ?? true) && (whileTyping || !typing) && !takenByControl(event),
    );
    if (!command) return;
    event.preventDefault();
    command.run();
  }
}

/** As {@link Command.keys} writes it. */
function nameOf({ key, code, ctrlKey, metaKey, shiftKey, altKey }: KeyboardEvent): string {
  const name = key === ' ' ? 'Space' : key.length === 1 && code.startsWith('Key') ? code.slice(3) : key;
  // A sign that needs Shift on some keyboard is its sign; a letter with Shift is a chord.
  const shifted = shiftKey && (name.length > 1 || /^[A-Z]$/.test(name));
  return [
    ...(ctrlKey || metaKey ? ['Mod'] : []),
    ...(altKey ? ['Alt'] : []),
    ...(shifted ? ['Shift'] : []),
    name,
  ].join('+');
}

/** Space and Enter belong to a button, arrows to a slider or a menu, while they have the focus. */
function takenByControl({ key, target, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement) || ctrlKey || metaKey) return false;
  if (key === ' ' || key === 'Enter')
    return target.closest('button, a, summary, [role=switch], [role=menuitem], [role=option]') !== null;
  if (key.startsWith('Arrow'))
    return (
      target.closest('[role=slider], [role=menu], [role=listbox], [role=radiogroup], [role=tablist]') !== null
    );
  return false;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('textarea, select, input:not([type=range], [type=checkbox], [type=radio])'))
  );
}

/** A key as a person reads it: `Ctrl K`, on a Mac `⌘K`. */
export function shownKey(key: string, mac: boolean): string {
  const names: Record<string, string> = {
    Mod: mac ? '⌘' : 'Ctrl',
    Shift: mac ? '⇧' : 'Shift',
    Alt: mac ? '⌥' : 'Alt',
    ArrowUp: '↑',
    ArrowDown: '↓',
    ArrowLeft: '←',
    ArrowRight: '→',
    Enter: '↵',
    Escape: 'Esc',
    Delete: 'Del',
  };
  // The last part may be the sign + itself.
  return key
    .split(/\+(?=.)/)
    .map((part) => names[part] ?? part)
    .join(mac ? '' : ' ');
}
