import { compareNaturally, isBrokenRecord, readRecords } from '@polyhead/data';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type JsonValue, type ZeroShotLabel } from '@polyhead/types';
import type { EvaluationSet, EvaluationVariant, LabelVerbalisation } from './evaluation-manifest.ts';

/** The rows of a set that are classified. */
export interface LoadedEvaluationSet {
  readonly texts: readonly string[];
  /** `[texts]` places in `labels`. */
  readonly truth: Int32Array;
  readonly labels: readonly string[];
}

interface Row {
  readonly text: string;
  readonly label: string;
}

/**
 * Reads a set. Rows without a text or a label are left out.
 * @param sample draws at most `limit` rows, which depend on the seed and the name of the set only
 * @throws {PolyheadError} what `readRecords` of @polyhead/data throws; COLUMN_NOT_FOUND, DATA_EMPTY, UNKNOWN_LABEL
 */
export async function loadEvaluationSet(
  set: EvaluationSet,
  sample: { readonly limit: number | undefined; readonly seed: number },
  signal?: AbortSignal,
): Promise<LoadedEvaluationSet> {
  const rows = await readRows(set, signal);
  const found = [...new Set(rows.map(({ label }) => label))].sort(compareNaturally);
  const labels = set.labels === undefined ? found : Object.keys(set.labels);
  const unknown = found.filter((label) => !labels.includes(label));
  if (unknown.length > 0) {
    throw new PolyheadError('UNKNOWN_LABEL', {
      message: `"${set.file}" has labels that the set "${set.name}" does not list: ${unknown.join(', ')}.`,
      remedy: 'List every label of the file under "labels", or leave out rows with "where".',
      details: { file: set.file, labels: unknown },
    });
  }
  const places = new Map(labels.map((label, place) => [label, place]));
  const chosen = drawRows(rows.length, sample.limit, `${sample.seed} ${set.name}`);
  const kept = Array.from(chosen, (index) => rows[index] ?? { text: '', label: '' });
  return {
    texts: kept.map(({ text }) => text),
    truth: Int32Array.from(kept, ({ label }) => places.get(label) ?? 0),
    labels,
  };
}

async function readRows(set: EvaluationSet, signal: AbortSignal | undefined): Promise<Row[]> {
  const rows: Row[] = [];
  const column = set.text ?? 'text';
  const wanted = [column, set.label, ...Object.keys(set.where)];
  const seen = new Set<string>();
  for await (const record of readRecords(set.file, { signal })) {
    if (isBrokenRecord(record)) continue;
    for (const name of Object.keys(record.values)) seen.add(name);
    const text = record.values[column];
    const label = toLabel(record.values[set.label]);
    const counts = Object.entries(set.where).every(([name, value]) => record.values[name] === value);
    if (counts && typeof text === 'string' && text.trim() !== '' && label !== undefined) rows.push({ text, label });
  }
  const missing = wanted.filter((name) => !seen.has(name));
  if (missing.length > 0) {
    throw new PolyheadError('COLUMN_NOT_FOUND', {
      message: `"${set.file}" has no column ${missing.map((name) => `"${name}"`).join(', ')}; it has ${[...seen].join(', ')}.`,
      remedy: 'Name the columns of the set with "text" and "label".',
      details: { file: set.file, columns: missing },
    });
  }
  if (rows.length > 0) return rows;
  throw new PolyheadError('DATA_EMPTY', {
    message: `"${set.file}" has no row with a text and a label for the set "${set.name}".`,
    details: { file: set.file },
  });
}

function toLabel(value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const label = String(value).trim();
  return label === '' ? undefined : label;
}

function drawRows(count: number, limit: number | undefined, seed: string): Int32Array {
  const all = Int32Array.from({ length: count }, (_, index) => index);
  if (limit === undefined || limit >= count) return all;
  return createRandomGenerator(0).fork(seed).shuffle(all).slice(0, limit).sort();
}

/** The labels of a set as a variant says them. */
export function verbaliseLabels(
  labels: readonly string[],
  set: EvaluationSet,
  variant: EvaluationVariant,
): ZeroShotLabel[] {
  return labels.map((label) => {
    const given = variant.labels === 'plain' ? undefined : set.labels?.[label];
    return { label, ...toWordings(given ?? label.replaceAll('_', ' ')) };
  });
}

function toWordings(verbalisation: LabelVerbalisation): Omit<ZeroShotLabel, 'label'> {
  if (typeof verbalisation === 'string') return { wordings: [verbalisation] };
  return isList(verbalisation) ? { wordings: verbalisation } : verbalisation;
}

function isList(verbalisation: LabelVerbalisation): verbalisation is readonly string[] {
  return Array.isArray(verbalisation);
}
