// How a peer talks with the bench: see peer.py.
import readline from 'node:readline';

// The bits of a float64 as hexadecimal text: sums agree to the last bit or not at all.
export function bits(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes.toString('hex');
}

// Answers until the bench hangs up. passes: name -> [work, check], as in peer.py.
export async function serve(passes) {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [work, check] = passes[line.trim()];
    const start = performance.now();
    const result = await work();
    const seconds = (performance.now() - start) / 1000;
    console.log(JSON.stringify({ seconds, checksum: check(result) }));
  }
}
