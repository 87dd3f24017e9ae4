import { escapePattern } from '../patterns.ts';
import { prependText, replaceMatches, type TrackedText } from '../tracked-text.ts';
import { splitByPattern } from './split.ts';

/** Which pieces get the replacement put before them: each, only the one that begins the text, or none. */
export type PrependScheme = 'always' | 'first' | 'never';

/** The settings of a Metaspace pre-tokenizer. */
export interface MetaspaceSettings {
  readonly replacement: string;
  readonly prependScheme: PrependScheme;
  /** True if words are split off; false leaves the text in one piece. */
  readonly split: boolean;
}

/** sentencepiece's pre-tokenizer: spaces become a visible character, which begins each word. */
export function createMetaspace(settings: MetaspaceSettings): (source: TrackedText) => TrackedText[] {
  const { replacement, prependScheme } = settings;
  const splitter = new RegExp(escapePattern(replacement), 'gu');
  return (source) => {
    let text = source.text.includes(' ') ? replaceMatches(source, / /g, replacement) : source;
    const prepends = prependScheme === 'always' || (prependScheme === 'first' && source.atStart);
    if (prepends && !text.text.startsWith(replacement)) text = prependText(text, replacement);
    if (!settings.split || text.text.lastIndexOf(replacement) <= 0) return text.text === '' ? [] : [text];
    return splitByPattern(text, splitter, { behavior: 'MergedWithNext', invert: false });
  };
}
