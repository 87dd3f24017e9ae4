import {
  identityAlignment,
  mapAlignment,
  prependAlignment,
  rewriteAlignment,
  sliceAlignment,
  type Alignment,
} from './kernels/alignment.ts';

/** A text, or a piece of one, on its way through normalizers and pre-tokenizers. */
export interface TrackedText {
  readonly text: string;
  /** True if the piece begins where the source begins. */
  readonly atStart: boolean;
  /** Where each unit comes from; undefined if nobody asked for offsets. */
  readonly alignment: Alignment | undefined;
}

/** A piece of the source that begins at unit `start`. */
export function trackText(text: string, options: { start: number; withOffsets: boolean }): TrackedText {
  const alignment = options.withOffsets ? identityAlignment(text, options.start) : undefined;
  return { text, atStart: options.start === 0, alignment };
}

/** The units `start` to `end` (exclusive). */
export function sliceText(source: TrackedText, start: number, end: number): TrackedText {
  const { text, alignment, atStart } = source;
  if (start === 0 && end === text.length) return source;
  return {
    text: text.slice(start, end),
    atStart: atStart && start === 0,
    alignment: alignment === undefined ? undefined : sliceAlignment(alignment, start, end),
  };
}

/** Replaces each code point by a text (empty to remove it), which takes its place in the source. */
export function mapCharacters(source: TrackedText, replace: (character: string) => string): TrackedText {
  const { text, alignment, atStart } = source;
  if (alignment === undefined) {
    let mapped = '';
    for (const character of text) mapped += replace(character);
    return { text: mapped, atStart, alignment };
  }
  const replacements: string[] = [];
  const positions: number[] = [];
  let at = 0;
  for (const character of text) {
    replacements.push(replace(character));
    positions.push(at);
    at += character.length;
  }
  return { text: replacements.join(''), atStart, alignment: mapAlignment(alignment, replacements, positions) };
}

/** Replaces each match of a global pattern; the new text takes the place of the match's last character. */
export function replaceMatches(source: TrackedText, pattern: RegExp, content: string): TrackedText {
  const { text, alignment, atStart } = source;
  if (alignment === undefined) return { text: text.replace(pattern, () => content), atStart, alignment };
  const replacements: string[] = [];
  const positions: number[] = [];
  const copy = (start: number, end: number): void => {
    for (let at = start; at < end; at += 1) {
      replacements.push(text.charAt(at));
      positions.push(at);
    }
  };
  let copied = 0;
  for (const match of text.matchAll(pattern)) {
    copy(copied, match.index);
    copied = match.index + match[0].length;
    replacements.push(content);
    positions.push(Math.max(0, copied - 1));
  }
  copy(copied, text.length);
  return { text: replacements.join(''), atStart, alignment: mapAlignment(alignment, replacements, positions) };
}

/** Puts a text before a piece that is not empty; it shares the place of the first character. */
export function prependText(source: TrackedText, prefix: string): TrackedText {
  const { text, alignment, atStart } = source;
  if (text === '' || prefix === '') return source;
  return {
    text: prefix + text,
    atStart,
    alignment: alignment === undefined ? undefined : prependAlignment(alignment, prefix.length),
  };
}

/** Replaces the whole text by characters with their changes; see {@link rewriteAlignment}. */
export function rewriteText(
  source: TrackedText,
  characters: readonly string[],
  changes: readonly number[],
): TrackedText {
  const { text, alignment, atStart } = source;
  return {
    text: characters.join(''),
    atStart,
    alignment: alignment === undefined ? undefined : rewriteAlignment({ text, alignment }, characters, changes),
  };
}
