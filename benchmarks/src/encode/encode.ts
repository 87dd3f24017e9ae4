import { join } from 'node:path';
import { loadEncoder, type LoadedEncoder } from '@polyhead/backbone';
import { writeFileAtomic } from '@polyhead/files';
import { createRandomGenerator } from '@polyhead/numerics';
import type { JsonObject } from '@polyhead/types';
import { openDataFolder, type DataSetName } from '../data-folder.ts';
import { formatNumber } from '../markdown-table.ts';
import { findPython, noPythonNote, peerScript, readSeconds, startPeer, type PeerProcess } from '../peer-process.ts';
import { readRawFloats } from '../raw-floats.ts';
import { createReport, type Report } from '../report.ts';
import { runRounds, type Contestant, type Timing } from '../rounds.ts';
import { compareEmbeddings, median } from '../statistics.ts';
import { openWorkFolder } from '../work-folder.ts';
import { startTransformersJs, transformersJsNote } from './transformers-js-peer.ts';

export interface EncodeBenchmarkOptions {
  readonly data?: string;
  readonly python?: string;
  readonly model: string;
  readonly peerModel?: string;
  readonly threads: number;
  readonly rounds: number;
  readonly texts: number;
}

/** Another library that encodes, with the batch sizes that it is measured at. */
interface EncodingPeer {
  readonly name: string;
  readonly process: PeerProcess;
  readonly batchSizes: readonly number[];
}

const self = 'Polyhead';

/** Texts a second of the same texts, threads and weights in every library that is there. */
export async function runEncodeBenchmark(options: EncodeBenchmarkOptions): Promise<void> {
  const report = createReport('encode', options);
  const encoder = await loadEncoder(options.model, { threads: options.threads });
  const peers = await startPeers(encoder, options, report);
  const figures: Record<string, JsonObject> = {};
  try {
    for (const set of ['sst2', 'go_emotions'] as const) {
      const texts = await sampleTexts(set, options);
      figures[set] = await measureSet({
        set,
        texts,
        encoder,
        peers,
        threads: options.threads,
        rounds: options.rounds,
        report,
      });
    }
  } finally {
    await Promise.all(peers.map((peer) => peer.process.close()));
    await encoder.release();
  }
  const versions = Object.fromEntries(peers.map((peer) => [peer.name, peer.process.ready]));
  await report.finish({ versions, sets: figures });
}

async function startPeers(
  encoder: LoadedEncoder,
  options: EncodeBenchmarkOptions,
  report: Report,
): Promise<EncodingPeer[]> {
  const peers: EncodingPeer[] = [];
  const { threads } = options;
  const python = findPython(options.python);
  if (python === undefined) {
    report.line(noPythonNote);
  } else {
    const folder = options.peerModel ?? encoder.directory;
    const process = await startPeer({
      program: python,
      arguments: [peerScript('encode_peer.py'), folder, String(threads)],
      threads,
    });
    peers.push({ name: 'sentence-transformers', process, batchSizes: [32, 64] });
  }
  const transformersJs = await startTransformersJs(encoder, threads);
  if (transformersJs === undefined) report.line(transformersJsNote);
  else peers.push({ name: 'transformers.js', process: transformersJs, batchSizes: [32] });
  return peers;
}

/** The test split; of go_emotions a sample, the same in every run. */
async function sampleTexts(set: DataSetName, options: EncodeBenchmarkOptions): Promise<string[]> {
  const { texts } = await openDataFolder(options.data).load(set, 'test');
  const sample =
    set === 'sst2'
      ? [...texts]
      : createRandomGenerator(1)
          .shuffle([...texts])
          .slice(0, 2000);
  return sample.slice(0, options.texts);
}

interface SetRun {
  readonly set: DataSetName;
  readonly texts: readonly string[];
  readonly encoder: LoadedEncoder;
  readonly peers: readonly EncodingPeer[];
  readonly threads: number;
  readonly rounds: number;
  readonly report: Report;
}

async function measureSet(run: SetRun): Promise<JsonObject> {
  const { set, texts, encoder, peers, threads, report } = run;
  const folder = await openWorkFolder('encode');
  const textsFile = join(folder, `${set}.json`);
  await writeFileAtomic(textsFile, JSON.stringify(texts));
  const shares: number[] = [];
  const contestants = [
    createOwnContestant({ texts, encoder, threads, shares }),
    ...peers.flatMap((peer) => peer.batchSizes.map((batchSize) => createPeerContestant(peer, batchSize, textsFile))),
  ];
  const timings = await runRounds(contestants, {
    rounds: run.rounds,
    onRun: (name, seconds, round) => report.progress(`${set}, round ${round}: ${name} ${seconds.toFixed(2)} s`),
  });

  const { data, columns, tokenCounts } = await encoder.encode(texts);
  const tokens = tokenCounts.reduce((sum, count) => sum + count, 0);
  report.line(`### ${set}: ${formatNumber(texts.length)} texts, ${formatNumber(tokens)} tokens`);
  report.table(['library', 'texts/s (median)', 'range', 'Polyhead is faster by'], toRows(timings, texts.length));
  // The first share is that of the warm-up.
  const share = median(shares.slice(1));
  report.line(
    `Work outside the workers that run the model: ${(share * 100).toFixed(1)} % of what ${threads} threads can do in Polyhead's time (median; target below 5 %).`,
  );
  const differences: Record<string, JsonObject> = {};
  for (const peer of peers) {
    const output = join(folder, `${set}-${peer.name}.f32`);
    await peer.process.ask({ texts: textsFile, batch_size: peer.batchSizes[0] ?? 32, output });
    const difference = compareEmbeddings(data, await readRawFloats(output), columns);
    differences[peer.name] = { ...difference };
    report.line(
      `Embeddings against ${peer.name}: greatest difference ${difference.maximumDifference.toExponential(1)}, ` +
        `least cosine ${difference.minimumCosine.toFixed(7)}.`,
    );
  }
  const timingsJson = timings.map((timing) => ({ ...timing, seconds: [...timing.seconds] }));
  return { texts: texts.length, tokens, timings: timingsJson, sharesOutsideWorkers: shares.slice(1), differences };
}

function createOwnContestant(
  own: Pick<SetRun, 'texts' | 'encoder' | 'threads'> & { readonly shares: number[] },
): Contestant {
  return {
    name: self,
    async run() {
      const before = performance.eventLoopUtilization();
      const start = performance.now();
      await own.encoder.encode(own.texts);
      const milliseconds = performance.now() - start;
      own.shares.push(performance.eventLoopUtilization(before).active / (milliseconds * own.threads));
      return milliseconds / 1000;
    },
  };
}

function createPeerContestant(peer: EncodingPeer, batchSize: number, textsFile: string): Contestant {
  return {
    name: `${peer.name}, batches of ${batchSize}`,
    run: async () => readSeconds(await peer.process.ask({ texts: textsFile, batch_size: batchSize, output: null })),
  };
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
