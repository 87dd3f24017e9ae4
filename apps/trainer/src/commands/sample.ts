import { extname, resolve } from 'node:path';
import {
  assertEnoughClasses,
  countLabels,
  formatCsvRow,
  isBrokenRecord,
  loadLabeledTexts,
  readRecords,
  samplePerClass,
  selectTargets,
  type CsvCell,
  type DataRecord,
} from '@polyhead/data';
import { createRandomGenerator } from '@polyhead/numerics';
import { PolyheadError, type JsonValue } from '@polyhead/types';
import { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatTable } from '../output/table.ts';
import { writeLines } from '../output/text-output.ts';
import { addColumnOptions, parseInteger, toColumns, type ColumnFlags } from './data-options.ts';

interface SampleFlags extends ColumnFlags {
  readonly data: string;
  readonly shots: number;
  readonly seed: number;
  readonly output: string;
}

type Values = DataRecord['values'];

const formats = { '.csv': toCsvLines, '.jsonl': toJsonLines } as const;

/** `polyhead sample`: some rows of each class of a file, with all their columns. */
export function createSampleCommand(context: CommandContext): Command {
  const command = new Command('sample')
    .description('Write a few rows of each class of a labelled file, for few-shot training.')
    .requiredOption('--data <file>', 'labelled file: .csv, .tsv, .jsonl, .json or .parquet')
    .requiredOption('--shots <count>', 'rows of each class; a class with fewer gives all it has', parseInteger)
    .requiredOption('--output <file>', 'file to write: .csv or .jsonl')
    .option('--seed <number>', 'same seed, same rows', parseInteger, 42);
  return addColumnOptions(command).action((flags: SampleFlags) => sample(flags, context));
}

async function sample(flags: SampleFlags, { logger, progress, signal, terminal }: CommandContext): Promise<void> {
  const { data, shots, seed, output: file } = flags;
  const toLines = chooseLines(file);
  assertPossible(flags);
  const listeners = { signal, onProgress: progress.onProgress };
  const loaded = await loadLabeledTexts(data, { ...toColumns(flags), ...listeners });
  const { fileRows, problems, targets } = loaded;
  assertEnoughClasses(targets, data);
  const chosen = samplePerClass(targets, { count: shots, random: createRandomGenerator(seed) });
  const rows = new Set(Array.from(chosen, (row) => fileRows[row] ?? -1));
  const records: Values[] = [];
  for await (const record of readRecords(data, listeners)) {
    if (rows.has(record.row) && !isBrokenRecord(record)) records.push(record.values);
  }
  await writeLines(toLines(records), { file, output: terminal.output, signal });
  progress.clear();
  for (const { row, reason } of problems) logger.warn(`${data}:${row} left out: ${reason}.`);
  const available = countLabels(targets);
  const drawn = countLabels(selectTargets(targets, chosen));
  const counts = targets.labels.map((label, place) => [label, available[place], drawn[place]]);
  terminal.output.write(formatTable(['label', 'rows', 'in the sample'], counts));
}

function chooseLines(file: string): (records: readonly Values[]) => AsyncIterable<string> {
  const ending = extname(file).toLowerCase();
  if (ending === '.csv' || ending === '.jsonl') return formats[ending];
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `A sample cannot be written to "${file}": its ending says no format that is written.`,
    remedy: 'Name a .csv or .jsonl file.',
    details: { file },
  });
}

function assertPossible({ data, shots, output }: SampleFlags): void {
  if (shots < 1) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The number of rows of each class is ${shots}.`,
      remedy: 'Give a whole number from 1 with --shots.',
      details: { shots },
    });
  }
  if (resolve(data) !== resolve(output)) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The sample would take the place of the data ("${data}").`,
    remedy: 'Give another file with --output.',
    details: { file: data },
  });
}

// eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what writeLines takes
async function* toJsonLines(records: readonly Values[]): AsyncIterable<string> {
  for (const values of records) yield JSON.stringify(values);
}

/** Rows of JSON files may lack columns that others have. */
// eslint-disable-next-line @typescript-eslint/require-await -- an async generator is what writeLines takes
async function* toCsvLines(records: readonly Values[]): AsyncIterable<string> {
  const columns = [...new Set(records.flatMap((values) => Object.keys(values)))];
  yield formatCsvRow(columns);
  for (const values of records) yield formatCsvRow(columns.map((column) => toCell(values[column])));
}

/** Lists and objects are written as JSON; the reader takes a JSON list in a cell for a list of labels. */
function toCell(value: JsonValue | undefined): CsvCell {
  if (value === undefined || value === null) return null;
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
