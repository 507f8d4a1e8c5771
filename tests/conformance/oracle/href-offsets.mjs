// node href-offsets.mjs DUMP > href-offsets.tsv
// DUMP is what CANDOR_DUMP_HTML made rewriter_test write: index.tsv and one file per HTML part.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {deltas, fnv, hrefs} from './oracle.mjs';

const dump = process.argv[2];
console.log('# Byte offsets of href values, each as the distance to the one before; README.md says how made.');
console.log('# file\tpart\tfnv1a of the decoded HTML\ta and area\tin conditional comments, VML too');
for (const line of readFileSync(join(dump, 'index.tsv'), 'utf8').trimEnd().split('\n')) {
  const [name, file, part] = line.split('\t');
  const html = readFileSync(join(dump, name), 'latin1');
  const found = hrefs(html);
  console.log([file, part, fnv(html), deltas(found.plain), deltas(found.conditional)].join('\t'));
}
