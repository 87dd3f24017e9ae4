import { sliceText, type TrackedText } from '../tracked-text.ts';

/** What happens to the matches of a split: the names are those of tokenizer.json. */
export type SplitBehavior = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';

/** How a pattern splits a text; `invert` swaps what matches and what lies between. */
export interface SplitSettings {
  readonly behavior: SplitBehavior;
  readonly invert: boolean;
}

/** The matches of a global pattern, which must not match the empty text; what lies between is left out. */
export function keepMatches(source: TrackedText, pattern: RegExp): TrackedText[] {
  if (source.alignment !== undefined) return splitByPattern(source, pattern, { behavior: 'Removed', invert: true });
  // Without offsets the places of the words do not matter, only whether the first begins the text.
  const words = source.text.match(pattern) ?? [];
  return words.map((text, index) => ({
    text,
    atStart: index === 0 && source.atStart && source.text.startsWith(text),
    alignment: undefined,
  }));
}

interface Span {
  start: number;
  end: number;
  readonly matched: boolean;
}

/** Splits a text at the matches of a global pattern; empty pieces are left out. */
export function splitByPattern(source: TrackedText, pattern: RegExp, settings: SplitSettings): TrackedText[] {
  const spans = mergeSpans(findSpans(source.text, pattern, settings.invert), settings.behavior);
  const pieces: TrackedText[] = [];
  for (const { start, end } of spans) if (end > start) pieces.push(sliceText(source, start, end));
  return pieces;
}

function findSpans(text: string, pattern: RegExp, invert: boolean): Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '') continue;
    if (match.index > end) spans.push({ start: end, end: match.index, matched: invert });
    end = match.index + match[0].length;
    spans.push({ start: match.index, end, matched: !invert });
  }
  if (end < text.length) spans.push({ start: end, end: text.length, matched: invert });
  return spans;
}

function mergeSpans(spans: readonly Span[], behavior: SplitBehavior): readonly Span[] {
  switch (behavior) {
    case 'Isolated':
      return spans;
    case 'Removed':
      return spans.filter((span) => !span.matched);
    case 'Contiguous':
      return mergeNeighbours(spans, (previous, span) => previous.matched === span.matched);
    case 'MergedWithPrevious':
      return mergeNeighbours(spans, (previous, span) => span.matched && !previous.matched);
    case 'MergedWithNext':
      return mergeNeighbours(spans.toReversed(), (previous, span) => span.matched && !previous.matched).toReversed();
  }
}

/** Joins a span to the group before it where `joins` says so of the two neighbours. */
function mergeNeighbours(spans: readonly Span[], joins: (previous: Span, span: Span) => boolean): Span[] {
  const merged: Span[] = [];
  let previous: Span | undefined;
  for (const span of spans) {
    const group = merged.at(-1);
    if (previous !== undefined && group !== undefined && joins(previous, span)) {
      group.start = Math.min(group.start, span.start);
      group.end = Math.max(group.end, span.end);
    } else merged.push({ ...span });
    previous = span;
  }
  return merged;
}
