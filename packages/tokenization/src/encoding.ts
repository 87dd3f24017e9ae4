import type { Encoding } from '@polyhead/types';
import type { Content } from './content.ts';
import type { TemplatePart } from './template.ts';

/** The part of a text's tokens that goes into an encoding. */
export interface ContentRange {
  readonly content: Pick<Content, 'places'> & { readonly ids: readonly number[] | Int32Array };
  readonly start: number;
  readonly end: number;
}

/** What an encoding is made of. */
export interface EncodingParts {
  readonly template: readonly TemplatePart[];
  /** One for a text, two for a pair. */
  readonly ranges: readonly ContentRange[];
  readonly addSpecialTokens: boolean;
  readonly tokenCount: number;
  readonly truncated: boolean;
}

/** Fills a template with tokens. */
export function buildEncoding(parts: EncodingParts): Encoding {
  const template = parts.addSpecialTokens ? parts.template : parts.template.filter((part) => part.kind === 'content');
  let length = 0;
  for (const part of template) length += lengthOf(part, parts.ranges);
  const withOffsets = parts.ranges.every((range) => range.content.places !== undefined);
  const encoding = {
    ids: new Int32Array(length),
    typeIds: new Uint8Array(length),
    specialTokensMask: new Uint8Array(length),
    sequenceIds: new Int8Array(length),
    offsets: withOffsets ? new Int32Array(2 * length) : undefined,
    tokenCount: parts.tokenCount,
    truncated: parts.truncated,
  };
  let at = 0;
  for (const part of template) {
    const next = at + lengthOf(part, parts.ranges);
    if (part.typeId !== 0) encoding.typeIds.fill(part.typeId, at, next);
    if (part.kind === 'added') {
      encoding.ids.set(part.ids, at);
      encoding.specialTokensMask.fill(1, at, next);
      encoding.sequenceIds.fill(-1, at, next);
    } else {
      if (part.sequence === 1) encoding.sequenceIds.fill(1, at, next);
      copyContent(parts.ranges[part.sequence], encoding, at);
    }
    at = next;
  }
  return encoding;
}

function lengthOf(part: TemplatePart, ranges: readonly ContentRange[]): number {
  if (part.kind === 'added') return part.ids.length;
  const range = ranges[part.sequence];
  return range === undefined ? 0 : range.end - range.start;
}

function copyContent(range: ContentRange | undefined, encoding: Pick<Encoding, 'ids' | 'offsets'>, at: number): void {
  if (range === undefined) return;
  const { content, start, end } = range;
  const whole = start === 0 && end === content.ids.length;
  encoding.ids.set(whole ? content.ids : content.ids.slice(start, end), at);
  encoding.offsets?.set(content.places?.offsets.slice(2 * start, 2 * end) ?? [], 2 * at);
}
