import { PolyheadError, type Tensor } from '@polyhead/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { OnnxAttribute, OnnxGraph, OnnxModel } from '../model/onnx-model.ts';
import { decodeModel } from './decode-model.ts';
import { encodeModel } from './encode-model.ts';
import { modelType } from './schema.ts';
import { fromWireInteger, toWireInteger } from './wire-types.ts';

const scalar: Tensor = { dataType: 'int64', shape: [], data: BigInt64Array.of(-5n) };
const emptyGraph: OnnxGraph = { name: 'g', nodes: [], inputs: [], outputs: [], initializers: [], valueInfo: [] };

function modelOf(graph: Partial<OnnxGraph>): OnnxModel {
  return {
    irVersion: 8,
    opsets: [{ domain: '', version: 17 }],
    producerName: 'test',
    producerVersion: '1',
    metadata: { key: 'value' },
    graph: { ...emptyGraph, ...graph },
  };
}

/** Writes a message by the names of the schema, to make files that the encoder would not make. */
function rawModel(graph: object, more: object = {}): Uint8Array {
  return modelType.encode({ irVersion: 8, opsets: [{ version: { low: 17, high: 0 } }], graph, ...more }).finish();
}

function errorOf(bytes: Uint8Array): string {
  try {
    decodeModel(bytes);
  } catch (error) {
    if (PolyheadError.isInstance(error)) return `${error.code} ${error.message}`;
  }
  return 'no error';
}

describe('encodeModel and decodeModel', () => {
  it('keep attributes of every kind', () => {
    const attributes: Record<string, OnnxAttribute> = {
      int: { kind: 'int', value: 2n ** 63n - 1n },
      zero: { kind: 'int', value: 0n },
      float: { kind: 'float', value: Math.fround(0.1) },
      string: { kind: 'string', value: 'größer' },
      tensor: { kind: 'tensor', value: scalar },
      graph: { kind: 'graph', value: emptyGraph },
      ints: { kind: 'ints', value: [-1n, -(2n ** 63n)] },
      floats: { kind: 'floats', value: [1.5, -0, Infinity] },
      strings: { kind: 'strings', value: ['', 'a'] },
      tensors: { kind: 'tensors', value: [scalar] },
      graphs: { kind: 'graphs', value: [emptyGraph] },
    };
    const node = { name: 'n', opType: 'Custom', domain: 'example', inputs: ['', 'x'], outputs: ['y'], attributes };
    const x = { name: 'x', dataType: 'float32', shape: [3, 'batch', undefined, 0] } as const;
    const y = { name: 'y', dataType: 'bool', shape: undefined } as const;
    const model = modelOf({ nodes: [node], inputs: [x], outputs: [y], valueInfo: [{ ...y, shape: [] }] });
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  it('share the bytes of aligned tensors', () => {
    const tensor: Tensor = { dataType: 'uint8', shape: [4], data: Uint8Array.of(1, 2, 3, 4) };
    const bytes = encodeModel(modelOf({ initializers: [{ name: 'w', tensor }] }));
    expect(decodeModel(bytes).graph.initializers[0]?.tensor.data.buffer).toBe(bytes.buffer);
  });

  it('keep integers of 64 bits exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(fromWireInteger(toWireInteger(value))).toBe(value);
      }),
    );
  });

  it('read tensors whose values are in typed fields', () => {
    const size = [{ low: 2, high: 0 }];
    const initializers = [
      { name: 'f', dataType: 1, dims: size, floatData: [0.5, -1] },
      { name: 'd', dataType: 11, dims: size, doubleData: [0.1, -1] },
      { name: 'i', dataType: 3, dims: size, int32Data: [-7, 7] },
      { name: 'h', dataType: 10, dims: size, int32Data: [0x3c00, 0xc000] },
      { name: 'l', dataType: 7, dims: size, int64Data: [toWireInteger(-1n), toWireInteger(2n ** 40n)] },
      { name: 'u', dataType: 12, dims: size, uint64Data: [toWireInteger(1n), toWireInteger(4_000_000_000n)] },
    ];
    const tensors = decodeModel(rawModel({ initializers })).graph.initializers.map(({ tensor }) => tensor.data);
    expect(tensors).toEqual([
      Float32Array.of(0.5, -1),
      Float64Array.of(0.1, -1),
      Int8Array.of(-7, 7),
      Uint16Array.of(0x3c00, 0xc000),
      BigInt64Array.of(-1n, 2n ** 40n),
      Uint32Array.of(1, 4_000_000_000),
    ]);
  });
});

describe('decodeModel refuses', () => {
  const node = { opType: 'Relu', inputs: ['x'], outputs: ['y'] };
  const info = { name: 'x', type: { tensor: { elementType: 1 } } };
  const one = { low: 1, high: 0 };

  it.each([
    ['text', new TextEncoder().encode('version https://git-lfs.github.com'), /^ONNX_MALFORMED/],
    ['an empty file', new Uint8Array(), /^ONNX_MALFORMED .*hold no graph/],
    ['a truncated file', rawModel({ nodes: [node], inputs: [info] }).slice(0, -3), /^ONNX_MALFORMED/],
    ['a value that nobody makes', rawModel({ nodes: [node] }), /^GRAPH_INVALID .*Relu node "y" uses the value "x"/],
    ['a value made twice', rawModel({ nodes: [node, node], inputs: [info] }), /^GRAPH_INVALID .*"y".*twice/],
    ['an output that nobody makes', rawModel({ outputs: [info] }), /^GRAPH_INVALID .*graph output "x"/],
    ['a tensor of text', rawModel({ initializers: [{ name: 's', dataType: 8 }] }), /^ONNX_UNSUPPORTED .*"s".*string/],
    [
      'wrong byte counts',
      rawModel({ initializers: [{ name: 'w', dataType: 1, dims: [one], rawData: new Uint8Array(3) }] }),
      /^ONNX_MALFORMED .*"w".*4 bytes/,
    ],
    [
      'a negative size',
      rawModel({ initializers: [{ name: 'w', dataType: 1, dims: [{ low: -1, high: -1 }] }] }),
      /^ONNX_MALFORMED .*"w".*-1/,
    ],
    [
      'external data without a folder',
      rawModel({
        initializers: [{ name: 'w', dataType: 1, dataLocation: 1, externalData: [{ key: 'location', value: 'a' }] }],
      }),
      /^ONNX_UNSUPPORTED .*readModel/,
    ],
    ['functions', rawModel({}, { functions: [new Uint8Array(1)] }), /^ONNX_UNSUPPORTED .*functions/],
    ['an input that is no tensor', rawModel({ inputs: [{ name: 'x' }] }), /^ONNX_UNSUPPORTED .*"x"/],
  ])('%s', (_, bytes, message) => {
    expect(errorOf(bytes)).toMatch(message);
  });

  it('never fails otherwise on damaged files', () => {
    const valid = rawModel({
      nodes: [node],
      inputs: [info],
      initializers: [{ name: 'w', dataType: 1, dims: [one], rawData: new Uint8Array(4) }],
    });
    fc.assert(
      fc.property(fc.nat(valid.byteLength - 1), fc.nat(255), (position, value) => {
        const damaged = Uint8Array.from(valid);
        damaged[position] = value;
        expect(errorOf(damaged)).toMatch(/^(no error|ONNX_MALFORMED|ONNX_UNSUPPORTED|GRAPH_INVALID)/);
      }),
      { numRuns: 500 },
    );
  });
});
