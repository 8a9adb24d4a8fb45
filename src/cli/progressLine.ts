/** A single line on stderr that is written over again and again; nothing at all when stderr is no terminal. */
export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

const CLEAR_LINE = '\r\u001B[2K';

export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let shown = false;
  return {
    show(text) {
      stream.write(CLEAR_LINE + text.slice(0, stream.columns - 1));
      shown = true;
    },
    clear() {
      if (shown) stream.write(CLEAR_LINE);
      shown = false;
    },
  };
}
