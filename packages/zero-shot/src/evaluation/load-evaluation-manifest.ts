import { dirname, isAbsolute, resolve } from 'node:path';
import { readText } from '@polyhead/files';
import { PolyheadError } from '@polyhead/types';
import { parse as parseYaml } from 'yaml';
import type { EvaluationManifest } from './evaluation-manifest.ts';
import { manifestSchema } from './manifest-schema.ts';

/**
 * Reads a manifest in YAML or JSON. Files, and models that begin with a dot, are relative to it.
 * @throws {PolyheadError} FILE_NOT_FOUND, INVALID_CONFIGURATION naming every field that is wrong
 */
export async function loadEvaluationManifest(path: string): Promise<EvaluationManifest> {
  const result = manifestSchema.safeParse(parseDocument(await readText(path), path));
  if (!result.success) {
    const issues = result.error.issues.map((issue) => `"${issue.path.map(String).join('.')}": ${issue.message}`);
    throw new PolyheadError('INVALID_CONFIGURATION', {
      message: `"${path}" is not a valid manifest: ${issues.join('; ')}.`,
      remedy: 'The README of @polyhead/zero-shot shows one.',
      details: { file: path, issues },
    });
  }
  const base = dirname(resolve(path));
  const toPath = (file: string): string => (isAbsolute(file) ? file : resolve(base, file));
  const toReference = (reference: string | undefined): string | undefined =>
    reference !== undefined && /^\.\.?(?:[/\\]|$)/.test(reference) ? toPath(reference) : reference;
  const { sets, variants, ...others } = result.data;
  return {
    ...others,
    sets: sets.map((set) => ({ ...set, file: toPath(set.file) })),
    variants: variants.map((variant) => ({
      ...variant,
      model: toReference(variant.model),
      encoder: toReference(variant.encoder),
    })),
  };
}

function parseDocument(text: string, path: string): unknown {
  try {
    // JSON is a subset of YAML 1.2, so one parser reads both.
    return parseYaml(text);
  } catch (error) {
    throw new PolyheadError('INVALID_CONFIGURATION', {
      message: `"${path}" cannot be parsed: ${error instanceof Error ? error.message : String(error)}`,
      details: { file: path },
      cause: error,
    });
  }
}
