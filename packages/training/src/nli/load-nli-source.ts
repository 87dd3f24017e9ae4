import {
  createLabelHypotheses,
  drawTexts,
  entailmentPairs,
  loadClassifiedTexts,
  loadNliPairs,
  type ExcludedTexts,
  type HardWrongLabels,
  type LoadClassifiedTextsOptions,
  type LoadNliPairsOptions,
  type NliPair,
} from '@polyhead/data';
import type { RandomGenerator, RowProblem } from '@polyhead/types';
import type { LabelledHypotheses } from './hard-labels.ts';
import type { NliSourceConfig } from './nli-config.ts';

/** What loading a source may use. */
export interface LoadSourceOptions {
  readonly random: RandomGenerator;
  /** Pairs and texts that are left out. */
  readonly excluded?: ExcludedTexts | undefined;
  /** Finds hard wrong labels. @default wrong labels are drawn at random */
  readonly findNearest?: ((texts: LabelledHypotheses, among: number) => Promise<readonly Int32Array[]>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The pairs of a source. */
export interface LoadedSource {
  readonly pairs: readonly NliPair[];
  /** Pairs or texts that were left out because a model is judged by them. */
  readonly excluded: number;
  readonly problems: readonly RowProblem[];
}

const defaultTemplates: readonly string[] = ['This text is about {}.'];

/**
 * Reads a source; labelled texts become pairs.
 * @throws {PolyheadError} of reading, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, INVALID_ARGUMENT
 */
export async function loadNliSource(source: NliSourceConfig, options: LoadSourceOptions): Promise<LoadedSource> {
  const random = options.random.fork(`source ${source.name}`);
  const loaded =
    source.kind === 'pairs'
      ? await loadPairs(source, options)
      : await convertTexts(source, { ...options, random: random.fork('pairs') });
  // Of labelled texts the share was drawn before they became pairs.
  const share = source.kind === 'pairs' ? source.share : 1;
  const count = Math.min(source.limit ?? Infinity, Math.round(share * loaded.pairs.length));
  if (count >= loaded.pairs.length) return loaded;
  const order = random.fork('share').shuffle(Int32Array.from(loaded.pairs.keys())).slice(0, count).sort();
  return { ...loaded, pairs: Array.from(order).flatMap((place) => loaded.pairs[place] ?? []) };
}

async function loadPairs(source: NliSourceConfig, { excluded, signal }: LoadSourceOptions): Promise<LoadedSource> {
  const { premise, hypothesis, label, labelNames } = source;
  const columns: LoadNliPairsOptions = { premise, hypothesis, label, labelNames, signal };
  const { pairs, problems } = await loadNliPairs(source.file, columns);
  const kept = excluded === undefined ? pairs : pairs.filter((pair) => !excluded.hasPair(pair));
  return { pairs: kept, excluded: pairs.length - kept.length, problems };
}

async function convertTexts(source: NliSourceConfig, options: LoadSourceOptions): Promise<LoadedSource> {
  const { text, label, labels, where, maximumLabels, ignored, wordings } = source;
  const columns: LoadClassifiedTextsOptions = {
    ...{ text, label, labels, where, maximumLabels, ignored },
    signal: options.signal,
  };
  const loaded = await loadClassifiedTexts(source.file, columns);
  const hypotheses = createLabelHypotheses(loaded.labels, {
    templates: source.templates ?? defaultTemplates,
    wordings,
  });
  const { excluded } = options;
  const kept = Array.from(loaded.texts.keys()).filter((row) => excluded?.hasText(loaded.texts[row] ?? '') !== true);
  const { perLabel, draws, limit, share } = source;
  const input = {
    texts: kept.map((row) => loaded.texts[row] ?? ''),
    labelsOfText: kept.map((row) => loaded.labelsOfText[row] ?? []),
    hypotheses,
  };
  const drawn = drawTexts(input, { perLabel, share, limit, draws, random: options.random.fork('texts') });
  const hard = await findHardLabels(source, drawn, options);
  const pairs = entailmentPairs(drawn, { draws, hard, random: options.random });
  return { pairs, excluded: loaded.texts.length - kept.length, problems: loaded.problems };
}

/** With two labels there is only one wrong one. */
async function findHardLabels(
  { hardShare, hardAmong }: NliSourceConfig,
  input: LabelledHypotheses,
  { findNearest }: LoadSourceOptions,
): Promise<HardWrongLabels | undefined> {
  if (findNearest === undefined || hardShare === 0 || input.hypotheses.length < 3) return undefined;
  return { nearest: await findNearest(input, hardAmong), share: hardShare };
}
