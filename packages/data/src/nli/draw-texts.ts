import type { RandomGenerator } from '@polyhead/types';
import { assertCounts, assertShare } from './option-checks.ts';

/** Labelled texts that are drawn from. */
export interface DrawTextsInput {
  readonly texts: readonly string[];
  /** For each text: places of the labels that it has; may be empty. */
  readonly labelsOfText: readonly (readonly number[])[];
  /** For each label: all sentences that say that a text has it. */
  readonly hypotheses: readonly (readonly string[])[];
}

/** How many texts are drawn. */
export interface DrawTextsOptions {
  readonly random: RandomGenerator;
  /** Most texts of a label. @default 500 */
  readonly perLabel?: number | undefined;
  /** Share of these texts that is drawn, at least one of each label. @default 1 */
  readonly share?: number | undefined;
  /** Most pairs that are made of the texts; labels give way evenly, those with few texts last. @default no limit */
  readonly limit?: number | undefined;
  /** How often a text becomes a pair of either kind. @default 1 */
  readonly draws?: number | undefined;
}

/** Texts that become pairs. */
export interface DrawnTexts extends DrawTextsInput {
  /** For each label: places of the texts that were drawn for it. Others may have it too. */
  readonly textsOfLabel: readonly (readonly number[])[];
}

/**
 * Draws the texts that become pairs: some of each label, as many without any, and, where texts have several labels, as many
 * more as it takes for every label to have as many wrong texts as right ones. They stay in their order.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function drawTexts(input: DrawTextsInput, options: DrawTextsOptions): DrawnTexts {
  const { perLabel = 500, share = 1, limit = Infinity, draws = 1, random } = options;
  assertCounts({ perLabel, limit, draws });
  assertShare(share);
  const order = random.shuffle(Array.from(input.texts.keys()));
  const members = input.hypotheses.map((_, label) => order.filter((text) => hasLabel(input, text, label)));
  const without = order.filter((text) => input.labelsOfText[text]?.length === 0);
  const toCount = (rows: readonly number[]): number => Math.max(1, Math.round(share * Math.min(rows.length, perLabel)));
  const most = evenLimit(
    members.map((rows) => Math.min(rows.length, toCount(rows))),
    limit / (2 * Math.min(draws, Math.max(1, ...input.hypotheses.map(({ length }) => length)))),
  );
  const draw = (rows: readonly number[]): number[] => rows.slice(0, Math.min(most, toCount(rows)));
  const textsOfLabel = members.map(draw);
  const drawn = new Set([...textsOfLabel.flat(), ...draw(without)]);
  textsOfLabel.forEach(({ length }, label) => {
    const wrong = order.filter((text) => !hasLabel(input, text, label));
    const missing = length - wrong.filter((text) => drawn.has(text)).length;
    for (const text of wrong.filter((other) => !drawn.has(other)).slice(0, Math.max(0, missing))) drawn.add(text);
  });
  return select(input, drawn, textsOfLabel);
}

function hasLabel({ labelsOfText }: DrawTextsInput, text: number, label: number): boolean {
  return labelsOfText[text]?.includes(label) === true;
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

function select(
  { texts, labelsOfText, hypotheses }: DrawTextsInput,
  drawn: ReadonlySet<number>,
  textsOfLabel: readonly (readonly number[])[],
): DrawnTexts {
  const rows = Array.from(texts.keys()).filter((text) => drawn.has(text));
  const placeOf = new Map(rows.map((row, place) => [row, place]));
  return {
    texts: rows.map((row) => texts[row] ?? ''),
    labelsOfText: rows.map((row) => labelsOfText[row] ?? []),
    hypotheses,
    textsOfLabel: textsOfLabel.map((list) => list.flatMap((row) => placeOf.get(row) ?? [])),
  };
}
