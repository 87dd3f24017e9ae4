import type { Content } from './content.ts';
import { widthAt } from './kernels/alignment.ts';
import { spaceCharacter } from './pre-tokenizers/byte-level.ts';

const leading = new RegExp(`^[${spaceCharacter}\\p{White_Space}]+`, 'u');
const trailing = new RegExp(`[${spaceCharacter}\\p{White_Space}]+$`, 'u');

/** Moves offsets past the spaces that byte-level tokens carry, as the Rust tokenizers do; changes them in place. */
export function trimOffsets(
  content: Content,
  toToken: (id: number) => string | undefined,
  settings: { readonly addPrefixSpace: boolean },
): void {
  const { ids, places } = content;
  if (places === undefined) return;
  const { offsets, text } = places;
  for (const [index, id] of ids.entries()) {
    const token = places.addedTexts.get(index) ?? toToken(id) ?? '';
    const start = offsets[2 * index] ?? 0;
    const end = offsets[2 * index + 1] ?? 0;
    const spaces = leading.exec(token)?.[0].length ?? 0;
    // With add_prefix_space a single first space is not in the source, so there is nothing to trim.
    const isPrefix = settings.addPrefixSpace && spaces === 1 && (index === 0 || start === 0);
    const before = isPrefix ? 0 : spaces;
    const after = trailing.exec(token)?.[0].length ?? 0;
    const trimmedStart = Math.min(step(text, start, before), end);
    offsets[2 * index] = trimmedStart;
    offsets[2 * index + 1] = Math.max(stepBack(text, end, after), trimmedStart);
  }
}

function step(text: string, from: number, characters: number): number {
  let at = from;
  for (let left = characters; left > 0; left -= 1) at += widthAt(text, at);
  return at;
}

/** As in the Rust code, nothing is trimmed where there are not enough characters. */
function stepBack(text: string, from: number, characters: number): number {
  let at = from;
  for (let left = characters; left > 0; left -= 1) {
    if (at <= 0) return from;
    at -= at >= 2 && widthAt(text, at - 2) === 2 ? 2 : 1;
  }
  return at;
}
