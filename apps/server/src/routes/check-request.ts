import { PolyheadError } from '@polyhead/types';
import type { RequestLimits } from '../config.ts';
import type { ModelDescription } from '../inference/model-description.ts';

const loneSurrogate = /\p{Surrogate}/u;

/**
 * Checks texts against the limits of the server, before they take up room in its queue.
 * @param field of the request that they came in, for messages: `texts`
 * @throws {PolyheadError} REQUEST_TOO_LARGE, INVALID_TEXT
 */
export function assertAcceptableTexts(texts: readonly string[], field: string, limits: RequestLimits): void {
  if (texts.length > limits.maxTexts) {
    throw new PolyheadError('REQUEST_TOO_LARGE', {
      message: `The request has ${texts.length} texts; the server accepts ${limits.maxTexts}.`,
      remedy: 'Send them in several requests, or start the server with a greater --max-texts.',
      details: { texts: texts.length, limit: limits.maxTexts },
    });
  }
  texts.forEach((text, index) => {
    const where = field === 'texts' ? `texts.${index}` : field;
    if (text.length > limits.maxCharacters) {
      throw new PolyheadError('REQUEST_TOO_LARGE', {
        message: `The text in "${where}" has ${text.length} characters; the server accepts ${limits.maxCharacters}.`,
        remedy: 'Shorten it, or start the server with a greater --max-characters.',
        details: { field: where, characters: text.length, limit: limits.maxCharacters },
      });
    }
    const position = text.search(loneSurrogate);
    if (position >= 0) {
      throw new PolyheadError('INVALID_TEXT', {
        message: `The text in "${where}" is not well-formed Unicode: half of a surrogate pair stands alone at position ${position}.`,
        remedy: 'It was probably cut inside an emoji; cut texts by code points.',
        details: { field: where, position },
      });
    }
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
