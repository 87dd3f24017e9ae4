import { createRandomGenerator } from '@polyhead/numerics';
import type { JointExamples } from '../heads/joint-examples.ts';

const topics = ['weather', 'music', 'sport'];
const words: Readonly<Record<string, readonly string[]>> = {
  weather: ['rain', 'snow', 'storm', 'fog', 'sun', 'wind'],
  music: ['song', 'guitar', 'piano', 'jazz', 'choir', 'drums'],
  sport: ['goal', 'tennis', 'race', 'match', 'swim', 'team'],
};
const fillers = ['the', 'a', 'today', 'about', 'tell', 'me', 'again', 'very', 'what', 'is'];

/** A row with a label, a list of labels and a number. */
export interface ToyRow {
  readonly text: string;
  readonly topic: string;
  readonly tags: readonly string[];
  readonly size: number;
}

/** Texts about three topics: a single label (topic), any number of labels (which words of a kind occur) and a number (length). */
export function toyRows(rows: number, seed = 1): ToyRow[] {
  const random = createRandomGenerator(seed);
  const pick = (list: readonly string[]): string => list[random.integer(list.length)] ?? '';
  return Array.from({ length: rows }, (_, row) => {
    const topic = topics[row % topics.length] ?? '';
    const second = random.next() < 0.3 ? (topics[(row + 1) % topics.length] ?? '') : topic;
    const size = 1 + random.integer(6);
    const tail = Array.from({ length: size }, () => pick(fillers));
    const main = [pick(words[topic] ?? []), pick(words[topic] ?? [])];
    const text = [...main, pick(words[second] ?? []), ...tail, String(row)].join(' ');
    return { text, topic, tags: [...new Set([topic, second])], size };
  });
}

/** The same as joint examples with the heads `topic`, `tags` and `size`. */
export function toyExamples(rows: number, seed = 1): JointExamples {
  const made = toyRows(rows, seed);
  const indicators = made.flatMap(({ tags }) => topics.map((label) => (tags.includes(label) ? 1 : 0)));
  const classIndices = Int32Array.from(made, ({ topic }) => topics.indexOf(topic));
  return {
    texts: made.map(({ text }) => text),
    heads: {
      topic: { targets: { task: 'single-label', labels: topics, classIndices } },
      tags: { targets: { task: 'multi-label', labels: topics, indicators: Uint8Array.from(indicators) } },
      size: { targets: { task: 'regression', labels: ['size'], values: Float64Array.from(made, ({ size }) => size) } },
    },
  };
}

/** Some heads only. */
export function pickHeads(examples: JointExamples, names: readonly string[]): JointExamples {
  return {
    ...examples,
    heads: Object.fromEntries(Object.entries(examples.heads).filter(([name]) => names.includes(name))),
  };
}
