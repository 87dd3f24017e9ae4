import { PolyheadError } from '@polyhead/types';
import type { RequestLimits } from '../config.ts';
import type { ModelDescription } from '../inference/model-description.ts';

type TextLimits = Pick<RequestLimits, 'maxCharacters'>;

const loneSurrogate = /\p{Surrogate}/u;

/** The most entries that the lists of a body may have. */
export interface ListLimits {
  readonly maxTexts: number;
  /** Of all other lists together, those within lists too. */
  readonly others: number;
}

/**
 * Counts what the lists of a body hold before anything looks at their elements: each wrong element would be a problem of
 * its own to tell.
 * @param body as it came in
 * @throws {PolyheadError} REQUEST_TOO_LARGE
 */
export function assertAcceptableCounts(body: unknown, { maxTexts, others }: ListLimits): void {
  if (typeof body !== 'object' || body === null) return;
  const { texts, ...rest } = body as Readonly<Record<string, unknown>>;
  if (Array.isArray(texts) && texts.length > maxTexts) {
    throw new PolyheadError('REQUEST_TOO_LARGE', {
      message: `The request has ${texts.length} texts; the server accepts ${maxTexts}.`,
      remedy: 'Send them in several requests, or start the server with a greater --max-texts.',
      details: { texts: texts.length, limit: maxTexts },
    });
  }
  const counts = Object.entries(rest).map(([name, value]) => ({ name, count: countEntries(value, deepestLists) }));
  const entries = counts.reduce((sum, { count }) => sum + count, 0);
  if (entries <= others) return;
  const names = counts.flatMap(({ name, count }) => (count > 0 ? [`"${name}"`] : []));
  throw new PolyheadError('REQUEST_TOO_LARGE', {
    message: `The lists in ${names.join(', ')} have ${entries} entries together; the server accepts ${others}.`,
    remedy: 'Leave some out; for labels and their wordings the server can be started with a greater --max-pairs.',
    details: { entries, limit: others },
  });
}

/** Labels, label, wordings. */
const deepestLists = 3;

function countEntries(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth === 0) return 0;
  const own = Array.isArray(value) ? value.length : 0;
  return Object.values(value).reduce<number>((sum, entry) => sum + countEntries(entry, depth - 1), own);
}

/**
 * Checks texts against the limits of the server, before they take up room in its queue.
 * @param field of the request that they came in, for messages: `texts`
 * @throws {PolyheadError} REQUEST_TOO_LARGE, INVALID_TEXT
 */
export function assertAcceptableTexts(texts: readonly string[], field: string, limits: TextLimits): void {
  texts.forEach((text, index) => assertAcceptableText(text, field === 'texts' ? `texts.${index}` : field, limits));
}

/**
 * Checks one text, or anything else of a request that a model reads.
 * @param where it stands in the request: `texts.0`
 * @throws {PolyheadError} REQUEST_TOO_LARGE, INVALID_TEXT
 */
export function assertAcceptableText(text: string, where: string, { maxCharacters }: TextLimits): void {
  if (text.length > maxCharacters) {
    throw new PolyheadError('REQUEST_TOO_LARGE', {
      message: `The text in "${where}" has ${text.length} characters; the server accepts ${maxCharacters}.`,
      remedy: 'Shorten it, or start the server with a greater --max-characters.',
      details: { field: where, characters: text.length, limit: maxCharacters },
    });
  }
  const position = text.search(loneSurrogate);
  if (position < 0) return;
  throw new PolyheadError('INVALID_TEXT', {
    message: `The text in "${where}" is not well-formed Unicode: half of a surrogate pair stands alone at position ${position}.`,
    remedy: 'It was probably cut inside an emoji; cut texts by code points.',
    details: { field: where, position },
  });
}

/**
 * Checks that the model has the heads asked for.
 * @throws {PolyheadError} HEAD_NOT_FOUND
 */
export function assertKnownHeads(asked: readonly string[], model: ModelDescription): void {
  const known = model.heads.map((head) => head.name);
  const unknown = asked.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new PolyheadError('HEAD_NOT_FOUND', {
    message: `The model has no head ${unknown.map((name) => `"${name}"`).join(', ')}.`,
    remedy: `Its heads are ${known.map((name) => `"${name}"`).join(', ')}.`,
    details: { unknown, heads: known },
  });
}
