import { TextDecoder } from 'node:util';
import { PolyheadError } from '@polyhead/types';

const lineFeed = 0x0a;

/**
 * Decodes chunks of UTF-8 strictly and drops a byte order mark at the start.
 * @param file named in errors
 * @throws {PolyheadError} DATA_ENCODING with byte offset and line, for ill-formed UTF-8, UTF-16 and binary content
 */
export async function* decodeUtf8(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let pending: Uint8Array = new Uint8Array(0);
  let position: Position = { offset: 0, row: 1 };
  let atStart = true;
  for await (const chunk of chunks) {
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    if (atStart) assertTextSignature(bytes, file);
    const complete = bytes.subarray(0, completeLength(bytes));
    pending = bytes.subarray(complete.length);
    if (complete.length === 0) continue;
    const text = decodeStrictly(decoder, complete, { file, position });
    position = advance(position, complete);
    yield atStart && text.startsWith('\uFEFF') ? text.slice(1) : text;
    atStart = false;
  }
  if (pending.length > 0) throw encodingError(file, position, 'the file ends inside a character');
}

interface Position {
  readonly offset: number;
  readonly row: number;
}

function advance(position: Position, bytes: Uint8Array): Position {
  let { row } = position;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1)) row++;
  return { offset: position.offset + bytes.length, row };
}

function decodeStrictly(
  decoder: TextDecoder,
  bytes: Uint8Array,
  { file, position }: { file: string; position: Position },
): string {
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const where = advance(position, bytes.subarray(0, nul));
    throw encodingError(file, where, 'a zero byte, which text does not have; the file is binary or UTF-16');
  }
  try {
    return decoder.decode(bytes);
  } catch {
    const where = advance(position, bytes.subarray(0, findInvalidUtf8(bytes)));
    throw encodingError(file, where, 'bytes that are not UTF-8');
  }
}

/** Number of bytes before the first ill-formed UTF-8 sequence (RFC 3629); `bytes.length` if there is none. */
export function findInvalidUtf8(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] ?? 0);
    if (length === 0 || at + length > bytes.length) return at;
    for (let next = 1; next < length; next++) {
      const byte = bytes[at + next] ?? 0;
      if ((byte & 0xc0) !== 0x80) return at;
    }
    if (length > 2 && !isAllowedSecond(bytes[at] ?? 0, bytes[at + 1] ?? 0)) return at;
    at += length;
  }
  return bytes.length;
}

/** Length of the sequence that a byte starts; 0 if no sequence starts with it. */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** Refuses overlong forms, surrogates and code points above U+10FFFF. */
function isAllowedSecond(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second < 0x90;
}

/** Length without a character at the end whose last bytes are still to come. */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) !== 0x80) return sequenceLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

const signatures: readonly { readonly bytes: readonly number[]; readonly kind: string; readonly remedy: string }[] = [
  { bytes: [0xff, 0xfe], kind: 'UTF-16 text', remedy: 'Save it as UTF-8, for instance: iconv -f UTF-16 -t UTF-8.' },
  { bytes: [0xfe, 0xff], kind: 'UTF-16 text', remedy: 'Save it as UTF-8, for instance: iconv -f UTF-16 -t UTF-8.' },
  { bytes: [0x1f, 0x8b], kind: 'gzip-compressed', remedy: 'Unpack it, or let its name end in .gz.' },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    kind: 'a ZIP archive, such as an Excel workbook',
    remedy: 'Unpack it, or export the sheet as CSV (UTF-8).',
  },
  { bytes: [0x50, 0x41, 0x52, 0x31], kind: 'a Parquet file', remedy: 'Let its name end in .parquet.' },
];

function assertTextSignature(bytes: Uint8Array, file: string): void {
  const found = signatures.find((signature) => signature.bytes.every((byte, index) => bytes[index] === byte));
  if (found === undefined) return;
  throw new PolyheadError('DATA_ENCODING', {
    message: `"${file}" is ${found.kind}, not UTF-8 text.`,
    remedy: found.remedy,
    details: { file, offset: 0 },
  });
}

function encodingError(file: string, { offset, row }: Position, what: string): PolyheadError {
  return new PolyheadError('DATA_ENCODING', {
    message: `"${file}" is not UTF-8 text: ${what} (byte ${offset}, row ${row}).`,
    remedy: 'Convert it to UTF-8, or check that it is the file you meant.',
    details: { file, offset, row },
  });
}
