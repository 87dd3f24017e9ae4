import { PolyheadError, type LongOperationOptions } from '@polyhead/types';
import { normalizeText } from '../normalized-text.ts';
import { readRecords } from '../readers/read-records.ts';
import { isBrokenRecord } from '../readers/record.ts';
import type { NliPair } from './nli-label.ts';

/** Pairs and texts that must not be trained on, because a model is judged by them. */
export interface ExcludedTexts {
  hasPair(pair: Pick<NliPair, 'premise' | 'hypothesis'>): boolean;
  hasText(text: string): boolean;
}

/** A file that a model is judged by. */
export interface JudgedFile {
  readonly file: string;
  /** Column with first texts of pairs. @default 'premise' */
  readonly premise?: string | undefined;
  /** Column with second texts of pairs. @default 'hypothesis' */
  readonly hypothesis?: string | undefined;
  /** Column with texts. @default 'text' */
  readonly text?: string | undefined;
}

/** The key of a pair: equal for pairs that differ in casing and white space only. */
export function pairKey({ premise, hypothesis }: Pick<NliPair, 'premise' | 'hypothesis'>): string {
  return `${normalizeText(premise)}\0${normalizeText(hypothesis)}`;
}

/**
 * Reads the files that a model will be judged by: rows with a premise and a hypothesis count as pairs, rows with a text as texts.
 * @throws {PolyheadError} what `readRecords` throws; COLUMN_NOT_FOUND for a file whose rows have neither
 */
export async function loadExcludedTexts(
  files: readonly (string | JudgedFile)[],
  options: LongOperationOptions = {},
): Promise<ExcludedTexts> {
  const pairs = new Set<string>();
  const texts = new Set<string>();
  for (const given of files) {
    const columns = typeof given === 'string' ? { file: given } : given;
    let [rows, found] = [0, 0];
    for await (const record of readRecords(columns.file, options)) {
      if (isBrokenRecord(record)) continue;
      rows += 1;
      const premise = record.values[columns.premise ?? 'premise'];
      const hypothesis = record.values[columns.hypothesis ?? 'hypothesis'];
      const text = record.values[columns.text ?? 'text'];
      const isPair = typeof premise === 'string' && typeof hypothesis === 'string';
      if (isPair) pairs.add(pairKey({ premise, hypothesis }));
      else if (typeof text === 'string') texts.add(normalizeText(text));
      if (isPair || typeof text === 'string') found += 1;
    }
    // Such a file would exclude nothing, and the model be judged by what it was trained on.
    if (rows > 0 && found === 0) throw withoutTexts(columns);
  }
  return { hasPair: (pair) => pairs.has(pairKey(pair)), hasText: (text) => texts.has(normalizeText(text)) };
}

function withoutTexts({
  file,
  premise = 'premise',
  hypothesis = 'hypothesis',
  text = 'text',
}: JudgedFile): PolyheadError {
  return new PolyheadError('COLUMN_NOT_FOUND', {
    message: `No row of "${file}" has texts in the columns "${premise}" and "${hypothesis}", nor in "${text}", so nothing can be excluded by it.`,
    remedy: 'Rename its columns, or leave the file out.',
    details: { file },
  });
}
