// Labels premises of inference data with the topic that the sentence encoder finds most like them, so that the model of natural
// language inference can learn topics from it. For maintainers; not part of the package.
//   npx tsx -C @polyhead/source scripts/label-topics.ts DATA_FOLDER
// Reads the inference sets of DATA_FOLDER and writes DATA_FOLDER/topics/train.jsonl with `text` and `label`.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { writePiecesAtomic } from '../../files/src/index.ts';
import { loadNliConfig } from '../../training/src/index.ts';
import type { ZeroShotLabel } from '../../types/src/index.ts';
import { createZeroShotClassifier } from '../../zero-shot/src/index.ts';

const recipe = fileURLToPath(new URL('../../../scripts/nli/second-stage.yaml', import.meta.url));
const sets = ['mnli_train_subset', 'lingnli', 'fever_nli'];
/** Half of the premises reach it; below, the topic is often wrong. */
const threshold = 0.35;
/** Shorter ones say too little to have a topic. */
const shortest = 40;

async function main(folder: string | undefined): Promise<void> {
  if (folder === undefined) {
    process.stderr.write('usage: label-topics.ts DATA_FOLDER\n');
    process.exitCode = 2;
    return;
  }
  const labels = await readTopics();
  const classifier = await createZeroShotClassifier({ method: 'embedding' });
  const predictions = classifier.classifyStream(readPremises(folder), { labels, threshold, topK: 1 });
  await writePiecesAtomic(join(folder, 'topics', 'train.jsonl'), toLines(predictions));
  await classifier.release();
}

/** Labels and wordings of the source that is trained on what this writes. */
async function readTopics(): Promise<ZeroShotLabel[]> {
  const { sources } = await loadNliConfig(recipe);
  const wordings = sources.find(({ name }) => name === 'topics')?.wordings ?? {};
  return Object.entries(wordings).map(([label, words]) => ({
    label,
    wordings: Array.isArray(words) ? words : [label],
  }));
}

/** Premises of all sets, each once. */
async function* readPremises(folder: string): AsyncGenerator<string> {
  const seen = new Set<string>();
  for (const set of sets) {
    const input = createReadStream(join(folder, set, 'train.jsonl'), 'utf8');
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      const { premise } = JSON.parse(line) as { premise: string };
      if (premise.length < shortest || seen.has(premise)) continue;
      seen.add(premise);
      yield premise;
    }
  }
}

async function* toLines(
  predictions: AsyncIterable<{ readonly text: string; readonly labels: readonly string[] }>,
): AsyncGenerator<string> {
  for await (const { text, labels } of predictions) {
    const [label] = labels;
    if (label !== undefined) yield `${JSON.stringify({ text, label })}\n`;
  }
}

await main(process.argv[2]);
