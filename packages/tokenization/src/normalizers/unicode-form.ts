import { mapCharacters, rewriteText, type TrackedText } from '../tracked-text.ts';
import { isPrintableAscii } from '../unicode.ts';

/** The four Unicode normalization forms. */
export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

// A character with everything that can combine with it.
const cluster = /[^]?[\p{M}\u1160-\u11ff\ud7b0-\ud7ff\uff9e\uff9f]*/gu;

/** A Unicode normalization form; ids are exact, offsets within a reordered or composed cluster are approximate. */
export function createUnicodeNormalizer(form: UnicodeForm): (source: TrackedText) => TrackedText {
  return (source) => {
    if (isPrintableAscii(source.text)) return source;
    const text = source.text.normalize(form);
    if (text === source.text) return source;
    if (source.alignment === undefined) return { ...source, text };
    const mapped =
      form === 'NFD' || form === 'NFKD'
        ? mapCharacters(source, (character) => character.normalize(form))
        : composeClusters(source, form);
    // Marks may have changed places, or clusters have grown together: then the text is right and places are near.
    return mapped.text.length === text.length ? { ...mapped, text } : composeWhole(source, text);
  };
}

function composeClusters(source: TrackedText, form: UnicodeForm): TrackedText {
  const characters: string[] = [];
  const changes: number[] = [];
  for (const [old] of source.text.matchAll(cluster)) pushReplacement({ characters, changes }, old, old.normalize(form));
  return rewriteText(source, characters, changes);
}

function composeWhole(source: TrackedText, text: string): TrackedText {
  const rewrite = { characters: [], changes: [] };
  pushReplacement(rewrite, source.text, text);
  return rewriteText(source, rewrite.characters, rewrite.changes);
}

function pushReplacement(rewrite: { characters: string[]; changes: number[] }, old: string, replacement: string): void {
  const before = Array.from(old).length;
  const after = Array.from(replacement);
  for (const [index, character] of after.entries()) {
    rewrite.characters.push(character);
    rewrite.changes.push(index < before ? 0 : 1);
  }
  const last = rewrite.changes.length - 1;
  if (after.length < before && last >= 0) rewrite.changes[last] = (rewrite.changes[last] ?? 0) + after.length - before;
}
