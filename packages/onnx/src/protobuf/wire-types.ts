import { PolyheadError } from '@polyhead/types';

/** A 64-bit integer in two halves, as the protobuf library gives and takes it. */
export interface WireInteger {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

export interface WireEntry {
  key: string;
  value: string;
}

export interface WireTensor {
  dims: WireInteger[];
  dataType: number;
  floatData: number[];
  int32Data: number[];
  int64Data: WireInteger[];
  name: string;
  rawData: Uint8Array;
  doubleData: number[];
  uint64Data: WireInteger[];
  externalData: WireEntry[];
  dataLocation: number;
}

export interface WireDimension {
  value: WireInteger;
  parameter: string;
}

export interface WireValueInfo {
  name: string;
  type: { tensor: { elementType: number; shape: { dims: Partial<WireDimension>[] } | null } | null } | null;
}

export interface WireAttribute {
  name: string;
  float: number;
  int: WireInteger;
  string: Uint8Array;
  tensor: WireTensor | null;
  graph: WireGraph | null;
  floats: number[];
  ints: WireInteger[];
  strings: Uint8Array[];
  tensors: WireTensor[];
  graphs: WireGraph[];
  type: number;
}

export interface WireNode {
  inputs: string[];
  outputs: string[];
  name: string;
  opType: string;
  attributes: WireAttribute[];
  domain: string;
}

export interface WireGraph {
  nodes: WireNode[];
  name: string;
  initializers: WireTensor[];
  inputs: WireValueInfo[];
  outputs: WireValueInfo[];
  valueInfo: WireValueInfo[];
  sparseInitializers: Uint8Array[];
}

export interface WireModel {
  irVersion: WireInteger;
  producerName: string;
  producerVersion: string;
  graph: WireGraph | null;
  opsets: { domain: string; version: WireInteger }[];
  metadata: WireEntry[];
  functions: Uint8Array[];
}

/** Exact value of a wire integer. */
export function fromWireInteger({ low, high, unsigned }: WireInteger): bigint {
  const upper = BigInt(unsigned ? high >>> 0 : high);
  return (upper << 32n) | BigInt(low >>> 0);
}

/** A wire integer as a number; for counts, versions and sizes. */
export function toCount(integer: WireInteger, what: string): number {
  const value = fromWireInteger(integer);
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new PolyheadError('ONNX_MALFORMED', {
      message: `${what} of the ONNX model is ${String(value)}.`,
      remedy: 'Download or export the model again.',
    });
  }
  return Number(value);
}

/** The wire form of an integer. */
export function toWireInteger(value: bigint | number): WireInteger {
  const exact = BigInt(value);
  return { low: Number(exact & 0xffff_ffffn) | 0, high: Number((exact >> 32n) & 0xffff_ffffn) | 0, unsigned: false };
}
