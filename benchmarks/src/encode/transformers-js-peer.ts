import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadedEncoder } from '@polyhead/backbone';
import { buildEncoderModel, writeModel } from '@polyhead/onnx';
import { peerScript, startPeer, type PeerProcess } from '../peer-process.ts';
import { openWorkFolder, workDirectory } from '../work-folder.ts';

/** Where it is installed. */
export const transformersJsDirectory: string = join(workDirectory, 'transformers-js');

/** How transformers.js is installed; said when it is not there. */
export const transformersJsNote: string =
  'transformers.js is left out; install it with: ' +
  'npm install --prefix benchmarks/.work/transformers-js --ignore-scripts @huggingface/transformers';

/** Starts transformers.js on the encoder's own weights, or gives undefined if it is not installed. */
export async function startTransformersJs(encoder: LoadedEncoder, threads: number): Promise<PeerProcess | undefined> {
  if (!existsSync(join(transformersJsDirectory, 'node_modules', '@huggingface', 'transformers'))) return undefined;
  const directory = await openWorkFolder(join('transformers-js-models', encoder.description.digest.slice(0, 16)));
  const graph = join(directory, 'onnx', 'model.onnx');
  for (const name of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    await copyFile(join(encoder.directory, name), join(directory, name));
  }
  if (!existsSync(graph)) {
    // transformers.js pools by itself, so it gets the token states.
    const { model } = await buildEncoderModel(encoder.directory);
    await writeModel(model, graph);
  }
  return startPeer({
    program: process.execPath,
    arguments: [peerScript('transformers-js-encode-peer.js'), transformersJsDirectory, directory, String(threads)],
    threads,
  });
}
