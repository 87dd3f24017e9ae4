import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isBrokenRecord, readRecords } from '@polyhead/data';
import { sha256, writeFileAtomic } from '@polyhead/files';
import { PolyheadError, type Matrix, type SingleLabelTargets } from '@polyhead/types';
import { openDataFolder, type DataFolder, type SplitName } from './data-folder.ts';
import { openStoredEncoder, type StoredEncoder } from './embeddings-on-disk.ts';
import { fitHead, scoresOf } from './fit-head.ts';
import { findPython, noPythonNote, peerScript, startPeer } from './peer-process.ts';
import { readRawFloats } from './raw-floats.ts';
import { createReport, type Report } from './report.ts';
import { startScikitLearnPeer } from './scikit-learn-peer.ts';
import { openWorkFolder } from './work-folder.ts';

export interface MassiveBenchmarkOptions {
  readonly data?: string;
  readonly python?: string;
  readonly model: string;
  readonly prompt: string;
  readonly threads: number;
  readonly texts: number;
}

/** Texts of one language with their intents. */
interface LanguageTexts {
  readonly language: string;
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

/** What both libraries learn from and are judged by. */
interface Task {
  readonly train: LanguageTexts;
  readonly tests: readonly LanguageTexts[];
  readonly labels: readonly string[];
}

type EncodeTexts = (name: string, texts: readonly string[]) => Promise<Matrix>;
type Accuracies = Readonly<Record<string, number>>;

const languages = ['en', 'de', 'es', 'pl', 'sv'];

/** Intents learned from English only and recognised in five languages, with a user's own multilingual encoder. */
export async function runMassiveBenchmark(options: MassiveBenchmarkOptions): Promise<void> {
  const report = createReport('massive', options);
  const task = await loadTask(openDataFolder(options.data), options.texts);
  const python = findPython(options.python);
  const encoder = await openStoredEncoder(options.model, { threads: options.threads, prompt: options.prompt }, report);
  const own = await measureOwn(task, encoder);
  await encoder.release();
  if (python === undefined) report.line(noPythonNote);
  const peer = python === undefined ? undefined : await measurePeer(task, { ...options, python, encoder, report });
  const headings = [
    'language',
    'test texts',
    'Polyhead',
    ...(peer ? ['sentence-transformers + scikit-learn', 'difference'] : []),
  ];
  const rows = task.tests.map(({ language, texts }): (string | number)[] => {
    const mine = own[language] ?? NaN;
    const theirs = peer?.[language] ?? NaN;
    return [language, texts.length, mine.toFixed(4), ...(peer ? [theirs.toFixed(4), (mine - theirs).toFixed(4)] : [])];
  });
  report.line(`Accuracy on ${task.labels.length} intents, trained on ${task.train.texts.length} English texts.`);
  report.table(headings, rows);
  await report.finish({ trainTexts: task.train.texts.length, polyhead: own, peer });
}

async function loadTask(data: DataFolder, limit: number): Promise<Task> {
  const [train] = await readLanguages(data, 'train', limit);
  const tests = await readLanguages(data, 'test', limit);
  if (train === undefined) throw new PolyheadError('DATA_EMPTY', { message: 'massive has no English training texts.' });
  return { train, tests, labels: [...new Set(train.labels)].sort() };
}

async function readLanguages(data: DataFolder, split: SplitName, limit: number): Promise<LanguageTexts[]> {
  const found = new Map(languages.map((language) => [language, { texts: [] as string[], labels: [] as string[] }]));
  for await (const record of readRecords(data.pathOf('massive', split))) {
    if (isBrokenRecord(record)) continue;
    const { text, label, lang } = record.values;
    const rows = typeof lang === 'string' ? found.get(lang) : undefined;
    if (rows === undefined || rows.texts.length >= limit || typeof text !== 'string' || typeof label !== 'string')
      continue;
    rows.texts.push(text);
    rows.labels.push(label);
  }
  return [...found].map(([language, rows]) => ({ language, ...rows }));
}

async function measureOwn(task: Task, encoder: StoredEncoder): Promise<Accuracies> {
  const embeddings = await encoder.encode('massive, training', task.train.texts);
  const { head } = await fitHead('logistic-regression', { embeddings, targets: toTargets(task) });
  return measureLanguages(task, async (language, texts) =>
    scoresOf(head, await encoder.encode(`massive, test, ${language}`, texts)),
  );
}

interface PeerRun extends MassiveBenchmarkOptions {
  readonly python: string;
  readonly encoder: StoredEncoder;
  readonly report: Report;
}

async function measurePeer(task: Task, run: PeerRun): Promise<Accuracies> {
  const embed = await createPeerEncoder(run);
  const train = { embeddings: await embed.encode('training', task.train.texts), targets: toTargets(task) };
  const { python, threads } = run;
  const classifier = await startScikitLearnPeer(train, { python, threads, name: 'massive' });
  await classifier.fit('LogisticRegression', { max_iter: 1000 });
  const accuracies = await measureLanguages(task, async (language, texts) =>
    classifier.predict(language, await embed.encode(language, texts)),
  );
  await classifier.process.close();
  await embed.close();
  return accuracies;
}

/** sentence-transformers; its embeddings are kept too, so that a stopped run goes on where it was. */
async function createPeerEncoder(run: PeerRun): Promise<{ readonly encode: EncodeTexts; close(): Promise<void> }> {
  const { python, threads, prompt, encoder, report } = run;
  const folder = await openWorkFolder('peer-embeddings');
  const peer = await startPeer({
    program: python,
    arguments: [peerScript('encode_peer.py'), encoder.directory, String(threads), prompt],
    threads,
  });
  return {
    async encode(name, texts) {
      const list = JSON.stringify(texts);
      const key = sha256(JSON.stringify([encoder.digest, prompt, list]));
      const output = join(folder, `${key}.f32`);
      if (!existsSync(output)) {
        const textsFile = join(folder, 'texts.json');
        await writeFileAtomic(textsFile, list);
        report.progress(`sentence-transformers encodes ${texts.length} texts (${name})`);
        await peer.ask({ texts: textsFile, batch_size: 64, output });
      }
      const data = await readRawFloats(output);
      return { data, rows: texts.length, columns: data.length / texts.length };
    },
    close: () => peer.close(),
  };
}

function toTargets({ train, labels }: Task): SingleLabelTargets {
  return { task: 'single-label', labels, classIndices: toClassIndices(train.labels, labels) };
}

/** A label that training lacks becomes a class that is never predicted. */
function toClassIndices(names: readonly string[], labels: readonly string[]): Int32Array {
  const indices = new Map(labels.map((label, index) => [label, index]));
  return Int32Array.from(names, (name) => indices.get(name) ?? labels.length);
}

async function measureLanguages(task: Task, score: EncodeTexts): Promise<Accuracies> {
  const accuracies: Record<string, number> = {};
  for (const { language, texts, labels } of task.tests) {
    const { data, columns } = await score(language, texts);
    const predicted = Int32Array.from(texts, (_, row) =>
      indexOfLargest(data.subarray(row * columns, (row + 1) * columns)),
    );
    const truth = toClassIndices(labels, task.labels);
    accuracies[language] =
      truth.reduce((right, label, row) => right + (label === predicted[row] ? 1 : 0), 0) / texts.length;
  }
  return accuracies;
}

function indexOfLargest(values: Float32Array): number {
  return values.reduce((best, value, index) => (value > (values[best] ?? NaN) ? index : best), 0);
}
