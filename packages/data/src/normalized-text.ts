import { sha256 } from '@polyhead/files';

/** A text as two texts are compared: NFKC, lower case, white space collapsed and trimmed. */
export function normalizeText(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

/** SHA-256 of the normalised text; equal keys mean equal texts but for case, white space and compatibility forms. */
export function textKey(text: string): string {
  return sha256(normalizeText(text));
}
