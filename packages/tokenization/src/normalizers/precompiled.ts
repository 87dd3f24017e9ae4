import { rememberCharacters } from '../character-memo.ts';
import { findShortestPrefix, type CharactersMap } from '../kernels/characters-map.ts';
import { tokenizerError } from '../tokenizer-error.ts';
import { rewriteText, type TrackedText } from '../tracked-text.ts';
import { isPrintableAscii } from '../unicode.ts';
import { graphemes } from './graphemes.ts';

const utf8 = new TextEncoder();

/**
 * sentencepiece's compiled normalization rules, applied as the Rust tokenizers do: to each grapheme cluster of fewer
 * than 6 bytes as a whole, else (or if the map does not know it) to each of its characters.
 * @throws {PolyheadError} TOKENIZER_INVALID
 */
export function createPrecompiledNormalizer(base64: string, where: string): (source: TrackedText) => TrackedText {
  const map = decodeCharactersMap(base64, where);
  const lookUp = rememberCharacters((characters) => replacementOf(map, characters));
  const asciiStays = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).every(
    (character) => lookUp(character) === null,
  );
  return (source) => {
    if (asciiStays && isPrintableAscii(source.text)) return source;
    const result: Rewrite = { characters: [], changes: [], modified: false };
    for (const grapheme of graphemes(source.text)) rewriteGrapheme(grapheme, lookUp, result);
    return result.modified ? rewriteText(source, result.characters, result.changes) : source;
  };
}

interface Rewrite {
  readonly characters: string[];
  readonly changes: number[];
  modified: boolean;
}

function rewriteGrapheme(grapheme: string, lookUp: (characters: string) => string | null, result: Rewrite): void {
  if (utf8Length(grapheme) < 6) {
    const whole = lookUp(grapheme);
    if (whole !== null) {
      replacePart(grapheme, whole, result);
      return;
    }
  }
  for (const character of grapheme) {
    const replacement = lookUp(character);
    if (replacement === null) {
      result.characters.push(character);
      result.changes.push(0);
    } else replacePart(character, replacement, result);
  }
}

function replacePart(old: string, replacement: string, result: Rewrite): void {
  result.modified = true;
  const before = Array.from(old).length;
  let count = 0;
  for (const character of replacement) {
    result.characters.push(character);
    result.changes.push(count < before ? 0 : 1);
    count += 1;
  }
  const last = result.changes.length - 1;
  // As in the Rust code, what is dropped is counted on the last character kept, also one of an earlier part.
  if (count < before && last >= 0) result.changes[last] = (result.changes[last] ?? 0) + count - before;
}

function utf8Length(text: string): number {
  // A unit takes at most three bytes: short texts need no count, and two units are the least that reach six bytes.
  return text.length === 1 ? 3 : Buffer.byteLength(text, 'utf8');
}

function replacementOf(map: CharactersMap, characters: string): string | null {
  const start = findShortestPrefix(map, utf8.encode(characters));
  if (start < 0) return null;
  const end = map.replacements.indexOf(0, start);
  return Buffer.from(map.replacements.subarray(start, end < 0 ? undefined : end)).toString('utf8');
}

function decodeCharactersMap(base64: string, where: string): CharactersMap {
  const bytes = Buffer.from(base64, 'base64');
  const size = bytes.length >= 4 ? bytes.readUInt32LE(0) : 0;
  if (size < 4 || size % 4 !== 0 || 4 + size > bytes.length) {
    throw tokenizerError(`${where} is damaged: ${String(bytes.length)} bytes cannot hold a trie of ${String(size)}.`, {
      where,
    });
  }
  const units = Uint32Array.from({ length: size / 4 }, (_, index) => bytes.readUInt32LE(4 + 4 * index));
  return { units, replacements: Uint8Array.from(bytes.subarray(4 + size)) };
}
