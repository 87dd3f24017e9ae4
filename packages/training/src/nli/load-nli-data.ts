import { loadExcludedTexts, pairKey, toNliClass, type NliPair } from '@polyhead/data';
import { PolyheadError, type RandomGenerator, type RowProblem } from '@polyhead/types';
import { loadNliSource, type LoadSourceOptions } from './load-nli-source.ts';
import type { ChosenNliConfig, NliSourceConfig } from './nli-config.ts';
import type { NliExamples } from './nli-examples.ts';

/** What became of a source. */
export interface NliSourceCounts {
  /** Pairs that are used. */
  readonly pairs: number;
  readonly entailment: number;
  /** Pairs or texts left out because the model is judged by them. */
  readonly excluded: number;
  /** Pairs that another source or row has too. */
  readonly repeated: number;
  /** Pairs left out because equal ones have other labels. */
  readonly contradictory: number;
  readonly skipped_rows: number;
}

/** The pairs of a job. */
export interface NliData {
  /** One a source. */
  readonly train: readonly NliExamples[];
  readonly validation: readonly NliExamples[];
  readonly test: readonly NliExamples[];
  readonly counts: Readonly<Record<string, NliSourceCounts>>;
  readonly problems: readonly RowProblem[];
}

/**
 * Reads all pairs of a job. Training pairs are made different from each other and from those that the model is judged by.
 * @throws {PolyheadError} of reading, COLUMN_NOT_FOUND, UNKNOWN_LABEL, BROKEN_ROWS, INVALID_ARGUMENT, TOO_FEW_EXAMPLES
 */
export async function loadNliData(
  config: ChosenNliConfig,
  { findNearest, signal, random }: Pick<LoadSourceOptions, 'findNearest' | 'signal' | 'random'>,
): Promise<NliData> {
  const judged = await loadAll([...config.validation, ...config.test], { random: random.fork('judged'), signal });
  const excluded = await loadExcludedTexts([...config.validation, ...config.test, ...config.exclude], { signal });
  const loaded = await loadAll(config.sources, { random, excluded, findNearest, signal });
  const cleaned = removeRepeated(loaded, config.classes);
  const { train, validation } = holdOut(cleaned, config, random.fork('validation'));
  assertEnough(train);
  // By their places: sets of both lists may have the same name.
  const validationSets = judged.slice(0, config.validation.length);
  return {
    train: train.map(({ name, pairs }) => ({ name, pairs })),
    validation: [...validation, ...validationSets],
    test: judged.slice(config.validation.length),
    counts: Object.fromEntries(cleaned.map((source) => [source.name, toCounts(source)])),
    problems: [...judged, ...loaded].flatMap(({ problems }) => problems),
  };
}

interface Source extends NliExamples {
  readonly excluded: number;
  readonly problems: readonly RowProblem[];
}

async function loadAll(sources: readonly NliSourceConfig[], options: LoadSourceOptions): Promise<Source[]> {
  const loaded: Source[] = [];
  for (const source of sources) loaded.push({ name: source.name, ...(await loadNliSource(source, options)) });
  return loaded;
}

interface CleanedSource extends Source {
  readonly repeated: number;
  readonly contradictory: number;
}

/** Leaves the first of equal pairs, and none of those whose labels contradict each other. */
function removeRepeated(sources: readonly Source[], classes: 2 | 3): CleanedSource[] {
  const labels = new Map<string, string | undefined>();
  for (const pair of sources.flatMap(({ pairs }) => pairs)) {
    const key = pairKey(pair);
    const label = toNliClass(pair.label, classes) ?? pair.label;
    labels.set(key, labels.has(key) && labels.get(key) !== label ? undefined : label);
  }
  const seen = new Set<string>();
  return sources.map((source) => {
    let [repeated, contradictory] = [0, 0];
    const pairs = source.pairs.filter((pair) => {
      const key = pairKey(pair);
      if (labels.get(key) === undefined) contradictory += 1;
      else if (seen.has(key)) repeated += 1;
      else {
        seen.add(key);
        return true;
      }
      return false;
    });
    return { ...source, pairs, repeated, contradictory };
  });
}

/** Without validation sources, some premises with all their pairs are held out. */
function holdOut(
  sources: readonly CleanedSource[],
  { validation, validationShare }: ChosenNliConfig,
  random: RandomGenerator,
): { readonly train: readonly NliExamples[]; readonly validation: readonly NliExamples[] } {
  if (validation.length > 0 || validationShare === 0) return { train: sources, validation: [] };
  const premises = [...new Set(sources.flatMap(({ pairs }) => pairs.map(({ premise }) => premise)))];
  const held = new Set(random.shuffle(premises).slice(0, Math.ceil(validationShare * premises.length)));
  const isHeld = ({ premise }: NliPair): boolean => held.has(premise);
  return {
    train: sources.map(({ name, pairs }) => ({ name, pairs: pairs.filter((pair) => !isHeld(pair)) })),
    validation: [{ name: 'held out', pairs: sources.flatMap(({ pairs }) => pairs.filter(isHeld)) }],
  };
}

function toCounts({ pairs, excluded, repeated, contradictory, problems }: CleanedSource): NliSourceCounts {
  const entailment = pairs.filter(({ label }) => label === 'entailment').length;
  return { pairs: pairs.length, entailment, excluded, repeated, contradictory, skipped_rows: problems.length };
}

function assertEnough(sources: readonly NliExamples[]): void {
  const labels = new Set(sources.flatMap(({ pairs }) => pairs.map(({ label }) => label === 'entailment')));
  if (labels.size === 2) return;
  throw new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `Of the training pairs ${labels.has(true) ? 'all are' : 'none is'} entailment, so there is nothing to learn.`,
    remedy: 'Add sources that have both, or check the label column.',
    details: { sources: sources.map(({ name }) => name) },
  });
}
