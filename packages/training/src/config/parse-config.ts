import { dirname, extname, isAbsolute, resolve } from 'node:path';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import type { z } from 'zod';
import { readText } from '@polyhead/files';
import { PolyheadError } from '@polyhead/types';
import { completeConfig } from './complete-config.ts';
import { configSchema } from './config-schema.ts';
import type { FrozenConfig, SetFitHeadConfig, TrainingConfig, TrainingConfigInput } from './training-config.ts';

/** Everything that is wrong with a configuration, each with the field that it is about. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap(innerIssues).map(describeIssue);
}

/** Where a value may take several forms and has the type of but one of them, what is wrong is what that form says. */
function innerIssues(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const forms = issue.errors.filter(
    (inner) =>
      !inner.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')),
  );
  const [form] = forms;
  if (form === undefined || forms.length > 1) return [issue];
  return form.flatMap((inner) => innerIssues({ ...inner, path: [...issue.path, ...inner.path] }));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const field = issue.path.length === 0 ? 'the configuration' : `"${issue.path.map(String).join('.')}"`;
  // A name that cannot be a key is worded by what is wrong about it, not by "Invalid key in record".
  const causes = issue.code === 'invalid_key' ? issue.issues : [issue];
  return `${field}: ${causes.map(({ message }) => message).join(', ')}`;
}

/**
 * Checks a configuration and fills in defaults.
 * @param source named in messages: a file, or what the value came from
 * @throws {PolyheadError} INVALID_CONFIGURATION naming every field that is wrong
 */
export function parseTrainingConfig(
  value: TrainingConfigInput & { readonly method?: 'frozen' | undefined },
  source?: string,
): FrozenConfig;
export function parseTrainingConfig(value: TrainingConfigInput, source?: string): TrainingConfig;
export function parseTrainingConfig(value: unknown, source: string): TrainingConfig;
export function parseTrainingConfig(value: unknown, source = 'the configuration'): TrainingConfig {
  const result = configSchema.safeParse(value);
  const completed = result.success ? completeConfig(result.data) : undefined;
  const issues = completed?.issues ?? describeIssues(result.error?.issues ?? []);
  // Completing gives the fields that a TrainingConfig has, which the schema's own type cannot express.
  if (completed !== undefined && issues.length === 0) return completed.config as TrainingConfig;
  throw new PolyheadError('INVALID_CONFIGURATION', {
    message: `${source} is not a valid training configuration: ${issues.join('; ')}.`,
    remedy: 'docs/configuration.md lists every field.',
    details: { source, issues },
  });
}

/**
 * Reads a YAML (.yaml, .yml) or JSON configuration. Paths in it are relative to the file.
 * @throws {PolyheadError} FILE_NOT_FOUND, INVALID_CONFIGURATION
 */
export async function loadTrainingConfig(path: string): Promise<TrainingConfig> {
  const config = parseTrainingConfig(await readDocument(path), `"${path}"`);
  return resolvePaths(config, dirname(resolve(path)));
}

/**
 * Reads a YAML or JSON file.
 * @throws {PolyheadError} FILE_NOT_FOUND, INVALID_CONFIGURATION
 */
export async function readDocument(path: string): Promise<unknown> {
  return parseDocument(await readText(path), path);
}

function parseDocument(text: string, path: string): unknown {
  if (!['.yaml', '.yml', '.json'].includes(extname(path).toLowerCase())) {
    throw new PolyheadError('INVALID_CONFIGURATION', {
      message: `"${path}" is neither a .yaml, .yml nor .json file.`,
      details: { file: path },
    });
  }
  try {
    // JSON is a subset of YAML 1.2, so one parser reads both.
    return parseYaml(text, { prettyErrors: true });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    throw new PolyheadError('INVALID_CONFIGURATION', {
      message: `"${path}" cannot be parsed${line === undefined ? '' : ` at line ${line}`}: ${error instanceof Error ? error.message : String(error)}`,
      details: { file: path, ...(line === undefined ? {} : { line }) },
      cause: error,
    });
  }
}

function resolvePaths(config: TrainingConfig, base: string): TrainingConfig {
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(base, path));
  const optional = (path: string | undefined): string | undefined => (path === undefined ? undefined : absolute(path));
  const heads = Object.entries<SetFitHeadConfig>(config.heads).map(([name, head]) => {
    const { train, validation, test } = head.data;
    const given = train === undefined ? {} : { train: absolute(train) };
    return [
      name,
      { ...head, data: { ...head.data, ...given, validation: optional(validation), test: optional(test) } },
    ];
  });
  const { reference } = config.backbone;
  const resolved = {
    ...config,
    ...(config.method === 'setfit' ? { setfit: { ...config.setfit, examples: optional(config.setfit.examples) } } : {}),
    heads: Object.fromEntries(heads) as TrainingConfig['heads'],
    backbone: { ...config.backbone, reference: /^\.\.?(\/|\\|$)/.test(reference) ? absolute(reference) : reference },
    output: absolute(config.output),
    embeddingCache: typeof config.embeddingCache === 'string' ? absolute(config.embeddingCache) : config.embeddingCache,
  };
  // Only paths were changed.
  return resolved as TrainingConfig;
}
