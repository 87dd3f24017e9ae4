import { join } from 'node:path';
import { z } from 'zod';
import { pathExists } from '@polyhead/files';
import { hasTemperature } from '@polyhead/heads';
import { PolyheadError, type JsonObject, type JsonValue, type ModelManifest } from '@polyhead/types';
import { toJson } from './evaluation.ts';
import { files, headWeightsFile } from './folder-layout.ts';
import { recoverModel } from './model-lock.ts';
import { isHeadName } from './names.ts';
import { readModelJson } from './read-model-json.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 of 64 hexadecimal digits');
const positive = z.number().int().positive();
const jsonObject = z.record(z.string(), z.json());

const labels = z
  .array(z.string().min(1, 'a label must not be empty'))
  .min(1, 'there must be at least one label')
  .superRefine((list, context) => {
    const seen = new Set<string>();
    list.forEach((label, index) => {
      if (seen.has(label)) context.addIssue({ code: 'custom', message: `"${label}" occurs twice`, path: [index] });
      seen.add(label);
    });
  });

const head = z
  .object({
    name: z.string().refine(isHeadName, 'must be lower-case letters, digits, "_" and "-", and not "model"'),
    type: z.string().min(1),
    task: z.enum(['single-label', 'multi-label', 'regression']),
    labels,
    displayNames: z.record(z.string(), z.string().min(1)).optional(),
    activation: z.enum(['softmax', 'sigmoid', 'normalized-sigmoid', 'identity']),
    dimension: positive,
    file: z.string(),
    digest,
    options: jsonObject,
    settings: jsonObject,
    trainedAt: z.iso.datetime(),
    calibration: z.object({ temperature: z.number().positive(), fittedOn: z.string() }).optional(),
    abstention: z.object({ threshold: z.number().min(0).max(1), chosenBy: z.string() }).optional(),
  })
  .superRefine((value, context) => {
    const file = headWeightsFile(value.name);
    if (value.file !== file) context.addIssue({ code: 'custom', message: `must be "${file}"`, path: ['file'] });
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', message, path: [field] });
    if (value.calibration !== undefined && !hasTemperature(value))
      refuse('calibration', 'its scores have no temperature');
    if (value.abstention !== undefined && value.task !== 'single-label') {
      refuse('abstention', 'only single-label heads abstain');
    }
    const known = new Set(value.labels);
    for (const label of Object.keys(value.displayNames ?? {})) {
      if (known.has(label)) continue;
      context.addIssue({ code: 'custom', message: `"${label}" is not a label`, path: ['displayNames'] });
    }
  });

const encoder = z.object({
  reference: z.string().min(1),
  digest,
  dimension: positive,
  maximumLength: positive,
  pooling: z.enum(['cls', 'mean', 'max', 'mean-sqrt-length', 'last']),
  normalized: z.boolean(),
  prompt: z.string(),
  longText: z.enum(['truncate', 'windows']),
  graph: z.enum(['built', 'file']),
  storage: z.enum(['referenced', 'copied']),
  license: z.string().min(1).optional(),
});

/** The schema of polyhead.json, version 1. */
const manifestSchema: z.ZodType<ModelManifest> = z
  .object({
    format: z.literal('polyhead'),
    version: z.literal(1),
    createdBy: z.string().min(1),
    encoder,
    heads: z.array(head).min(1, 'there must be at least one head'),
  })
  .superRefine((value, context) => {
    const names = new Set<string>();
    value.heads.forEach((entry, index) => {
      if (names.has(entry.name)) {
        context.addIssue({ code: 'custom', message: `"${entry.name}" occurs twice`, path: ['heads', index, 'name'] });
      }
      names.add(entry.name);
      if (entry.dimension === value.encoder.dimension) return;
      const message = `is ${entry.dimension}, but the encoder's dimension is ${value.encoder.dimension}`;
      context.addIssue({ code: 'custom', message, path: ['heads', index, 'dimension'] });
    });
  });

/** The version of the format that this release reads and writes. */
export const manifestVersion = 1;

/**
 * Checks the content of a polyhead.json.
 * @param file the path shown in messages
 * @throws {PolyheadError} MODEL_FOLDER_INVALID, MODEL_VERSION_UNSUPPORTED
 */
export function parseManifest(value: JsonValue, file: string): ModelManifest {
  assertFormat(value, file);
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  const { text, details } = describeProblems(result.error);
  throw new PolyheadError('MODEL_FOLDER_INVALID', {
    message: `"${file}" is not a valid model manifest: ${text}.`,
    remedy: 'Restore the folder from a copy, or train the model again.',
    details: { file, ...details },
  });
}

/**
 * Refuses a manifest that is to be written and could not be read again. What is wrong with it came from the caller.
 * @param file where it is to be written
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertReadableManifest(manifest: ModelManifest, file: string): void {
  const result = manifestSchema.safeParse(toJson(manifest));
  if (result.success) return;
  const { text, details } = describeProblems(result.error);
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `"${file}" is not written, since it could not be read again: ${text}.`,
    remedy: 'Save the model with other values.',
    details: { file, ...details },
  });
}

function describeProblems({ issues }: z.ZodError): { readonly text: string; readonly details: JsonObject } {
  const problems = issues.map((issue) => ({ field: toFieldName(issue.path), reason: issue.message }));
  const shown = problems.slice(0, 3).map(({ field, reason }) => `field "${field}": ${reason}`);
  const more = problems.length > shown.length ? ` (and ${problems.length - shown.length} more)` : '';
  return { text: `${shown.join('; ')}${more}`, details: { field: problems[0]?.field ?? '', problems } };
}

/**
 * Reads and checks the manifest of a model folder. Puts back a model that a killed process had moved away.
 * @throws {PolyheadError} MODEL_FOLDER_INVALID, MODEL_VERSION_UNSUPPORTED, FILE_NOT_FOUND if there is no such folder, FILE_UNREADABLE
 */
export async function readManifest(directory: string): Promise<ModelManifest> {
  await recoverModel(directory);
  const file = join(directory, files.manifest);
  return parseManifest(await readManifestJson(directory, file), file);
}

async function readManifestJson(directory: string, file: string): Promise<JsonValue> {
  if (!(await pathExists(directory))) {
    throw new PolyheadError('FILE_NOT_FOUND', {
      message: `The model folder "${directory}" does not exist.`,
      remedy: 'Check the path; relative paths start at the current folder.',
      details: { file: directory },
    });
  }
  if (!(await pathExists(file))) {
    throw new PolyheadError('MODEL_FOLDER_INVALID', {
      message: `"${directory}" is not a Polyhead model: it has no ${files.manifest}.`,
      remedy: 'Name the folder that training wrote.',
      details: { file: directory, field: files.manifest },
    });
  }
  return readModelJson(file);
}

/** Format and version come first: everything else may differ between versions. */
function assertFormat(value: JsonValue, file: string): void {
  const { format, version } = z.object({ format: z.unknown(), version: z.unknown() }).partial().catch({}).parse(value);
  if (format !== 'polyhead') {
    throw new PolyheadError('MODEL_FOLDER_INVALID', {
      message: `"${file}" is not a Polyhead manifest: field "format" is ${describe(format)} and must be "polyhead".`,
      remedy: 'Name the folder that training wrote.',
      details: { file, field: 'format' },
    });
  }
  if (version === manifestVersion) return;
  throw new PolyheadError('MODEL_VERSION_UNSUPPORTED', {
    message: `"${file}" has format version ${describe(version)}; this release reads version ${manifestVersion}.`,
    remedy: 'Use the release of Polyhead that wrote it, or a newer one.',
    details: { file, field: 'version' },
  });
}

function describe(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
}

/** `['heads', 0, 'labels', 2]` to `heads[0].labels[2]`. */
function toFieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? String(part) : `${name}.${String(part)}`;
  }, '');
}
