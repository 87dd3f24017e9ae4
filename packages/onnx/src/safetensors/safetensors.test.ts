import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hasErrorCode, type Tensor } from '@polyhead/types';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createTensor } from '../tensor/create-tensor.ts';
import { elementTypes } from '../tensor/data-types.ts';
import { decodeSafetensors } from './decode.ts';
import { encodeSafetensors } from './encode.ts';
import { readSafetensors } from './read.ts';
import { writeSafetensors } from './write.ts';

const floats: Tensor = { dataType: 'float32', shape: [2, 2], data: Float32Array.of(1, -2, 3.5, NaN) };

function rawFile(header: string, dataLength = 0): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.byteLength + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.byteLength), true);
  bytes.set(text, 8);
  return bytes;
}

function problemOf(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes, 'weights.safetensors');
  } catch (error) {
    if (hasErrorCode(error, 'SAFETENSORS_MALFORMED')) {
      return error.message;
    }
    throw error;
  }
  return 'no error';
}

describe('encodeSafetensors and decodeSafetensors', () => {
  it('keep every element type, shape, bytes and metadata', () => {
    const types = Object.keys(elementTypes) as (keyof typeof elementTypes)[];
    const tensor = fc.record({
      dataType: fc.constantFrom(...types),
      shape: fc.array(fc.nat(4), { maxLength: 3 }),
      seed: fc.nat(255),
    });
    const tensors = fc.dictionary(
      fc.string().filter((name) => name !== '__metadata__'),
      tensor,
    );
    fc.assert(
      fc.property(
        tensors,
        fc.option(fc.dictionary(fc.string(), fc.string()), { nil: undefined }),
        (specs, metadata) => {
          const named = new Map(
            Object.entries(specs).map(([name, { dataType, shape, seed }]): [string, Tensor] => {
              const length = shape.reduce((product, size) => product * size, elementTypes[dataType].bytes);
              return [
                name,
                createTensor(
                  { dataType, shape },
                  Uint8Array.from({ length }, (_, index) => seed + index),
                ),
              ];
            }),
          );
          const back = decodeSafetensors(encodeSafetensors(named, metadata));
          expect(new Map([...back.tensors].sort())).toEqual(new Map([...named].sort()));
          expect(back.metadata).toEqual({ ...metadata });
        },
      ),
    );
  });

  it('keep names that JavaScript objects treat in their own way', () => {
    const names = new Map([['__proto__', floats]]);
    const metadata = Object.fromEntries([['__proto__', 'x']]) as Record<string, string>;
    const back = decodeSafetensors(encodeSafetensors(names, metadata));
    expect([...back.tensors.keys()]).toEqual(['__proto__']);
    expect(Object.entries(back.metadata)).toEqual([['__proto__', 'x']]);
  });

  it('share memory where it is aligned and copy where it is not', () => {
    const bytes = encodeSafetensors({ floats });
    const shared = decodeSafetensors(bytes).tensors.get('floats');
    expect(shared?.data.buffer).toBe(bytes.buffer);
    const shifted = new Uint8Array(bytes.byteLength + 1);
    shifted.set(bytes, 1);
    const copied = decodeSafetensors(shifted.subarray(1)).tensors.get('floats');
    expect(copied?.data.buffer).not.toBe(shifted.buffer);
    expect(copied?.data).toEqual(floats.data);
  });

  it('refuse to encode a tensor whose data does not fit its shape', () => {
    expect(() => encodeSafetensors({ bad: { ...floats, shape: [3] } })).toThrow(
      /shape \[3\] holds 16 bytes instead of 12/,
    );
  });
});

describe('decodeSafetensors refuses', () => {
  const entry = (start: number, end: number, shape = '[1]', dtype = 'F32'): string =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":[${start},${end}]}`;

  it.each([
    ['a file of three bytes', new Uint8Array(3), /has 3 bytes/],
    ['a header beyond the file', rawFile('{}').fill(255, 0, 4), /header should have 4294967295 bytes/],
    ['a header that is not JSON', rawFile('version https://git-lfs'), /not JSON/],
    ['a header that is an array', rawFile('[]'), /not a JSON object/],
    ['a header that is not UTF-8', rawFile('{}').fill(0xff, 8), /not UTF-8/],
    ['an unknown element type', rawFile(`{"a":${entry(0, 1, '[1]', 'F8_E4M3')}}`, 1), /"F8_E4M3"/],
    ['a negative size', rawFile(`{"a":${entry(0, 4, '[-1]')}}`, 4), /shape \[-1\]/],
    ['offsets that run backwards', rawFile(`{"a":${entry(4, 0)}}`, 4), /offsets \[4,0\]/],
    ['a byte count that is not that of the shape', rawFile(`{"a":${entry(0, 4, '[2]')}}`, 4), /needs 8 bytes.* span 4/],
    ['overlapping tensors', rawFile(`{"a":${entry(0, 4)},"b":${entry(2, 6)}}`, 6), /"b".*overlaps/],
    ['a gap', rawFile(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12), /"b".*gap/],
    ['a truncated file', rawFile(`{"a":${entry(0, 4)}}`, 3), /tensors have 4 bytes, but 3 follow/],
    ['a name that occurs twice', rawFile(`{"a":${entry(0, 4)},"a":${entry(4, 8)}}`, 8), /"a" is listed twice/],
    ['metadata that is not text', rawFile('{"__metadata__":{"k":1}}'), /"__metadata__\.k" is not a string/],
  ])('%s', (_, bytes, message) => {
    expect(problemOf(bytes)).toMatch(message);
    expect(problemOf(bytes)).toContain('"weights.safetensors"');
  });
});

describe('readSafetensors and writeSafetensors', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'polyhead-safetensors-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  it('bring tensors back from disk, loaded at once or when used', async () => {
    const path = join(directory, 'weights.safetensors');
    const tensors = { floats, ids: createTensor({ dataType: 'int64', shape: [1] }, new Uint8Array(8).fill(1)) };
    await writeSafetensors(path, tensors, { format: 'pt' });
    for (const lazyAbove of [1e9, 0]) {
      const file = await readSafetensors(path, { lazyAbove });
      expect(file.metadata).toEqual({ format: 'pt' });
      expect(file.tensors.get('floats')?.data).toEqual(floats.data);
      expect(file.tensors.get('ids')?.data).toEqual(tensors.ids.data);
    }
  });

  it('report a missing file and one that is damaged', async () => {
    await expect(readSafetensors(join(directory, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const path = join(directory, 'empty.safetensors');
    await writeFile(path, '');
    for (const lazyAbove of [1e9, -1]) {
      await expect(readSafetensors(path, { lazyAbove })).rejects.toMatchObject({ code: 'SAFETENSORS_MALFORMED' });
    }
  });

  it('report a file that became shorter after it was opened', async () => {
    const path = join(directory, 'shrinking.safetensors');
    await writeSafetensors(path, { floats });
    const file = await readSafetensors(path, { lazyAbove: 0 });
    await writeFile(path, 'gone');
    expect(() => file.tensors.get('floats')?.data).toThrow(/ends before byte/);
  });
});
