import { loadCrossEncoder } from '@polyhead/backbone';
import { createRandomGenerator } from '@polyhead/numerics';
import type { LabeledTexts, RandomGenerator } from '@polyhead/types';
import { createZeroShotClassifier, defaultNliModel } from '@polyhead/zero-shot';
import { openDataFolder, type DataSetName } from '../data-folder.ts';
import { createReport } from '../report.ts';

export interface WindowPoolingBenchmarkOptions {
  readonly data?: string;
  /** The NLI model. @default the bundled one */
  readonly model?: string;
  readonly threads: number;
  /** Documents of each set and kind. */
  readonly documents: number;
}

const sets: readonly { readonly name: DataSetName; readonly template: string }[] = [
  { name: 'ag_news', template: 'This text is about {}.' },
  { name: 'sst2', template: 'The sentiment of this text is {}.' },
  { name: 'emotion', template: 'This text expresses {}.' },
];

/** How many texts of a document have its label, and how many another one. */
const kinds = [
  { name: 'all of one class', own: 8, others: 0 },
  { name: 'mostly of one class', own: 5, others: 3 },
] as const;

/** Windows that hold two or three texts of a document. */
const maximumLength = 96;

const contestants = ['truncate', 'max', 'mean', 'noisy-or'] as const;

/** Documents made of real texts that are longer than the model takes: accuracy by how their windows decide together. */
export async function runWindowPoolingBenchmark(options: WindowPoolingBenchmarkOptions): Promise<void> {
  const { model = defaultNliModel, threads } = options;
  const report = createReport('window-pooling', options);
  const crossEncoder = await loadCrossEncoder(model, { threads, maximumLength });
  const rows: (string | number)[][] = [];
  try {
    for (const { name, template } of sets) {
      const { texts, targets } = await openDataFolder(options.data).load(name, 'validation');
      if (targets.task !== 'single-label') continue;
      for (const kind of kinds) {
        const random = createRandomGenerator(1).fork(`${name} ${kind.name}`);
        const documents = Array.from({ length: options.documents }, () =>
          joinTexts({ texts, targets }, { ...kind, random }),
        );
        const row: (string | number)[] = [name, kind.name];
        for (const contestant of contestants) {
          const classifier = await createZeroShotClassifier({
            method: 'nli',
            model: crossEncoder,
            nli: contestant === 'truncate' ? undefined : { windowPooling: contestant },
          });
          const predictions = await classifier.classify(
            documents.map(({ text }) => text),
            {
              labels: targets.labels,
              templates: template,
              longText: contestant === 'truncate' ? 'truncate' : 'windows',
            },
          );
          const right = predictions.filter(({ labels }, document) => labels[0] === documents[document]?.label).length;
          row.push((right / documents.length).toFixed(3));
          report.progress(`${name}, ${kind.name}, ${contestant}: ${right} of ${documents.length}`);
        }
        rows.push(row);
      }
    }
  } finally {
    await crossEncoder.release();
  }
  report.line(`Accuracy on ${options.documents} documents of eight texts each, windows of ${maximumLength} tokens.`);
  report.table(['set', 'texts', ...contestants], rows);
  await report.finish({ rows });
}

interface DocumentPlan {
  readonly own: number;
  readonly others: number;
  readonly random: RandomGenerator;
}

/** A document whose label is that of most of its texts, in random order. */
function joinTexts(
  { texts, targets }: LabeledTexts,
  { own, others, random }: DocumentPlan,
): { readonly text: string; readonly label: string } {
  if (targets.task !== 'single-label') return { text: '', label: '' };
  const { labels, classIndices } = targets;
  const wanted = random.integer(labels.length);
  const draw = (isWanted: boolean): string => {
    for (;;) {
      const row = random.integer(texts.length);
      if ((classIndices[row] === wanted) === isWanted) return texts[row] ?? '';
    }
  };
  const parts = [
    ...Array.from({ length: own }, () => draw(true)),
    ...Array.from({ length: others }, () => draw(false)),
  ];
  return { text: random.shuffle(parts).join(' '), label: labels[wanted] ?? '' };
}
