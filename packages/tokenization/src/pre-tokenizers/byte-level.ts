import { rememberCharacters } from '../character-memo.ts';
import { mapCharacters, prependText, type TrackedText } from '../tracked-text.ts';
import { isPrintableAscii } from '../unicode.ts';
import { keepMatches } from './split.ts';

const words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const utf8 = new TextEncoder();
const byteCharacters = createByteCharacters();

/** The character that stands for a space in byte-level vocabularies. */
export const spaceCharacter = 'Ġ';

/** The settings of a ByteLevel pre-tokenizer. */
export interface ByteLevelSettings {
  readonly addPrefixSpace: boolean;
  /** False if an earlier pre-tokenizer has split already. */
  readonly split: boolean;
}

/** GPT-2's pre-tokenizer: splits into words with their leading space, then writes each byte as a printable character. */
export function createByteLevel(settings: ByteLevelSettings): (source: TrackedText) => TrackedText[] {
  const toBytes = rememberCharacters(toByteCharacters);
  return (source) => {
    const text = settings.addPrefixSpace && !source.text.startsWith(' ') ? prependText(source, ' ') : source;
    const pieces = settings.split ? keepMatches(text, words) : [text];
    return pieces.map((piece) =>
      isPrintableAscii(piece.text)
        ? { ...piece, text: piece.text.replaceAll(' ', spaceCharacter) }
        : mapCharacters(piece, toBytes),
    );
  };
}

/** The UTF-8 bytes of a text, each as the printable character that stands for it. */
export function toByteCharacters(text: string): string {
  let characters = '';
  for (const byte of utf8.encode(text)) characters += byteCharacters.charAt(byte);
  return characters;
}

/** GPT-2's table: visible Latin-1 characters stand for themselves, the others are moved to U+0100 and up. */
function createByteCharacters(): string {
  let moved = 0x100;
  let table = '';
  for (let byte = 0; byte < 256; byte += 1) {
    const visible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    table += String.fromCharCode(visible ? byte : moved);
    if (!visible) moved += 1;
  }
  return table;
}
