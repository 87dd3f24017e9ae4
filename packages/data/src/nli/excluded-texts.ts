import type { LongOperationOptions } from '@polyhead/types';
import { normalizeText } from '../normalized-text.ts';
import { readRecords } from '../readers/read-records.ts';
import { isBrokenRecord } from '../readers/record.ts';
import type { NliPair } from './nli-label.ts';

/** Pairs and texts that must not be trained on, because a model is judged by them. */
export interface ExcludedTexts {
  hasPair(pair: Pick<NliPair, 'premise' | 'hypothesis'>): boolean;
  hasText(text: string): boolean;
}

/** The key of a pair: equal for pairs that differ in casing and white space only. */
export function pairKey({ premise, hypothesis }: Pick<NliPair, 'premise' | 'hypothesis'>): string {
  return `${normalizeText(premise)}\0${normalizeText(hypothesis)}`;
}

/**
 * Reads the files that a model will be judged by: rows with a premise and a hypothesis count as pairs, rows with a text as texts.
 * @throws {PolyheadError} what `readRecords` throws
 */
export async function loadExcludedTexts(
  files: readonly string[],
  options: LongOperationOptions = {},
): Promise<ExcludedTexts> {
  const pairs = new Set<string>();
  const texts = new Set<string>();
  for (const file of files) {
    for await (const record of readRecords(file, options)) {
      if (isBrokenRecord(record)) continue;
      const { premise, hypothesis, text } = record.values;
      if (typeof premise === 'string' && typeof hypothesis === 'string') pairs.add(pairKey({ premise, hypothesis }));
      else if (typeof text === 'string') texts.add(normalizeText(text));
    }
  }
  return { hasPair: (pair) => pairs.has(pairKey(pair)), hasText: (text) => texts.has(normalizeText(text)) };
}
