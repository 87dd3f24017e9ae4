/**
 * Classifies texts with the zero-shot pipeline of transformers.js in float32; see zero_shot_peer.py for what is asked and
 * answered. The pipeline runs one pair of text and label at a time, so the batch size has no meaning here.
 *
 *   node transformers-js-zero-shot-peer.js INSTALL_DIR MODEL_DIR THREADS
 *
 * INSTALL_DIR is where `npm install @huggingface/transformers` was run. MODEL_DIR holds config.json, tokenizer.json and
 * onnx/model.onnx.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [installDirectory, modelDirectory, threads] = process.argv.slice(2);
const requireInstalled = createRequire(join(installDirectory, 'package.json'));
const { env, pipeline } = await import(pathToFileURL(requireInstalled.resolve('@huggingface/transformers')).href);
env.allowRemoteModels = false;
env.localModelPath = dirname(modelDirectory);

const classify = await pipeline('zero-shot-classification', basename(modelDirectory), {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1, logSeverityLevel: 3 },
});
console.log(JSON.stringify({ transformers_js: env.version, threads: Number(threads) }));

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const texts = JSON.parse(await readFile(request.texts, 'utf8'));
  const start = performance.now();
  const results = await classify(texts, request.labels, { hypothesis_template: request.template });
  const seconds = (performance.now() - start) / 1000;
  if (request.output) {
    const scores = [results]
      .flat()
      .map(({ labels, scores: values }) => Object.fromEntries(labels.map((label, index) => [label, values[index]])));
    await writeFile(request.output, JSON.stringify(scores));
  }
  console.log(JSON.stringify({ seconds }));
}
