/**
 * The sentiment groups of go_emotions' 27 emotions as its authors publish them (Demszky et al. 2020,
 * `sentiment_mapping.json`); a text without emotion is neutral.
 */
const groups: Readonly<Record<string, readonly string[]>> = {
  positive: [
    ...['admiration', 'amusement', 'approval', 'caring', 'desire', 'excitement'],
    ...['gratitude', 'joy', 'love', 'optimism', 'pride', 'relief'],
  ],
  negative: [
    ...['anger', 'annoyance', 'disappointment', 'disapproval', 'disgust', 'embarrassment'],
    ...['fear', 'grief', 'nervousness', 'remorse', 'sadness'],
  ],
  ambiguous: ['confusion', 'curiosity', 'realization', 'surprise'],
  neutral: ['neutral'],
};

export const sentiments: readonly string[] = Object.keys(groups);

const sentimentOf = new Map(
  Object.entries(groups).flatMap(([name, emotions]) => emotions.map((emotion) => [emotion, name])),
);
const valenceOf: Readonly<Record<string, number>> = { positive: 1, negative: -1 };

/** The group that all emotions of a text belong to; undefined if they disagree or there are none. */
export function toSentiment(emotions: readonly string[]): string | undefined {
  const found = new Set(emotions.map((emotion) => sentimentOf.get(emotion)));
  return found.size === 1 ? [...found][0] : undefined;
}

/** How positive a text is, from -1 to 1: the mean of 1 for positive emotions, -1 for negative ones and 0 for the others. */
export function toValence(emotions: readonly string[]): number {
  if (emotions.length === 0) return 0;
  const sum = emotions.reduce((total, emotion) => total + (valenceOf[sentimentOf.get(emotion) ?? ''] ?? 0), 0);
  return sum / emotions.length;
}
