import type { Content } from './content.ts';
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
  const { offsets } = places;
  for (const [index, id] of ids.entries()) {
    const token = places.addedTexts.get(index) ?? toToken(id) ?? '';
    const start = offsets[2 * index] ?? 0;
    const end = offsets[2 * index + 1] ?? 0;
    // With add_prefix_space the first space is not in the source, so there is nothing to trim.
    const isPrefix = settings.addPrefixSpace && (index === 0 || start === 0);
    const before = isPrefix ? 0 : (leading.exec(token)?.[0].length ?? 0);
    const after = trailing.exec(token)?.[0].length ?? 0;
    const trimmedStart = Math.min(start + before, end);
    offsets[2 * index] = trimmedStart;
    if (after > 0 && end >= after) offsets[2 * index + 1] = Math.max(end - after, trimmedStart);
  }
}
