/**
 * Makes the excerpts in data/ from the full data sets:
 *
 *   npx tsx --conditions=@polyhead/source scripts/make-demo-data.js SOURCE
 *
 * SOURCE holds banking77/{train,test}.jsonl with {"text", "label"} and go_emotions/{train,validation,test}.jsonl with
 * {"text", "labels"}, the official splits. Rows stay in their split and in their order; the same seed gives the same rows.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  countLabels,
  formatCsvRow,
  labelsOfRow,
  loadLabeledTexts,
  samplePerClass,
  selectRows,
  stratifiedSplit,
} from '../packages/data/src/index.ts';
import { writeFileAtomic } from '../packages/files/src/index.ts';
import { createRandomGenerator } from '../packages/numerics/src/index.ts';

const seed = 42;
const target = fileURLToPath(new URL('../data', import.meta.url));
const source = process.argv[2];
if (source === undefined) {
  console.error('usage: npx tsx --conditions=@polyhead/source scripts/make-demo-data.js SOURCE');
  process.exit(2);
}

/** A number of rows of each of the 77 classes, as CSV. */
for (const [split, count] of [
  ['train', 40],
  ['test', 13],
]) {
  const all = await load('banking77', split);
  const random = createRandomGenerator(seed).fork(`banking77 ${split}`);
  const examples = selectRows(all, samplePerClass(all.targets, { count, random }));
  const rows = examples.texts.map((text, row) => [text, ...labelsOfRow(examples.targets, row)]);
  await write(
    `banking77/${split}.csv`,
    examples,
    [['text', 'label'], ...rows].map((row) => formatCsvRow(row)),
  );
}

/** A stratified share of the rows with the labels in their natural proportions, as JSON Lines. */
for (const [split, size] of [
  ['train', 4000],
  ['validation', 1500],
  ['test', 1500],
]) {
  const all = await load('go_emotions', split);
  const random = createRandomGenerator(seed).fork(`go_emotions ${split}`);
  const { validation: chosen } = stratifiedSplit(all.targets, { fraction: size / all.texts.length, random });
  const examples = selectRows(all, chosen);
  const rows = examples.texts.map((text, row) => ({ text, labels: labelsOfRow(examples.targets, row) }));
  await write(
    `go_emotions/${split}.jsonl`,
    examples,
    rows.map((row) => JSON.stringify(row)),
  );
}

function load(set, split) {
  return loadLabeledTexts(join(source, set, `${split}.jsonl`), { onBrokenRow: 'fail' });
}

async function write(file, { texts, targets }, lines) {
  await writeFileAtomic(join(target, file), lines.map((line) => `${line}\n`).join(''));
  const counts = [...countLabels(targets)];
  const range = `${Math.min(...counts)} to ${Math.max(...counts)} rows a label`;
  console.log(`data/${file}: ${texts.length} rows, ${targets.labels.length} labels, ${range}`);
}
