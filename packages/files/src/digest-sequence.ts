import { createHash } from 'node:crypto';

/** SHA-256 over values one after the other. */
export interface SequenceDigest {
  /** Text counts as UTF-8, an array by its bytes; where a value ends counts too. */
  add(value: string | ArrayBufferView): void;
  /** In hexadecimal; nothing can be added afterwards. */
  finish(): string;
}

/** The digest of a sequence that need not be in memory in one piece. */
export function createSequenceDigest(): SequenceDigest {
  const hash = createHash('sha256');
  return {
    add(value) {
      const bytes = typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength;
      hash.update(`${typeof value === 'string' ? 'text' : 'bytes'} ${bytes}\n`);
      hash.update(typeof value === 'string' ? value : new Uint8Array(value.buffer, value.byteOffset, bytes));
    },
    finish: () => hash.digest('hex'),
  };
}
