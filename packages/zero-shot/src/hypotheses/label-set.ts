import { PolyheadError, type HypothesisTemplates, type ZeroShotLabel, type ZeroShotLabels } from '@polyhead/types';
import { parseHypothesisTemplate } from './hypothesis-template.ts';

/** Labels that were checked, with their hypotheses. */
export interface LabelSet {
  readonly labels: readonly string[];
  /** For each label: the lowest score at which it is chosen; undefined for that of the call. */
  readonly thresholds: readonly (number | undefined)[];
  /**
   * For each label: the sentences that speak of it, at least one.
   * @param templates used for labels for which nobody gave any; the same list gives the same result object
   */
  hypotheses(templates: readonly string[]): readonly (readonly string[])[];
  /**
   * How many sentences speak of all labels together, equal ones counted apart. Nothing is made for it.
   * @param templates how many there are for labels for which nobody gave any
   */
  countSentences(templates: number): number;
  /** The set of the labels at these places. */
  select(places: readonly number[]): LabelSet;
}

/**
 * The sentences that each text is held against: what a request with these labels costs a text.
 * @param templates for labels that have none of their own; left out it is one
 * @throws {PolyheadError} INVALID_ARGUMENT for labels and templates that cannot be used
 */
export function countLabelSentences(labels: ZeroShotLabels, templates: HypothesisTemplates | undefined): number {
  return createLabelSet(labels, templates).countSentences(1);
}

/** How long the sentences are that speak of labels, in UTF-16 units. */
export interface LabelSentenceLengths {
  readonly longest: number;
  /** Of all together, equal ones counted apart. */
  readonly total: number;
}

/**
 * How long the sentences of {@link countLabelSentences} are, found without making any: a template that repeats a long
 * wording makes very long ones. Where the templates are those of the method, a wording is counted as it is.
 * @throws {PolyheadError} INVALID_ARGUMENT for labels and templates that cannot be used
 */
export function measureLabelSentences(
  labels: ZeroShotLabels,
  templates: HypothesisTemplates | undefined,
): LabelSentenceLengths {
  const shapes = new Map<readonly string[], readonly TemplateShape[]>();
  const shapesOf = (list: readonly string[]): readonly TemplateShape[] => {
    const known = shapes.get(list) ?? list.map(measureTemplate);
    shapes.set(list, known);
    return known;
  };
  let longest = 0;
  let total = 0;
  for (const label of prepareLabels(labels, templates, '')) {
    const lengths = label.wordings.map((wording) => wording.length);
    const [most, sum] = [maximumOf(lengths), sumOf(lengths)];
    for (const { places, rest } of shapesOf(label.templates ?? methodTemplates)) {
      if (lengths.length > 0) longest = Math.max(longest, places * most + rest);
      total += places * sum + rest * lengths.length;
    }
    const described = label.descriptions.map((description) => description.length);
    longest = Math.max(longest, maximumOf(described));
    total += sumOf(described);
  }
  return { longest, total };
}

/** Stands for templates of the method. */
const methodTemplates: readonly string[] = ['{}'];

interface TemplateShape {
  /** How often the wording stands in it. */
  readonly places: number;
  /** Characters beside it. */
  readonly rest: number;
}

function measureTemplate(template: string): TemplateShape {
  const fill = parseHypothesisTemplate(template);
  const rest = fill('').length;
  return { places: fill('x').length - rest, rest };
}

function maximumOf(lengths: readonly number[]): number {
  return lengths.reduce((most, length) => Math.max(most, length), 0);
}

function sumOf(lengths: readonly number[]): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}

interface PreparedLabel {
  readonly label: string;
  readonly threshold: number | undefined;
  /** Put into templates. */
  readonly wordings: readonly string[];
  readonly descriptions: readonly string[];
  /** Undefined for those of the method. */
  readonly templates: readonly string[] | undefined;
}

/**
 * Checks labels and templates.
 * @param where put before messages, such as `Text 3: `
 * @throws {PolyheadError} INVALID_ARGUMENT for no label, an empty or repeated one, a template that cannot be used
 */
export function createLabelSet(
  labels: ZeroShotLabels,
  templates: HypothesisTemplates | undefined,
  where = '',
): LabelSet {
  return toLabelSet(prepareLabels(labels, templates, where));
}

function prepareLabels(
  labels: ZeroShotLabels,
  templates: HypothesisTemplates | undefined,
  where: string,
): readonly PreparedLabel[] {
  const common = templates === undefined ? undefined : toTemplates(templates);
  const prepared = toList(labels).map((entry, index) => prepareLabel(entry, index, { common, where }));
  if (prepared.length === 0) {
    throw invalidLabels(`${where}There are no labels.`, 'Give at least one, such as ["billing", "shipping"].');
  }
  const seen = new Set<string>();
  for (const { label } of prepared) {
    if (seen.has(label)) {
      throw invalidLabels(`${where}The label "${label}" occurs twice.`, 'Give each label once.');
    }
    seen.add(label);
  }
  return prepared;
}

function toLabelSet(prepared: readonly PreparedLabel[]): LabelSet {
  const known = new Map<readonly string[], readonly (readonly string[])[]>();
  return {
    labels: prepared.map(({ label }) => label),
    thresholds: prepared.map(({ threshold }) => threshold),
    hypotheses: (templates) => {
      const hypotheses = known.get(templates) ?? prepared.map((label) => createHypotheses(label, templates));
      known.set(templates, hypotheses);
      return hypotheses;
    },
    countSentences: (templates) =>
      prepared.reduce(
        (sum, label) =>
          sum + label.wordings.length * (label.templates?.length ?? templates) + label.descriptions.length,
        0,
      ),
    select: (places) => toLabelSet(places.flatMap((place) => prepared[place] ?? [])),
  };
}

function createHypotheses(label: PreparedLabel, templates: readonly string[]): readonly string[] {
  const filled = (label.templates ?? templates).flatMap((template) =>
    label.wordings.map(parseHypothesisTemplate(template)),
  );
  return [...new Set([...filled, ...label.descriptions])];
}

/** A text is split at commas, and what is empty in between is left out, as the pipeline of transformers does. */
function toList(labels: ZeroShotLabels): readonly (string | ZeroShotLabel)[] {
  if (typeof labels !== 'string') return labels;
  return labels
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
}

function toTemplates(templates: HypothesisTemplates): readonly string[] {
  const list = typeof templates === 'string' ? [templates] : templates;
  if (list.length === 0) throw invalidLabels('The list of templates is empty.', 'Leave it out, or give one.');
  for (const template of list) parseHypothesisTemplate(template);
  return list;
}

function prepareLabel(
  entry: string | ZeroShotLabel,
  index: number,
  { common, where }: { readonly common: readonly string[] | undefined; readonly where: string },
): PreparedLabel {
  const given: ZeroShotLabel = typeof entry === 'object' ? entry : { label: entry };
  const { label, descriptions = [], threshold } = given;
  if (typeof label !== 'string' || label.trim() === '') {
    throw invalidLabels(`${where}Label ${index} is ${JSON.stringify(label)}.`, 'Give a text that is not empty.');
  }
  const wordings = given.wordings ?? (descriptions.length > 0 ? [] : [label]);
  if (
    wordings.length + descriptions.length === 0 ||
    [...wordings, ...descriptions].some((text) => text.trim() === '')
  ) {
    throw invalidLabels(
      `${where}The label "${label}" has ${wordings.length + descriptions.length === 0 ? 'no wording' : 'an empty wording or description'}.`,
      'Leave the wordings out, or give texts that are not empty.',
    );
  }
  return {
    label,
    threshold: assertThreshold(threshold, `${where}The threshold of "${label}"`),
    wordings,
    descriptions,
    templates: given.templates === undefined ? common : toTemplates(given.templates),
  };
}

/**
 * The threshold, if it is one.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function assertThreshold(threshold: number | undefined, name: string): number | undefined {
  if (threshold === undefined || (threshold >= 0 && threshold <= 1)) return threshold;
  throw invalidLabels(`${name} is ${threshold}.`, 'Give a number from 0 to 1.');
}

function invalidLabels(message: string, remedy: string): PolyheadError {
  return new PolyheadError('INVALID_ARGUMENT', { message, remedy });
}
