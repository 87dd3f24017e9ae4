import { statSync } from 'node:fs';
import { PolyheadError } from '@polyhead/types';
import { bundledNames, findBundledModel, type BundledModel } from './bundled-models.ts';

/** What a model reference names. */
export type ModelReference =
  | ({ readonly kind: 'bundled' } & BundledModel)
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'hub'; readonly id: string; readonly revision: string };

const pathPattern = /^(?:\.{1,2}$|\.{0,2}[/\\]|~[/\\]|[A-Za-z]:[/\\])/;
const hubPattern = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?:@([\w./-]+))?$/;

/**
 * Reads a model reference: a bundled name (`all-MiniLM-L6-v2`, for short `minilm`, and `polyhead-nli`), a folder (a path
 * that starts with `.`, `/` or a drive letter, or any folder that exists), or a Hugging Face id with an optional revision
 * (`owner/name@revision`).
 * @throws {PolyheadError} MODEL_REFERENCE_INVALID
 */
export function parseModelReference(text: string): ModelReference {
  const reference = text.trim();
  const bundled = findBundledModel(reference);
  if (bundled !== undefined) return { kind: 'bundled', name: bundled.name, directory: bundled.directory };
  if (pathPattern.test(reference) || isFolder(reference)) return { kind: 'folder', path: reference };
  const [, id, revision] = hubPattern.exec(reference) ?? [];
  if (id !== undefined && !`${id}/${revision ?? ''}`.includes('..')) {
    return { kind: 'hub', id, revision: revision ?? 'main' };
  }
  throw new PolyheadError('MODEL_REFERENCE_INVALID', {
    message: `"${text}" is neither a bundled model, nor a folder that exists, nor a Hugging Face id.`,
    remedy: `Use ${bundledNames.map((name) => `"${name}"`).join(' or ')}, a path such as "./my-model", or an id such as "BAAI/bge-m3" or "BAAI/bge-m3@main".`,
    details: { reference: text },
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
