/** A child of an element, as it stands in its document. */
export interface IxmlElement {
  readonly name: string;
  /** With its tags. */
  readonly xml: string;
  /** Between them. */
  readonly content: string;
}

/** What of a document another program's writer is to be kept; see `writeIxml`. */
export interface IxmlDocument {
  /** Of the root, such as declarations of name spaces; with a blank before each. */
  readonly attributes: string;
  readonly elements: readonly IxmlElement[];
}

/** What XML knows beside text: comments, CDATA, instructions, and tags with the quoted values in them. */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(?:[^>"']|"[^"]*"|'[^']*')*>/g;

/** Takes an iXML document that `readIxml` accepts apart without changing a character of its elements. */
export function splitIxml(document: string): IxmlDocument {
  const root = ixmlElements(document).find(({ name }) => name === 'BWFXML');
  const [, attributes = ''] = /^<BWFXML((?:[^>"']|"[^"]*"|'[^']*')*?)\/?>/.exec(root?.xml ?? '') ?? [];
  return { attributes, elements: ixmlElements(root?.content ?? '') };
}

/** The elements of well-formed content that are not within others. */
export function ixmlElements(content: string): IxmlElement[] {
  const found: IxmlElement[] = [];
  let depth = 0;
  let start = 0;
  let inside = 0;
  for (const { 0: tag, index } of content.matchAll(MARKUP)) {
    if (tag.startsWith('<!') || tag.startsWith('<?')) continue;
    const after = index + tag.length;
    const opens = !tag.startsWith('</');
    if (opens && depth === 0) [start, inside] = [index, after];
    const ends = !opens || tag.endsWith('/>');
    if (opens) depth++;
    if (ends) depth--;
    if (!ends || depth > 0) continue;
    const name = /^<([^\s/>]+)/.exec(content.slice(start, after))?.[1] ?? '';
    const end = opens ? inside : index;
    found.push({ name, xml: content.slice(start, after), content: content.slice(inside, end) });
  }
  return found;
}

/** An element whose children of these names say something else, or are left out; those that it does not have are not added. */
export function withTexts(element: IxmlElement, texts: Readonly<Record<string, string | null>>): IxmlElement {
  const change = (xml: string): string =>
    ixmlElements(element.content).reduce((changed, { name, xml: child }) => {
      const text = texts[name];
      if (text === undefined) return changed;
      return changed.replace(child, () => (text === null ? '' : `<${name}>${text}</${name}>`));
    }, xml);
  return { ...element, xml: change(element.xml), content: change(element.content) };
}
