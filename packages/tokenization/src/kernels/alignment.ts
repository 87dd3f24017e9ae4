/** For each UTF-16 unit of a text in the pipeline: the range of the source that it stands for. */
export interface Alignment {
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** The alignment of a source text with itself, from unit `offset` on; both units of a surrogate pair get the pair's range. */
export function identityAlignment(text: string, offset: number): Alignment {
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  for (let at = 0; at < text.length;) {
    const width = widthAt(text, at);
    starts.fill(offset + at, at, at + width);
    ends.fill(offset + at + width, at, at + width);
    at += width;
  }
  return { starts, ends };
}

export function sliceAlignment(alignment: Alignment, start: number, end: number): Alignment {
  return { starts: alignment.starts.subarray(start, end), ends: alignment.ends.subarray(start, end) };
}

/** Puts `count` units before the first, with its range. */
export function prependAlignment(alignment: Alignment, count: number): Alignment {
  const length = alignment.starts.length;
  const starts = new Int32Array(length + count).fill(alignment.starts[0]!, 0, count);
  const ends = new Int32Array(length + count).fill(alignment.ends[0]!, 0, count);
  starts.set(alignment.starts, count);
  ends.set(alignment.ends, count);
  return { starts, ends };
}

/** Each replacement takes the range of the character (at `positions`) that it replaces. */
export function mapAlignment(
  alignment: Alignment,
  replacements: readonly string[],
  positions: readonly number[],
): Alignment {
  let length = 0;
  for (const replacement of replacements) length += replacement.length;
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  let write = 0;
  for (let index = 0; index < replacements.length; index += 1) {
    const next = write + replacements[index]!.length;
    starts.fill(alignment.starts[positions[index]!]!, write, next);
    ends.fill(alignment.ends[positions[index]!]!, write, next);
    write = next;
  }
  return { starts, ends };
}

/**
 * The alignment after a rewrite, by the rules of the Rust tokenizers' `NormalizedString::transform`: a character with
 * change 0 replaces the next old one, with change 1 it is new and shares the range of the old one before it, with
 * change -n it replaces one and n more old ones are dropped.
 */
export function rewriteAlignment(
  old: { readonly text: string; readonly alignment: Alignment },
  characters: readonly string[],
  changes: readonly number[],
): Alignment {
  let length = 0;
  for (const character of characters) length += character.length;
  const starts = new Int32Array(length);
  const ends = new Int32Array(length);
  let read = 0;
  let write = 0;
  for (let index = 0; index < characters.length; index += 1) {
    const change = changes[index]!;
    const next = write + characters[index]!.length;
    const from = change > 0 ? read - 1 : Math.min(read, old.text.length - 1);
    const base = old.alignment.starts[0] ?? 0;
    starts.fill(from < 0 ? base : old.alignment.starts[from]!, write, next);
    ends.fill(from < 0 ? base : old.alignment.ends[from]!, write, next);
    for (let dropped = change; dropped <= 0; dropped += 1) read += widthAt(old.text, read);
    write = next;
  }
  return { starts, ends };
}

/** 2 for a surrogate pair, else 1. */
export function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
