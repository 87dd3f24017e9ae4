import { PolyheadError, type RandomGenerator } from '@polyhead/types';
import type { NliPair } from './nli-label.ts';

/** Labelled texts that become pairs. */
export interface EntailmentPairsInput {
  readonly texts: readonly string[];
  /** For each text: places of the labels that it has; may be empty. */
  readonly labelsOfText: readonly (readonly number[])[];
  /** For each label: all sentences that say that a text has it. */
  readonly hypotheses: readonly (readonly string[])[];
}

/** How many pairs, and which. */
export interface EntailmentPairsOptions {
  readonly random: RandomGenerator;
  /** Most texts of a label that are used. @default 500 */
  readonly perLabel?: number | undefined;
  /** Most pairs in all; labels give way evenly, those with few texts last. @default no limit */
  readonly limit?: number | undefined;
  /** How often every text is drawn, each time with another sentence. @default 1 */
  readonly draws?: number | undefined;
  /** Wrong labels that are hard to tell from the right ones. @default wrong texts are drawn at random */
  readonly hard?: HardWrongLabels | undefined;
}

/** Which wrong labels are hard, and how many pairs have them. */
export interface HardWrongLabels {
  /** For each text: the wrong labels that are nearest to it. */
  readonly nearest: readonly Int32Array[];
  /** Share of the wrong pairs that are drawn from them, from 0 to 1. */
  readonly share: number;
}

/**
 * Pairs of texts and sentences about labels, from labelled texts (the training format of Laurer et al. 2023): for each label its
 * texts with a sentence that says so are entailment, and as many other texts with a sentence of the same label are
 * not_entailment, so that a sentence alone tells nothing. Hard wrong labels come first from texts that have the label among
 * their nearest wrong ones. Labels come one after the other; shuffle before use.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function entailmentPairs(input: EntailmentPairsInput, options: EntailmentPairsOptions): NliPair[] {
  const { perLabel = 500, limit = Infinity, draws = 1, hard, random } = options;
  assertOptions({ perLabel, limit, draws, share: hard?.share ?? 0 });
  const members = groupByLabel(input);
  const most = evenLimit(
    members.map(({ length }) => Math.min(length, perLabel)),
    limit / (2 * draws),
  );
  return members.flatMap((texts, label) =>
    Array.from({ length: draws }, (_, draw) => {
      const drawing = random.fork(`label ${label} draw ${draw}`);
      const right = drawing.shuffle([...texts]).slice(0, most);
      const wrong = drawWrongTexts(input, { label, count: right.length, hard, random: drawing });
      const toPair = (label_: NliPair['label'], text: number): NliPair => ({
        premise: input.texts[text] ?? '',
        hypothesis: pick(input.hypotheses[label] ?? [], drawing),
        label: label_,
      });
      return [
        ...right.map((text) => toPair('entailment', text)),
        ...wrong.map((text) => toPair('not_entailment', text)),
      ];
    }).flat(),
  );
}

function groupByLabel({ labelsOfText, hypotheses }: EntailmentPairsInput): number[][] {
  const members: number[][] = hypotheses.map(() => []);
  labelsOfText.forEach((labels, text) => {
    for (const label of labels) members[label]?.push(text);
  });
  return members;
}

/** The greatest number such that counts cut to it add up to no more than a total; at least 1. */
function evenLimit(counts: readonly number[], total: number): number {
  const sumAt = (most: number): number => counts.reduce((sum, count) => sum + Math.min(count, most), 0);
  let [low, high] = [1, Math.max(1, ...counts)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (sumAt(middle) <= total) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Texts without a label: first those that it is nearest to, as many as the share says, then any. */
function drawWrongTexts(
  { labelsOfText }: EntailmentPairsInput,
  options: { readonly label: number; readonly count: number } & Pick<EntailmentPairsOptions, 'hard' | 'random'>,
): number[] {
  const { label, count, hard, random } = options;
  const others = labelsOfText.flatMap((labels, text) => (labels.includes(label) ? [] : [text]));
  random.shuffle(others);
  const isNear = (text: number): boolean => hard?.nearest[text]?.includes(label) === true;
  const near = hard === undefined ? [] : others.filter(isNear).slice(0, Math.round(hard.share * count));
  const chosen = new Set(near);
  const rest = others.filter((text) => !chosen.has(text)).slice(0, count - near.length);
  return [...near, ...rest];
}

function pick(sentences: readonly string[], random: RandomGenerator): string {
  return sentences[random.integer(Math.max(1, sentences.length))] ?? '';
}

function assertOptions(options: Readonly<Record<'perLabel' | 'limit' | 'draws' | 'share', number>>): void {
  const wrong = Object.entries(options).find(
    ([name, value]) => !(name === 'share' ? value >= 0 && value <= 1 : value >= 1),
  );
  if (wrong === undefined) return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The option "${wrong[0]}" is ${wrong[1]}.`,
    remedy: wrong[0] === 'share' ? 'Give a number from 0 to 1.' : 'Give a whole number from 1.',
    details: { option: wrong[0], value: String(wrong[1]) },
  });
}
