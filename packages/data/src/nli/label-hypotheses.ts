import { PolyheadError } from '@polyhead/types';

/** What a label is said in: one wording or several for the templates, or sentences that stand for themselves. */
export type LabelWording =
  | string
  | readonly string[]
  | {
      readonly wordings?: readonly string[] | undefined;
      /** Whole sentences, used as they are. */
      readonly descriptions?: readonly string[] | undefined;
      /** @default those of all labels */
      readonly templates?: readonly string[] | undefined;
    };

/** How labels become sentences. */
export interface LabelHypothesesOptions {
  /** Sentences with `{}` where the label goes. */
  readonly templates: readonly string[];
  /** @default each label's name with spaces for underscores */
  readonly wordings?: Readonly<Record<string, LabelWording>> | undefined;
}

/**
 * For each label all sentences that say that a text has it: every wording in every template, and the descriptions.
 * @throws {PolyheadError} INVALID_ARGUMENT for a template without `{}`, or a label that nothing is said in
 */
export function createLabelHypotheses(
  labels: readonly string[],
  { templates, wordings = {} }: LabelHypothesesOptions,
): readonly (readonly string[])[] {
  return labels.map((label) => {
    const given = Object.hasOwn(wordings, label) ? wordings[label] : undefined;
    const { wordings: words = [], descriptions = [], templates: own = templates } = toObject(label, given);
    const sentences = own.flatMap((template) => words.map((wording) => fillTemplate(template, wording)));
    const all = [...new Set([...sentences, ...descriptions])].filter((sentence) => sentence.trim() !== '');
    if (all.length > 0) return all;
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `There is no sentence for the label "${label}".`,
      remedy: 'Give a template and a wording, or a description.',
      details: { label },
    });
  });
}

function toObject(label: string, given: LabelWording | undefined): Exclude<LabelWording, string | readonly string[]> {
  if (given === undefined) return { wordings: [label.replaceAll('_', ' ')] };
  if (typeof given === 'string') return { wordings: [given] };
  if (isList(given)) return { wordings: given };
  const onlyDescriptions = given.wordings === undefined && (given.descriptions ?? []).length > 0;
  return given.wordings !== undefined || onlyDescriptions
    ? given
    : { ...given, wordings: [label.replaceAll('_', ' ')] };
}

function isList(given: LabelWording): given is readonly string[] {
  return Array.isArray(given);
}

function fillTemplate(template: string, wording: string): string {
  if (template.split('{}').length === 2) return template.replace('{}', () => wording);
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The template "${template}" does not have {} exactly once.`,
    remedy: 'Write {} where the label belongs: "This text is about {}."',
    details: { template },
  });
}
