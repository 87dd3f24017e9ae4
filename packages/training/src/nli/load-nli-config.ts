import { dirname, isAbsolute, resolve } from 'node:path';
import { PolyheadError } from '@polyhead/types';
import { describeIssues, readDocument } from '../config/parse-config.ts';
import type { NliConfig, NliConfigInput, NliSourceConfig } from './nli-config.ts';
import { nliSchema } from './nli-schema.ts';

/**
 * Checks a configuration and fills in defaults.
 * @param source named in messages: a file, or what the value came from
 * @throws {PolyheadError} INVALID_CONFIGURATION naming every field that is wrong
 */
export function parseNliConfig(value: NliConfigInput, source?: string): NliConfig;
export function parseNliConfig(value: unknown, source: string): NliConfig;
export function parseNliConfig(value: unknown, source = 'the configuration'): NliConfig {
  const result = nliSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = describeIssues(result.error.issues);
  throw new PolyheadError('INVALID_CONFIGURATION', {
    message: `${source} is not a valid configuration of the task nli: ${issues.join('; ')}.`,
    remedy: 'docs/nli.md lists every field.',
    details: { source, issues },
  });
}

/** How a configuration file is read. */
export interface LoadNliConfigOptions {
  /** What data files are relative to. @default the folder of the configuration */
  readonly dataDirectory?: string | undefined;
  /** In place of the file's. */
  readonly output?: string | undefined;
}

/**
 * Reads a YAML or JSON configuration. Paths in it are relative to the file, those of data to `dataDirectory`.
 * @throws {PolyheadError} FILE_NOT_FOUND, INVALID_CONFIGURATION
 */
export async function loadNliConfig(path: string, options: LoadNliConfigOptions = {}): Promise<NliConfig> {
  const document = await readDocument(path);
  const given = options.output === undefined ? {} : { output: resolve(options.output) };
  const config = parseNliConfig(isObject(document) ? { ...document, ...given } : document, `"${path}"`);
  const base = dirname(resolve(path));
  const absolute = (file: string, from: string): string => (isAbsolute(file) ? file : resolve(from, file));
  const data = options.dataDirectory === undefined ? base : resolve(options.dataDirectory);
  const toFile = (source: NliSourceConfig): NliSourceConfig => ({ ...source, file: absolute(source.file, data) });
  const { reference } = config.backbone;
  const isPath = /^\.\.?(\/|\\|$)/.test(reference);
  return {
    ...config,
    backbone: { ...config.backbone, reference: isPath ? absolute(reference, base) : reference },
    sources: config.sources.map(toFile),
    validation: config.validation.map(toFile),
    test: config.test.map(toFile),
    exclude: config.exclude.map((file) => absolute(file, data)),
    output: absolute(config.output, base),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
