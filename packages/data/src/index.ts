export { readRecords, type DataSource, type ReadRecordsOptions } from './readers/read-records.ts';
export { isBrokenRecord, type BrokenRecord, type DataRecord, type RecordResult } from './readers/record.ts';
export { formatOfPath, knownEndings, type DataFormat, type FileFormat } from './readers/data-format.ts';
export { readTexts, type NumberedText, type ReadTextsOptions } from './read-texts.ts';
export { loadLabeledTexts, type LoadedTexts, type LoadLabeledTextsOptions } from './load-labeled-texts.ts';
export { loadColumns, type LoadColumnsOptions, type LoadedColumns } from './load-columns.ts';
export type { LoadedHead } from './targets/head-rows.ts';
export { findTextColumn } from './find-text-column.ts';
export type { ResolvedTargetColumns, TargetColumns } from './targets/target-columns.ts';
export type { BrokenRowOptions } from './row-problems.ts';
export { assertEnoughClasses, countLabels, toLabelSet, type LabelSet } from './label-set.ts';
export { compareNaturally } from './natural-order.ts';
export { countRows, labelsOfRow, selectRows, selectTargets } from './select-rows.ts';
export { stratifiedSplit, type Split, type SplitOptions } from './split.ts';
export { samplePerClass, type SamplePerClassOptions } from './few-shot/sample-per-class.ts';
export { assertFewShotExamples } from './few-shot/assert-few-shot-examples.ts';
export { joinExamples } from './few-shot/join-examples.ts';
export { templatedExamples, type TemplatedExamplesOptions } from './few-shot/templated-examples.ts';
export { balancedBatches, type BalancedBatchesOptions } from './pairs/balanced-batches.ts';
export { allPairs, createLikeness, toGroupBatch, type Likeness } from './pairs/batch-pairs.ts';
export {
  drawPairs,
  type DrawnPair,
  type DrawnPairs,
  type DrawPairsOptions,
  type PairStrategy,
} from './pairs/draw-pairs.ts';
export { drawTriplets, type DrawnTriplet } from './pairs/draw-triplets.ts';
export type { RowPair } from './pairs/pair-space.ts';
export {
  findDuplicates,
  findLeaks,
  type DuplicateReport,
  type LeakExample,
  type LeakReport,
  type QualityOptions,
  type RowLabels,
  type TextOccurrences,
} from './quality.ts';
export { normalizeText } from './normalized-text.ts';
export { formatCsvRow, type CsvCell } from './format-csv-row.ts';
export { nliClasses, parseNliLabel, toNliClass, type NliLabel, type NliPair } from './nli/nli-label.ts';
export { loadNliPairs, type LoadedNliPairs, type LoadNliPairsOptions } from './nli/load-nli-pairs.ts';
export {
  loadClassifiedTexts,
  type ClassifiedTexts,
  type LoadClassifiedTextsOptions,
} from './nli/load-classified-texts.ts';
export { createLabelHypotheses, type LabelHypothesesOptions, type LabelWording } from './nli/label-hypotheses.ts';
export { nearestWrongLabels, type NearestWrongLabelsInput } from './nli/nearest-wrong-labels.ts';
export { drawTexts, type DrawnTexts, type DrawTextsInput, type DrawTextsOptions } from './nli/draw-texts.ts';
export { entailmentPairs, type EntailmentPairsOptions, type HardWrongLabels } from './nli/entailment-pairs.ts';
export { loadExcludedTexts, pairKey, type ExcludedTexts, type JudgedFile } from './nli/excluded-texts.ts';
