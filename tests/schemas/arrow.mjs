// Writes an Arrow file and a stream with the library of npm (two arguments), or prints the columns of a file (one).
import { readFileSync, writeFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';

if (process.argv.length === 4) {
  const fields = [
    new arrow.Field('i', new arrow.Int32(), true),
    new arrow.Field('f', new arrow.Float64(), true, new Map([['unit', 'deg']])),
    new arrow.Field('s', new arrow.Utf8(), true),
    new arrow.Field('d', new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()), true),
    new arrow.Field('l', new arrow.List(new arrow.Field('item', new arrow.Float32(), true)), true),
    new arrow.Field('v', new arrow.Struct([new arrow.Field('a', new arrow.Int64(), true), new arrow.Field('b', new arrow.Bool(), true)]), true),
  ];
  const values = [
    [[1, null], [3, 4]],
    [[0.5, 1.5], [null, -2]],
    [['a', 'größe'], [null, '']],
    [['STAR', 'QSO'], ['STAR', 'GALAXY']],
    [[[1, 2], []], [null, [3]]],
    [[{ a: 9007199254740993n, b: true }, { a: 1n, b: false }], [{ a: 2n, b: true }, { a: 3n, b: false }]],
  ];
  const schema = new arrow.Schema(fields);
  // One builder for each column, so that the dictionary grows.
  const builders = fields.map((f) => arrow.makeBuilder({ type: f.type, nullValues: [null, undefined] }));
  const batches = [0, 1].map((b) => {
    const children = fields.map((f, i) => {
      for (const value of values[i][b]) builders[i].append(value);
      return builders[i].flush();
    });
    return new arrow.RecordBatch(schema, arrow.makeData({ type: new arrow.Struct(fields), length: 2, nullCount: 0, children }));
  });
  const table = new arrow.Table(schema, batches);
  writeFileSync(process.argv[2], arrow.tableToIPC(table, 'file'));
  writeFileSync(process.argv[3], arrow.tableToIPC(table, 'stream'));
  console.log('written');
} else {
  const table = arrow.tableFromIPC(readFileSync(process.argv[2]));
  const column = (name) => [...table.getChild(name)];
  console.log(JSON.stringify({
    i: column('i'), f: column('f'), s: column('s'), l: column('l').map((list) => list && [...list]),
    unit: table.schema.fields[1].metadata.get('unit'),
  }));
}
