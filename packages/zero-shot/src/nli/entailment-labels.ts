import { PolyheadError } from '@polyhead/types';

/** Which outputs of an NLI model mean what. */
export interface EntailmentOutputs {
  readonly entailment: number;
  /** What entailment is held against: contradiction, or not_entailment of a model with two classes. */
  readonly contradiction: number;
}

/** Names or indices of outputs, for models whose config.json does not tell. */
export interface EntailmentOptions {
  /** @default the first output whose name begins with "entail" */
  readonly entailment?: number | string | undefined;
  /** @default the first output whose name begins with "contradict", else "not_entailment", else the other of two */
  readonly contradiction?: number | string | undefined;
}

const isEntailment = (name: string): boolean => /^\s*entail/i.test(name);
const isContradiction = (name: string): boolean => /^\s*contradict/i.test(name);
const isNotEntailment = (name: string): boolean => /^\s*(?:not?|non)[\s_-]*entail/i.test(name);

/**
 * Finds the outputs of an NLI model by their names, in any order and casing.
 * @throws {PolyheadError} ENTAILMENT_NOT_FOUND, INVALID_ARGUMENT for an option that names no output
 */
export function findEntailmentOutputs(labels: readonly string[], options: EntailmentOptions = {}): EntailmentOutputs {
  const entailment = pick(labels, options.entailment) ?? labels.findIndex(isEntailment);
  if (entailment < 0) throw notFound('entailment', labels);
  const contradiction = pick(labels, options.contradiction) ?? findContradiction(labels, entailment);
  if (contradiction < 0) throw notFound('contradiction', labels);
  if (contradiction !== entailment) return { entailment, contradiction };
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Output ${entailment}, "${labels[entailment] ?? ''}", is taken both for entailment and for contradiction.`,
    remedy: 'Name two different outputs.',
    details: { labels: [...labels] },
  });
}

function findContradiction(labels: readonly string[], entailment: number): number {
  const named = [labels.findIndex(isContradiction), labels.findIndex(isNotEntailment)].find((index) => index >= 0);
  return named ?? (labels.length === 2 ? 1 - entailment : -1);
}

function pick(labels: readonly string[], wanted: number | string | undefined): number | undefined {
  if (wanted === undefined) return undefined;
  const index = typeof wanted === 'number' ? wanted : labels.indexOf(wanted);
  if (labels[index] !== undefined) return index;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The model has no output ${JSON.stringify(wanted)}; its outputs are ${list(labels)}.`,
    remedy: 'Give the name or the index of one of them.',
    details: { labels: [...labels] },
  });
}

function notFound(what: string, labels: readonly string[]): PolyheadError {
  return new PolyheadError('ENTAILMENT_NOT_FOUND', {
    message: `None of the model's outputs is named as ${what}; they are ${list(labels)}.`,
    remedy: `Use a model that was trained on NLI, or say which output it is with the option "${what}".`,
    details: { labels: [...labels] },
  });
}

function list(labels: readonly string[]): string {
  return labels.map((label, index) => `${index} "${label}"`).join(', ');
}
