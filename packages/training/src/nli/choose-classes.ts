import { readLabelNames } from '@polyhead/backbone';
import { nliClasses, parseNliLabel } from '@polyhead/data';
import { resolveModel } from '@polyhead/hub';
import type { TrainNliModelOptions } from './train-classifier.ts';
import type { NliConfig } from './nli-config.ts';

/**
 * The number of classes asked for, else that of the checkpoint: 3 if it is a model of entailment, neutral and contradiction, so
 * that its last layer stays; 2 for everything else.
 * @throws {PolyheadError} what `resolveModel` throws; INVALID_CONFIGURATION for a broken config.json
 */
export async function chooseClasses(
  { classes, backbone }: Pick<NliConfig, 'classes' | 'backbone'>,
  { signal, onProgress, logger }: TrainNliModelOptions,
): Promise<2 | 3> {
  // First of all, so that a checkpoint that is not there is said before data are read and hard labels sought.
  const { directory } = await resolveModel(backbone.reference, { signal, onProgress });
  if (classes !== undefined) return classes;
  const names = (await readLabelNames(directory)) ?? [];
  const labels = new Set(names.map(parseNliLabel));
  const isThreeWay = names.length === 3 && nliClasses[3].every((label) => labels.has(label));
  if (isThreeWay) logger?.info(`Three classes, as the checkpoint has: ${names.join(', ')}.`);
  return isThreeWay ? 3 : 2;
}
