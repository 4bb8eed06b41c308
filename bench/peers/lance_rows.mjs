// Random takes of float32 (5, 96, 96) images by Lance, through its Node binding: an id and a binary column.
//
// lance_rows.mjs versions                what it is made of
// lance_rows.mjs gen DIR                 makes the table in DIR, of the images in DIR/../rows.npy
// lance_rows.mjs serve DIR URI ROWS...   takes as many rows of DIR/../order.npy as the bench asks, in batches, from the table in a folder or at an s3:// address
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import * as lancedb from '@lancedb/lancedb';
import * as arrow from 'apache-arrow';
import * as npy from './npy.mjs';
import * as peer from './peer.mjs';

const BATCH = 256, WRITTEN_AT_ONCE = 1000;

async function generate(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const images = npy.open(`${folder}/../rows.npy`), count = images.shape[0], rowBytes = 4 * images.shape.slice(1).reduce((a, b) => a * b);
  const schema = new arrow.Schema([new arrow.Field('id', new arrow.Int32()), new arrow.Field('image', new arrow.Binary())]);
  const db = await lancedb.connect(`${folder}/db`);
  let table;
  for (let first = 0; first < count; first += WRITTEN_AT_ONCE) {
    const rows = Array.from({ length: Math.min(WRITTEN_AT_ONCE, count - first) }, (_, i) => ({ id: first + i, image: npy.rows(images, rowBytes, first + i, 1) }));
    if (table) await table.add(rows);
    else table = await db.createTable('rows', rows, { schema, mode: 'overwrite' });
  }
  await table.optimize();
}

async function serve(folder, uri, ...counts) {
  const order = npy.numbers(`${folder}/../order.npy`);
  const storageOptions = uri.startsWith('s3://') ? {
    endpoint: process.env.AWS_ENDPOINT_URL, awsAccessKeyId: process.env.AWS_ACCESS_KEY_ID, awsSecretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    region: process.env.AWS_REGION, allowHttp: 'true',
  } : {};
  const table = await (await lancedb.connect(uri, { storageOptions })).openTable('rows');
  const placeOf = new Int32Array(order.length);

  // Each image with its place in the order: a take gives its rows sorted.
  async function take(count, each) {
    for (let first = 0; first < count; first += BATCH) {
      const asked = order.slice(first, Math.min(first + BATCH, count));
      asked.forEach((row, i) => { placeOf[row] = first + i; });
      const found = await table.takeOffsets(asked).toArrow();
      if (found.numRows !== asked.length) throw new Error(`${asked.length} rows were asked for, ${found.numRows} came`);
      const ids = found.getChild('id'), images = found.getChild('image');
      for (let i = 0; i < found.numRows; i++) each(placeOf[ids.get(i)], images.get(i));
    }
  }

  async function read(count) {
    const pixels = new Float64Array(count);
    await take(count, (place, image) => { pixels[place] = new DataView(image.buffer, image.byteOffset, 4).getFloat32(0, true); });
    return pixels.reduce((sum, pixel) => sum + pixel, 0);
  }

  async function digest(count) {
    const digests = new Array(count), whole = createHash('sha256');
    await take(count, (place, image) => { digests[place] = Buffer.from(image); });
    for (const image of digests) whole.update(image);
    return whole.digest('hex');
  }

  const passes = {};
  for (const count of counts.map(Number)) {
    passes[count] = [() => read(count), peer.bits];
    passes[`${count} sha256`] = [() => digest(count), String];
  }
  await peer.serve(passes);
}

const version = name => JSON.parse(fs.readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
const [verb, ...rest] = process.argv.slice(2);
await { versions: () => console.log(JSON.stringify({ node: process.versions.node, '@lancedb/lancedb': version('@lancedb/lancedb'), 'apache-arrow': version('apache-arrow') })), gen: generate, serve }[verb](...rest);
