import { join } from 'node:path';
import { readJson, writeFileAtomic } from '@polyhead/files';
import { resolveModel } from '@polyhead/hub';
import { createRandomGenerator } from '@polyhead/numerics';
import type { ZeroShotClassifier, ZeroShotPrediction } from '@polyhead/types';
import { createZeroShotClassifier } from '@polyhead/zero-shot';
import { openDataFolder } from '../data-folder.ts';
import { formatNumber } from '../markdown-table.ts';
import { readSeconds } from '../peer-process.ts';
import { createReport } from '../report.ts';
import { runRounds, type Contestant, type Timing } from '../rounds.ts';
import { openWorkFolder } from '../work-folder.ts';
import { startZeroShotPeers, type ZeroShotPeer } from './zero-shot-peers.ts';

export interface ZeroShotBenchmarkOptions {
  readonly data?: string;
  readonly python?: string;
  /** The NLI model. */
  readonly model: string;
  readonly threads: number;
  readonly texts: number;
  readonly labels: number;
  readonly rounds: number;
}

const self = 'Polyhead';
const template = 'This example is {}.';

/** Texts a second by entailment, of the same texts, labels, threads and weights in every library that is there. */
export async function runZeroShotBenchmark(options: ZeroShotBenchmarkOptions): Promise<void> {
  const { model, threads, rounds } = options;
  const report = createReport('zero-shot', options);
  const { texts, labels } = await sampleTexts(options);
  const folder = await openWorkFolder('zero-shot');
  const textsFile = join(folder, 'texts.json');
  await writeFileAtomic(textsFile, JSON.stringify(texts));
  const { directory } = await resolveModel(model);
  const classifier = await createZeroShotClassifier({ method: 'nli', model, threads });
  const peers = await startZeroShotPeers({ directory, threads, python: options.python }, report);
  try {
    const job: PeerJob = { textsFile, labels };
    const contestants = [
      createOwnContestant(classifier, texts, labels),
      ...peers.flatMap((peer) => peer.batchSizes.map((batchSize) => createPeerContestant(peer, batchSize, job))),
    ];
    const timings = await runRounds(contestants, {
      rounds,
      onRun: (name, seconds, round) => report.progress(`round ${round}: ${name} ${seconds.toFixed(2)} s`),
    });
    report.line(`${formatNumber(texts.length)} texts of banking77, ${labels.length} labels.`);
    report.table(['library', 'texts/s (median)', 'range', 'Polyhead is faster by'], toRows(timings, texts.length));
    const predictions = await classifier.classify(texts, { labels, templates: template });
    const differences: Record<string, number> = {};
    for (const peer of peers) {
      const difference = await compareScores(predictions, peer, { ...job, output: join(folder, `${peer.name}.json`) });
      differences[peer.name] = difference;
      report.line(`Scores against ${peer.name}: greatest difference ${difference.toExponential(1)}.`);
    }
    const versions = Object.fromEntries(peers.map((peer) => [peer.name, peer.process.ready]));
    await report.finish({ versions, timings, differences });
  } finally {
    await Promise.all(peers.map((peer) => peer.process.close()));
    await classifier.release();
  }
}

/** Texts of the test split, the same in every run, and the first labels in the order of their names. */
async function sampleTexts(
  options: Pick<ZeroShotBenchmarkOptions, 'data' | 'texts' | 'labels'>,
): Promise<{ readonly texts: readonly string[]; readonly labels: readonly string[] }> {
  const { texts, targets } = await openDataFolder(options.data).load('banking77', 'test');
  const sample = createRandomGenerator(1)
    .shuffle([...texts])
    .slice(0, options.texts);
  const names = targets.task === 'regression' ? [] : targets.labels;
  return { texts: sample, labels: names.slice(0, options.labels).map((name) => name.replaceAll('_', ' ')) };
}

interface PeerJob {
  readonly textsFile: string;
  readonly labels: readonly string[];
}

function createOwnContestant(
  classifier: ZeroShotClassifier,
  texts: readonly string[],
  labels: readonly string[],
): Contestant {
  return {
    name: self,
    async run() {
      const start = performance.now();
      await classifier.classify(texts, { labels, templates: template });
      return (performance.now() - start) / 1000;
    },
  };
}

function createPeerContestant({ name, process }: ZeroShotPeer, batchSize: number, job: PeerJob): Contestant {
  const request = { texts: job.textsFile, labels: [...job.labels], template, batch_size: batchSize, output: null };
  return {
    name: `${name}, batches of ${batchSize}`,
    run: async () => readSeconds(await process.ask(request)),
  };
}

async function compareScores(
  own: readonly ZeroShotPrediction[],
  { process, batchSizes }: ZeroShotPeer,
  { textsFile, labels, output }: PeerJob & { readonly output: string },
): Promise<number> {
  const request = { texts: textsFile, labels: [...labels], template, batch_size: batchSizes[0] ?? 1, output };
  await process.ask(request);
  const rows = (await readJson(output)) as unknown as readonly Readonly<Record<string, number>>[];
  const differences = own.flatMap(({ scores }, text) =>
    scores.map(({ label, score }) => Math.abs(score - (rows[text]?.[label] ?? NaN))),
  );
  return differences.reduce((most, difference) => Math.max(most, difference), 0);
}

function toRows(timings: readonly Timing[], texts: number): (string | number)[][] {
  const own = timings[0]?.median ?? NaN;
  return timings.map(({ name, median: middle, minimum, maximum }) => [
    name,
    texts / middle,
    `${formatNumber(texts / maximum)} - ${formatNumber(texts / minimum)}`,
    name === self ? '' : `${(middle / own).toFixed(2)} times`,
  ]);
}
