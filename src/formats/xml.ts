/**
 * XML as far as programs write it for other programs: elements, attributes, text, the five entities. What a document type would
 * define is not read, and nothing outside the text is ever fetched.
 *
 *     <gpu id="00000000:01:00.0"><mig_mode><current_mig>N/A</current_mig></mig_mode></gpu>
 */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: readonly XmlElement[];
  /** Between its tags, outside its children, trimmed. */
  text: string;
}

/** Deeper than any program writes, and far from the end of the stack. */
const DEEPEST = 64;

interface Open {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

/**
 * The outermost element; null where the text is no such document, or is cut off.
 *
 * @param cutOff what was complete before the text ends, or stops being XML, is taken
 */
export function parseXml(text: string, { cutOff = false } = {}): XmlElement | null {
  const tags =
    /<!--[\s\S]{0,4096}?-->|<[?!][^>]{0,1024}>|<(\/?)([A-Za-z_][\w.:-]{0,127})([^<>]{0,1024}?)(\/?)>/g;
  const open: Open[] = [];
  let end = 0;
  for (let tag = tags.exec(text); tag !== null; tag = tags.exec(text)) {
    const [whole, closing, name, attributes = '', empty] = tag;
    const top = open.at(-1);
    if (top) top.text += text.slice(end, tag.index);
    end = tag.index + whole.length;
    if (name === undefined) continue;
    if (closing === '/') {
      const closed = open.pop();
      if (closed?.name !== name) return cutOff && closed !== undefined ? closedOff([...open, closed]) : null;
      const parent = open.at(-1);
      if (parent === undefined) return finished(closed);
      parent.children.push(finished(closed));
      continue;
    }
    const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' };
    if (empty === '/') {
      if (top === undefined) return finished(element);
      top.children.push(finished(element));
    } else if (open.push(element) > DEEPEST) return null;
  }
  return cutOff ? closedOff(open) : null;
}

/** The outermost of elements that were not closed, each inside the one before it. */
function closedOff(open: readonly Open[]): XmlElement | null {
  return open.reduceRight<XmlElement | null>(
    (inner, { name, attributes, children }) => ({
      name,
      attributes,
      children: inner === null ? children : [...children, inner],
      text: '',
    }),
    null,
  );
}

const finished = ({ text, ...element }: Open): XmlElement => ({ ...element, text: decoded(text.trim()) });

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([\w.:-]{1,128})="([^"]{0,512})"/g)].map(([, name, value]) => [
      name!,
      decoded(value!),
    ]),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name]!);
