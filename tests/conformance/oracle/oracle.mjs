// What parse5 sees, with byte offsets: it is fed one character per byte, and its tokenizer runs
// under its real tree builder, scripting off. Names of elements and attributes as it reports them.
import {Parser} from 'parse5';

/** Where the value of an attribute begins; null when it has none. `at` is parse5's location. */
export function valueOffset(html, at) {
  const written = html.slice(at.startOffset, at.endOffset);
  // The first character belongs to the name whatever it is.
  const before = /^[^][^=]*=[ \t\r\n\f]*/.exec(written);
  if (before === null) return null;
  const quote = written[before[0].length];
  return at.startOffset + before[0].length + (quote === '"' || quote === "'" ? 1 : 0);
}

class Listener extends Parser {
  constructor(onTag, onComment) {
    super({sourceCodeLocationInfo: true, scriptingEnabled: false});
    Object.assign(this, {tagSeen: onTag, commentSeen: onComment});
  }
  onStartTag(token) {
    this.tagSeen(token, false);
    super.onStartTag(token);
  }
  onEndTag(token) {
    this.tagSeen(token, true);
    super.onEndTag(token);
  }
  onComment(token) {
    this.commentSeen(token);
    super.onComment(token);
  }
}

/** Calls back for every start tag (token, false), end tag (token, true) and comment. */
export function listen(html, onTag, onComment = () => {}) {
  const parser = new Listener(onTag, onComment);
  parser.tokenizer.write(html, true);
}

const linkElements = new Set(['a', 'area']);

/** Offsets of href values of a and area; within conditional comments of v:* too, apart. */
export function hrefs(html) {
  const found = {plain: [], conditional: []};
  const collect = (text, base, list, vml) => (token, end) => {
    if (end || !(linkElements.has(token.tagName) || (vml && token.tagName.startsWith('v:')))) return;
    const at = token.location.attrs?.href;
    const offset = at && valueOffset(text, at);
    if (offset !== null && offset !== undefined) list.push(base + offset);
  };
  listen(html, collect(html, 0, found.plain, false), (comment) => {
    const {startOffset, endOffset} = comment.location;
    if (!/^<!--\[if/i.test(html.slice(startOffset, endOffset))) return;
    const inside = html.slice(startOffset + 4, endOffset).replace(/--!?>$/, '');
    listen(inside, collect(inside, startOffset + 4, found.conditional, true));
  });
  // The tree builder hands some tags to itself again.
  const ascending = (list) => [...new Set(list)].sort((a, b) => a - b);
  return {plain: ascending(found.plain), conditional: ascending(found.conditional)};
}

/** FNV-1a, 64 bits, of the characters as bytes. */
export function fnv(text) {
  // Two halves: numbers are exact up to 53 bits only.
  let high = 0xcbf29ce4, low = 0x84222325;
  for (let i = 0; i < text.length; ++i) {
    low = (low ^ text.charCodeAt(i)) >>> 0;
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 0x100000000) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

export function deltas(offsets) {
  let last = 0;
  return offsets.map((at) => { const d = at - last; last = at; return d; }).join(' ');
}
