import { rememberCharacters } from '../character-memo.ts';
import { mapCharacters, type TrackedText } from '../tracked-text.ts';
import { control, isPrintableAscii, nonspacingMark } from '../unicode.ts';

/** The settings of a BertNormalizer; `stripAccents` undefined follows `lowercase`. */
export interface BertNormalizerSettings {
  readonly cleanText: boolean;
  readonly handleChineseCharacters: boolean;
  readonly stripAccents: boolean | undefined;
  readonly lowercase: boolean;
}

const dropped = new RegExp(`^[\\ufffd${control}]$`, 'v');
const space = /^\p{White_Space}$/u;
const marks = new RegExp(nonspacingMark, 'gv');
// The blocks that the Rust tokenizers name; extension E begins at U+2B920 there.
const chinese =
  /^[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{2f800}-\u{2fa1f}]$/u;

/**
 * BERT's clean-up as the Rust tokenizers do it: controls out, white space to spaces, spaces around CJK characters,
 * accents stripped, and only then lower case, each character alone (so no final sigma).
 */
export function createBertNormalizer(settings: BertNormalizerSettings): (source: TrackedText) => TrackedText {
  const replace = rememberCharacters((character) => normalizeCharacter(character, settings));
  return (source) => {
    if (!isPrintableAscii(source.text)) return mapCharacters(source, replace);
    return settings.lowercase ? { ...source, text: source.text.toLowerCase() } : source;
  };
}

function normalizeCharacter(character: string, settings: BertNormalizerSettings): string {
  let text = character;
  if (settings.cleanText) {
    if (dropped.test(text)) return '';
    if (space.test(text)) return ' ';
  }
  const isChinese = settings.handleChineseCharacters && chinese.test(text);
  if (settings.stripAccents ?? settings.lowercase) text = text.normalize('NFD').replace(marks, '');
  if (settings.lowercase) text = Array.from(text, (part) => part.toLowerCase()).join('');
  return isChinese ? ` ${text} ` : text;
}
