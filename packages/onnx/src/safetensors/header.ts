import { PolyheadError, type JsonObject, type JsonValue } from '@polyhead/types';

import { tensorByteLength, type TensorLayout } from '../tensor/create-tensor.ts';
import { findDataType } from './element-names.ts';
import { findDuplicateKey } from './json-keys.ts';

/** Bytes before the header: its length as a 64-bit little-endian integer. */
export const prefixLength = 8;
const longestHeader = 100_000_000;

/** Where one tensor lies. */
export interface TensorEntry extends TensorLayout {
  readonly name: string;
  /** First byte, counted from the end of the header. */
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
}

/** The table of contents of a safetensors file. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[];
}

/** What the header is checked against. */
export interface HeaderSource {
  /** For messages: the path, or what the bytes are. */
  readonly file: string;
  /** Length of the whole file in bytes. */
  readonly fileLength: number;
}

/** A coded error about a safetensors file. */
function malformed(file: string, problem: string): PolyheadError {
  return new PolyheadError('SAFETENSORS_MALFORMED', {
    message: `"${file}" is not a usable safetensors file: ${problem}.`,
    remedy:
      'Download or copy the file again and compare its size with the original; a Git LFS pointer is not the file itself.',
    details: { file, problem },
  });
}

/**
 * Length of the header from the first eight bytes.
 * @throws {PolyheadError} SAFETENSORS_MALFORMED
 */
export function parseHeaderLength(prefix: Uint8Array, source: HeaderSource): number {
  if (prefix.byteLength < prefixLength) {
    throw malformed(source.file, `it has ${source.fileLength} bytes, and even an empty one has ${prefixLength + 2}`);
  }
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > BigInt(Math.max(0, source.fileLength - prefixLength))) {
    throw malformed(
      source.file,
      `its header should have ${String(length)} bytes, but the file has only ${source.fileLength}`,
    );
  }
  if (length > BigInt(longestHeader)) {
    throw malformed(
      source.file,
      `its header should have ${String(length)} bytes, more than the ${longestHeader} allowed`,
    );
  }
  return Number(length);
}

/**
 * Parses the header and checks every entry: type, shape, byte count, and that the tensors fill the file without gap or overlap.
 * @param bytes the header alone
 * @throws {PolyheadError} SAFETENSORS_MALFORMED
 */
export function parseHeader(bytes: Uint8Array, source: HeaderSource): SafetensorsHeader {
  const text = decodeText(bytes, source.file);
  const json = parseJson(text, source.file);
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) {
    throw malformed(source.file, `the tensor "${duplicate}" is listed twice`);
  }
  const { __metadata__: metadata = {}, ...tensors } = json;
  const entries = Object.entries(tensors)
    .map(([name, value]) => parseEntry(name, value, source.file))
    .sort((left, right) => left.start - right.start || left.end - right.end);
  assertContiguous(entries, source.fileLength - prefixLength - bytes.byteLength, source.file);
  return { metadata: parseMetadata(metadata, source.file), entries };
}

function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed(file, 'its header is not UTF-8 text');
  }
}

function parseJson(text: string, file: string): JsonObject {
  let json: JsonValue;
  try {
    json = JSON.parse(text) as JsonValue;
  } catch (error) {
    throw malformed(file, `its header is not JSON (${String(error)})`);
  }
  if (!isObject(json)) {
    throw malformed(file, 'its header is not a JSON object');
  }
  return json;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseMetadata(value: JsonValue, file: string): Record<string, string> {
  if (!isObject(value)) {
    throw malformed(file, '"__metadata__" is not an object');
  }
  const entries = Object.entries(value).map(([key, text]): [string, string] => {
    if (typeof text !== 'string') {
      throw malformed(file, `"__metadata__.${key}" is not a string`);
    }
    return [key, text];
  });
  // Unlike an assignment, this keeps the key "__proto__".
  return Object.fromEntries(entries);
}

function parseEntry(name: string, value: JsonValue, file: string): TensorEntry {
  if (!isObject(value)) {
    throw malformed(file, `the entry of tensor "${name}" is not an object`);
  }
  const { dtype, shape, data_offsets: offsets } = value;
  const dataType = typeof dtype === 'string' ? findDataType(dtype) : undefined;
  if (dataType === undefined) {
    throw malformed(
      file,
      `tensor "${name}" has the element type ${JSON.stringify(dtype ?? null)}, which is not supported`,
    );
  }
  if (!isCountArray(shape)) {
    throw malformed(file, `tensor "${name}" has the shape ${JSON.stringify(shape ?? null)}`);
  }
  const [start, end, ...rest] = isCountArray(offsets) ? offsets : [];
  if (start === undefined || end === undefined || rest.length > 0 || end < start) {
    throw malformed(file, `tensor "${name}" has the offsets ${JSON.stringify(offsets ?? null)}`);
  }
  const expected = tensorByteLength({ dataType, shape });
  if (end - start !== expected) {
    throw malformed(
      file,
      `tensor "${name}" (${dataType} [${shape.join(', ')}]) needs ${expected} bytes, but its offsets span ${end - start}`,
    );
  }
  return { name, dataType, shape, start, end };
}

function isCountArray(value: JsonValue | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

function assertContiguous(entries: readonly TensorEntry[], dataLength: number, file: string): void {
  let position = 0;
  for (const { name, start, end } of entries) {
    if (start !== position) {
      const problem = start < position ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw malformed(
        file,
        `tensor "${name}" starts at byte ${start} of the data, which ${problem} (expected ${position})`,
      );
    }
    position = end;
  }
  if (position !== dataLength) {
    throw malformed(file, `its tensors have ${position} bytes, but ${dataLength} follow the header`);
  }
}
