// Makes examples/data/*.ndjson.gz anew: node scripts/make-demo-data.mjs
// One item per line, in DynamoDB JSON, so that loading is only a matter of writing. The same input gives the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { airports, birdStrikes, earthquakes, flights } from './demo-data/public-data.mjs';
import { shop } from './demo-data/shop.mjs';

const folder = fileURLToPath(new URL('../examples/data/', import.meta.url));
const tables = { airports, flights, earthquakes, bird_strikes: birdStrikes, shop };

mkdirSync(folder, { recursive: true });
for (const [name, makeItems] of Object.entries(tables)) {
  const items = makeItems();
  const bytes = gzipSync(`${items.map((item) => JSON.stringify(item)).join('\n')}\n`, { level: 9 });
  // Byte 9 names the operating system that compressed: the only byte that would differ between machines.
  bytes[9] = 255;
  writeFileSync(`${folder}${name}.ndjson.gz`, bytes);
  console.log(`${name}: ${items.length} items, ${bytes.length} bytes`);
}
