import { createCachedEncoder } from '../cache/create-cached-encoder.ts';
import { createFakeEncoder } from './fake-encoder.ts';

// Run as a process of its own: encodes `text 0` ... in an order of its own, in small calls, through a cached encoder.
const [directory = '', seed = '0', count = '0'] = process.argv.slice(2);
const texts = Array.from(
  { length: Number(count) },
  (_, index) => `text ${(index * 7 + Number(seed) * 13) % Number(count)}`,
);
const encoder = createCachedEncoder(createFakeEncoder(), { directory });
for (let start = 0; start < texts.length; start += 10) await encoder.encode(texts.slice(start, start + 10));
