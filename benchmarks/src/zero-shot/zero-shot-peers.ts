import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sha256 } from '@polyhead/files';
import { buildClassifierModel, writeModel } from '@polyhead/onnx';
import { transformersJsDirectory, transformersJsNote } from '../encode/transformers-js-peer.ts';
import { findPython, noPythonNote, peerScript, startPeer, type PeerProcess } from '../peer-process.ts';
import type { Report } from '../report.ts';
import { openWorkFolder } from '../work-folder.ts';

/** Another library that classifies by entailment, with the batch sizes that it is measured at. */
export interface ZeroShotPeer {
  readonly name: string;
  readonly process: PeerProcess;
  readonly batchSizes: readonly number[];
}

/** What peers are started with. */
export interface ZeroShotPeerOptions {
  /** The folder of the NLI model. */
  readonly directory: string;
  readonly threads: number;
  readonly python?: string | undefined;
}

/** Starts every library that is there on the same weights. */
export async function startZeroShotPeers(options: ZeroShotPeerOptions, report: Report): Promise<ZeroShotPeer[]> {
  const { directory, threads } = options;
  const peers: ZeroShotPeer[] = [];
  const python = findPython(options.python);
  if (python === undefined) {
    report.line(noPythonNote);
  } else {
    const words = [peerScript('zero_shot_peer.py'), directory, String(threads)];
    const process = await startPeer({ program: python, arguments: words, threads });
    peers.push({ name: 'transformers', process, batchSizes: [1, 32] });
  }
  const transformersJs = await startTransformersJs(options, python);
  if (transformersJs === undefined) report.line(transformersJsNote);
  else peers.push({ name: 'transformers.js', process: transformersJs, batchSizes: [1] });
  return peers;
}

/** It gets the ONNX file that PyTorch exports, as its users have it; without Python the one that Polyhead builds. */
async function startTransformersJs(
  { directory, threads }: ZeroShotPeerOptions,
  python: string | undefined,
): Promise<PeerProcess | undefined> {
  if (!existsSync(join(transformersJsDirectory, 'node_modules', '@huggingface', 'transformers'))) return undefined;
  const folder = await openWorkFolder(join('transformers-js-models', sha256(directory).slice(0, 16)));
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (existsSync(join(directory, name))) await copyFile(join(directory, name), join(folder, name));
  }
  const file = join(folder, 'onnx', 'model.onnx');
  if (python === undefined) await writeModel((await buildClassifierModel(directory)).model, file);
  else await promisify(execFile)(python, [peerScript('export_classifier.py'), directory, file]);
  const words = [peerScript('transformers-js-zero-shot-peer.js'), transformersJsDirectory, folder, String(threads)];
  return startPeer({ program: process.execPath, arguments: words, threads });
}
