import { PolyheadError } from '@polyhead/types';

const loneSurrogate = /\p{Surrogate}/u;

/**
 * Checks that every text is a string of well-formed Unicode. The empty string is.
 * @param offset index of the first text in what the caller gave, for messages
 * @param nameOf what messages call the text of an index
 * @throws {PolyheadError} INVALID_TEXT
 */
export function assertTexts(
  texts: readonly string[],
  offset = 0,
  nameOf: (index: number) => string = (index) => `Text ${index}`,
): void {
  texts.forEach((text: unknown, position) => {
    const index = offset + position;
    if (typeof text !== 'string') {
      throw new PolyheadError('INVALID_TEXT', {
        message: `${nameOf(index)} is ${text === null ? 'null' : `of type ${typeof text}`}, not a string.`,
        remedy: 'Give an empty string where there is no text.',
        details: { index },
      });
    }
    const match = loneSurrogate.exec(text);
    if (match !== null) {
      throw new PolyheadError('INVALID_TEXT', {
        message: `${nameOf(index)} is not well-formed Unicode: half of a surrogate pair stands alone at position ${match.index}.`,
        remedy: 'It was probably cut inside an emoji; cut texts by code points, or call toWellFormed().',
        details: { index, position: match.index },
      });
    }
  });
}
