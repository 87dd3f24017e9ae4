import { copyFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedEncoder } from '@polyhead/backbone';
import { pathExists, readJson, replaceDirectory, toFileError, writeFileAtomic } from '@polyhead/files';
import { writeModel, type OnnxModel } from '@polyhead/onnx';
import { assertNotAborted, PolyheadError, type JsonObject, type LongOperationOptions } from '@polyhead/types';
import { toJson } from '../evaluation.ts';
import type { Model, ModelHead } from '../model.ts';
import { assertHeadsExist } from '../names.ts';
import { isLoadedEncoder } from '../saved-encoder.ts';
import { readThresholds } from '../thresholds-file.ts';
import { createdBy } from '../version.ts';
import { requireExportedHead } from './affine-head.ts';
import type { ExportedFile } from './exported-file.ts';
import { renderExportReadme } from './export-readme.ts';
import { toHeadModel } from './head-model.ts';
import { toMergedModel } from './merged-model.ts';
import { checkHeadParity, checkMergedParity } from './parity.ts';

/** What is exported, and where to. */
export interface ExportOnnxOptions extends LongOperationOptions {
  /** A new or empty folder, or one of an earlier export, which is replaced. */
  readonly directory: string;
  /** @default all heads */
  readonly heads?: readonly string[] | undefined;
  /** Whether to write `model.onnx`, from tokens to scores. @default true if the encoder can be exported */
  readonly merged?: boolean | undefined;
}

/** What {@link exportOnnx} wrote. */
export interface ExportReport {
  readonly directory: string;
  readonly files: readonly ExportedFile[];
}

/** In labels.json; tells an export from other folders. */
const exportFormat = 'polyhead-onnx-export';
const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json'];

/**
 * Exports heads to ONNX: `HEAD.onnx` for each head (embedding in, scores out) and `model.onnx` (tokens in, scores of all
 * heads out) with the tokenizer files, `labels.json`, `thresholds.json` and a README. Every file is run and compared with
 * the library before the folder takes its place; if anything fails, the folder is as it was.
 * @throws {PolyheadError} HEAD_NOT_FOUND, EXPORT_UNSUPPORTED, EXPORT_PARITY, OUTPUT_EXISTS, FILE_NOT_WRITABLE, DISK_FULL,
 * SESSION_FAILED, ABORTED
 */
export async function exportOnnx(model: Model, options: ExportOnnxOptions): Promise<ExportReport> {
  const heads = selectHeads(model, options.heads);
  const encoder = selectEncoder(model, options.merged);
  await assertExportTarget(options.directory);
  const { content: thresholds } = await readThresholds(model.directory, model.manifest.heads);
  const files: ExportedFile[] = [];
  await replaceDirectory(options.directory, async (temporary) => {
    for (const head of heads) {
      assertNotAborted(options.signal);
      options.onProgress?.({ phase: `exporting ${head.name}`, done: files.length, total: heads.length, unit: 'heads' });
      files.push(await exportHead(model, head, temporary));
    }
    if (encoder !== undefined) {
      assertNotAborted(options.signal);
      options.onProgress?.({ phase: 'exporting model.onnx', done: heads.length, total: heads.length, unit: 'heads' });
      files.push(await exportMerged(model, { heads, encoder, directory: temporary }));
    }
    const names = new Set(heads.map((head) => head.name));
    const kept = Object.entries(thresholds).filter(([name]) => names.has(name));
    await writeJson(join(temporary, 'thresholds.json'), Object.fromEntries(kept));
    await writeJson(join(temporary, 'labels.json'), toLabels(model, { heads, encoder, files }));
    await writeFileAtomic(join(temporary, 'README.md'), renderExportReadme(model, heads, files));
  });
  return { directory: options.directory, files };
}

function selectHeads(model: Model, asked: readonly string[] | undefined): ModelHead[] {
  if (asked !== undefined) assertHeadsExist(asked, [...model.heads.keys()], model.directory);
  const heads = [...model.heads.values()].filter((head) => asked?.includes(head.name) ?? true);
  for (const head of heads) requireExportedHead(head);
  return heads;
}

function selectEncoder({ encoder }: Model, merged: boolean | undefined): LoadedEncoder | undefined {
  if (merged === false) return undefined;
  if (isLoadedEncoder(encoder)) return encoder;
  if (merged === undefined) return undefined;
  throw new PolyheadError('EXPORT_UNSUPPORTED', {
    message: 'The encoder of this model cannot be exported: it was not loaded from a model folder.',
    remedy: 'Load the model without passing an encoder, or export its heads alone.',
    details: { field: 'merged' },
  });
}

async function assertExportTarget(directory: string): Promise<void> {
  const state = await stat(directory).catch(() => undefined);
  if (state === undefined) return;
  const names = state.isDirectory()
    ? await readdir(directory).catch((error: unknown) => {
        throw toFileError(error, directory, 'read');
      })
    : undefined;
  if (names?.length === 0) return;
  const marker = join(directory, 'labels.json');
  const content = names !== undefined && (await pathExists(marker)) ? await readJson(marker).catch(() => null) : null;
  if (typeof content === 'object' && content !== null && 'format' in content && content['format'] === exportFormat)
    return;
  throw new PolyheadError('OUTPUT_EXISTS', {
    message: `"${directory}" exists and is not an earlier export, so it is not overwritten.`,
    remedy: 'Choose a new folder.',
    details: { file: directory },
  });
}

async function exportHead(model: Model, head: ModelHead, directory: string): Promise<ExportedFile> {
  const exported = toHeadModel(head);
  const file = `${head.name}.onnx`;
  await writeModel(withMetadata(exported.model, model, [head]), join(directory, file));
  if (head.thresholds !== undefined) {
    await writeJson(join(directory, `${head.name}.thresholds.json`), head.thresholds.tuned);
  }
  const maximumDifference = await checkHeadParity(join(directory, file), exported, head);
  const { input, outputs } = exported;
  return { file, heads: [head.name], inputs: [input], outputs, maximumDifference };
}

async function exportMerged(
  model: Model,
  part: { readonly heads: readonly ModelHead[]; readonly encoder: LoadedEncoder; readonly directory: string },
): Promise<ExportedFile> {
  const { heads, encoder, directory } = part;
  const exported = toMergedModel(await encoder.toOnnxModel(), heads);
  const file = 'model.onnx';
  await writeModel(withMetadata(exported.model, model, heads), join(directory, file));
  for (const name of tokenizerFiles) {
    if (await pathExists(join(encoder.directory, name)))
      await copyFile(join(encoder.directory, name), join(directory, name));
  }
  const maximumDifference = await checkMergedParity(join(directory, file), exported, { encoder, heads });
  const names = heads.map((head) => head.name);
  return { file, heads: names, inputs: exported.inputs, outputs: [...exported.outputs.values()], maximumDifference };
}

/** Labels travel inside the file, so that it means something on its own. */
function withMetadata(onnx: OnnxModel, model: Model, heads: readonly ModelHead[]): OnnxModel {
  const entries = heads.map((head) => [head.name, describeHead(head)] as const);
  const metadata = {
    ...onnx.metadata,
    'polyhead.created_by': createdBy,
    'polyhead.encoder': model.manifest.encoder.reference,
    'polyhead.heads': JSON.stringify(Object.fromEntries(entries)),
  };
  return { ...onnx, metadata };
}

function describeHead({ fitted, thresholds, calibration, abstention }: ModelHead): JsonObject {
  const { task, labels, activation } = fitted;
  const decision = { thresholds: thresholds?.tuned, abstain_below: abstention?.threshold };
  return toJson({ task, labels, activation, ...decision, temperature: calibration?.temperature });
}

function toLabels(
  model: Model,
  part: {
    readonly heads: readonly ModelHead[];
    readonly encoder: LoadedEncoder | undefined;
    readonly files: readonly ExportedFile[];
  },
): JsonObject {
  const { reference, digest, dimension, maximumLength, pooling, normalized, prompt } = model.manifest.encoder;
  const merged = part.files.find((file) => file.file === 'model.onnx');
  const heads = part.heads.map((head, index) => {
    const alone = part.files.find((file) => file.file === `${head.name}.onnx`);
    const file = { file: alone?.file, input: alone?.inputs[0], outputs: alone?.outputs };
    return [head.name, { ...describeHead(head), ...file, merged_output: merged?.outputs[index] }] as const;
  });
  return toJson({
    format: exportFormat,
    version: 1,
    created_by: createdBy,
    encoder: {
      reference,
      digest,
      dimension,
      maximum_length: maximumLength,
      pooling,
      normalized,
      prompt,
      lower_case: part.encoder?.lowerCase,
    },
    heads: Object.fromEntries(heads),
  });
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
