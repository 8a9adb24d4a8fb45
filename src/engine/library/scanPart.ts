/** Which part of a source is listed. Paths within the source, with forward slashes; '' is the source itself. */
export interface ScanPart {
  /** Folders of which only their own files and the names of their subfolders are looked at. */
  readonly folders: ReadonlySet<string>;
  /** Folders with all that is below them; one may turn out to be a file, or gone. */
  readonly trees: ReadonlySet<string>;
}

/** Path of the folder that holds a file or folder. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Whether a path is that of a folder, or below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** Whether a file is among what a listing of the part would show. */
export function isPartOf(file: string, part: ScanPart): boolean {
  return part.folders.has(parentOf(file)) || isInTree(file, part);
}

/** Whether a path is one of the part's trees, or below one. */
export function isInTree(path: string, { trees }: ScanPart): boolean {
  for (let above = path; ; above = parentOf(above)) {
    if (trees.has(above)) return true;
    if (above === '') return false;
  }
}

/** The same part with no folder listed twice: what is below a tree goes with it. */
export function simplified(part: ScanPart): ScanPart {
  const isCovered = (path: string): boolean => path !== '' && isInTree(parentOf(path), part);
  const trees = new Set([...part.trees].filter((path) => !isCovered(path)));
  const folders = [...part.folders].filter((path) => !trees.has(path) && !isCovered(path));
  return { folders: new Set(folders), trees };
}
