import { isBrokenRecord, readRecords } from '@polyhead/data';
import type { NliSourceConfigInput } from '@polyhead/training';
import { PolyheadError, type ZeroShotLabel } from '@polyhead/types';
import type { CommandContext } from '../command-context.ts';
import { withoutUndefined } from './data-options.ts';
import { readLabelFile } from './label-file.ts';
import { toFlag } from './method-options.ts';

/** Flags about the columns of files for the task nli, and about labelled texts that become pairs. */
export interface NliSourceFlags {
  readonly text?: string;
  readonly label?: string;
  readonly labels?: string;
  readonly labelsFile?: string;
  readonly template?: readonly string[] | true;
  readonly shots?: number;
}

/** Flags that only labelled texts have a use for. */
const ofLabelledTexts = ['text', 'labels', 'labelsFile', 'template', 'shots'] as const;

/** All flags about files of the task nli. */
export const nliSourceFlags: readonly (keyof NliSourceFlags)[] = ['label', ...ofLabelledTexts];

/** Files of one task nli, by what they are for. */
export interface NliFiles {
  readonly sources: readonly string[];
  readonly validation: readonly string[];
  readonly test: readonly string[];
}

/**
 * Sources from files: what each of them holds, pairs or labelled texts, is told by its columns. Only the texts that are trained
 * on are limited to so many a label.
 * @throws {PolyheadError} COLUMN_NOT_FOUND; INVALID_ARGUMENT for flags about labelled texts where there are none; what
 *   reading files throws
 */
export async function toNliSources(
  { sources, validation, test }: NliFiles,
  flags: NliSourceFlags,
  context: CommandContext,
): Promise<Record<keyof NliFiles, NliSourceConfigInput[]>> {
  const classification = await toClassification(flags);
  const { shots, ...judged } = flags;
  const trained = { ...classification, ...withoutUndefined({ perLabel: shots }) };
  const open = (files: readonly string[], fields: Classification): Promise<NliSourceConfigInput[]> =>
    Promise.all(files.map((file) => toSource(file, { fields, flags: judged, context })));
  const opened = {
    sources: await open(sources, trained),
    validation: await open(validation, classification),
    test: await open(test, classification),
  };
  assertUsed(flags, opened.sources);
  return opened;
}

type Classification = Partial<Omit<NliSourceConfigInput, 'file'>>;

async function toClassification({
  text,
  label,
  labels,
  template,
  labelsFile,
}: NliSourceFlags): Promise<Classification> {
  const templates = template === true ? undefined : template;
  const wordings = labelsFile === undefined ? undefined : toWordings(await readLabelFile(labelsFile));
  return { kind: 'classification', ...withoutUndefined({ text, label, labels, templates, wordings }) };
}

function toWordings(labels: readonly (string | ZeroShotLabel)[]): NonNullable<NliSourceConfigInput['wordings']> {
  const entries = labels.flatMap((entry) => {
    if (typeof entry === 'string') return [];
    const { label, wordings, descriptions, templates } = entry;
    const list = typeof templates === 'string' ? [templates] : templates;
    return [[label, withoutUndefined({ wordings, descriptions, templates: list })] as const];
  });
  return Object.fromEntries(entries);
}

async function toSource(
  file: string,
  job: { readonly fields: Classification; readonly flags: NliSourceFlags; readonly context: CommandContext },
): Promise<NliSourceConfigInput> {
  const { fields, flags, context } = job;
  const columns = await readColumns(file, context.signal);
  if (columns.includes('premise') && columns.includes('hypothesis')) {
    return { file, ...withoutUndefined({ label: flags.label }) };
  }
  const text = flags.text ?? 'text';
  if (columns.includes(text)) {
    context.logger.info(`"${file}": labelled texts, which become pairs with sentences about their labels.`);
    return { file, ...fields };
  }
  throw new PolyheadError('COLUMN_NOT_FOUND', {
    message: `"${file}" has neither the columns "premise" and "hypothesis" nor the column "${text}". Its columns are: ${columns.map((name) => `"${name}"`).join(', ')}.`,
    remedy: 'Name the column with the texts by --text, or describe the file in a configuration (docs/nli.md).',
    details: { file, columns },
  });
}

/** Those of the first row that can be read. */
async function readColumns(file: string, signal: AbortSignal): Promise<string[]> {
  for await (const record of readRecords(file, { signal })) {
    if (!isBrokenRecord(record)) return Object.keys(record.values);
  }
  return [];
}

function assertUsed(flags: NliSourceFlags, sources: readonly NliSourceConfigInput[]): void {
  const given = ofLabelledTexts.filter((name) => flags[name] !== undefined).map(toFlag);
  if (given.length === 0 || sources.some(({ kind }) => kind === 'classification')) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `${given.join(', ')} is about labelled texts, but the data are pairs of premise and hypothesis.`,
    remedy: 'Leave it out.',
  });
}
