import type { RandomGenerator } from '@polyhead/types';
import type { DrawnTexts } from './draw-texts.ts';
import type { NliPair } from './nli-label.ts';
import { assertCounts, assertShare } from './option-checks.ts';

/** How many pairs, and which. */
export interface EntailmentPairsOptions {
  readonly random: RandomGenerator;
  /** How often every text is taken, each time with another sentence, so at most as often as a label has some. @default 1 */
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
 * Pairs of texts and sentences about labels, from labelled texts (the training format of Laurer et al. 2023): for each label the
 * texts drawn for it with a sentence that says so are entailment, and as many other texts with a sentence of the same label are
 * not_entailment, so that a sentence alone tells nothing. Hard wrong labels come first from texts that have the label among
 * their nearest wrong ones. Labels come one after the other; shuffle before use.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function entailmentPairs(input: DrawnTexts, options: EntailmentPairsOptions): NliPair[] {
  const { draws = 1, hard, random } = options;
  assertCounts({ draws });
  assertShare(hard?.share ?? 0);
  return input.textsOfLabel.flatMap((right, label) => {
    const sentences = input.hypotheses[label] ?? [];
    const firstSentences = new Map<number, number>();
    return Array.from({ length: Math.min(draws, sentences.length) }, (_, draw) => {
      const drawing = random.fork(`label ${label} draw ${draw}`);
      const wrong = drawWrongTexts(input, { label, count: right.length, hard, random: drawing });
      const toPair = (label_: NliPair['label'], text: number): NliPair => {
        const first = firstSentences.get(text) ?? drawing.integer(sentences.length);
        firstSentences.set(text, first);
        const hypothesis = sentences[(first + draw) % sentences.length] ?? '';
        return { premise: input.texts[text] ?? '', hypothesis, label: label_ };
      };
      return [
        ...right.map((text) => toPair('entailment', text)),
        ...wrong.map((text) => toPair('not_entailment', text)),
      ];
    }).flat();
  });
}

/** Texts without a label: first those that it is nearest to, as many as the share says, then any. */
function drawWrongTexts(
  { labelsOfText }: DrawnTexts,
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
