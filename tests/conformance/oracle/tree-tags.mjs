// node tree-tags.mjs FOLDER > tree-construction-tags.jsonl
// FOLDER is tree-construction of html5lib-tests. One line per input: [input, begins and ends of tags].
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {deltas, listen} from './oracle.mjs';

const folder = process.argv[2];
const seen = new Set();
for (const file of readdirSync(folder, {recursive: true}).filter((f) => f.endsWith('.dat')).sort()) {
  const text = '\n' + readFileSync(join(folder, file), 'latin1');
  for (const section of text.split('\n#data\n').slice(1)) {
    const input = ('\n' + section).split('\n#errors')[0].slice(1);
    if (seen.has(input)) continue;
    seen.add(input);
    const tags = new Map();
    listen(input, ({location}) => location && tags.set(location.startOffset, location.endOffset));
    const offsets = [...tags].sort((a, b) => a[0] - b[0]).flat();
    // Bytes over 0x7F stay escaped: the input is bytes, not characters.
    const escaped = JSON.stringify(input).replace(/[\x7f-\xff]/g, (c) => '\\u00' + c.charCodeAt(0).toString(16));
    console.log(`[${escaped},"${deltas(offsets)}"]`);
  }
}
