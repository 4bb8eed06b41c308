// Arrays that NumPy saved, as far as the peers need them.
import fs from 'node:fs';

// An open file and where its values begin.
export function open(path) {
  const file = fs.openSync(path), start = Buffer.alloc(12);
  fs.readSync(file, start, 0, 12, 0);
  const first = start[6] === 1, length = first ? start.readUInt16LE(8) : start.readUInt32LE(8), at = first ? 10 : 12;
  const head = Buffer.alloc(length);
  fs.readSync(file, head, 0, length, at);
  const shape = /'shape': \(([^)]*)\)/.exec(head.toString('latin1'))[1].split(',').filter(n => n.trim()).map(Number);
  return { file, offset: at + length, shape };
}

// Bytes of some rows.
export function rows(npy, rowBytes, first, count) {
  const bytes = Buffer.alloc(count * rowBytes);
  fs.readSync(npy.file, bytes, 0, bytes.length, npy.offset + first * rowBytes);
  return bytes;
}

// All values of an array of int64 that are small.
export function numbers(path) {
  const npy = open(path);
  const bytes = rows(npy, 8, 0, npy.shape[0]);
  return Array.from({ length: npy.shape[0] }, (_, i) => Number(bytes.readBigInt64LE(8 * i)));
}
