/**
 * Encodes texts with transformers.js in float32, when asked to; see encode_peer.py for what is asked and answered.
 *
 *   node transformers-js-encode-peer.js INSTALL_DIR MODEL_DIR THREADS
 *
 * INSTALL_DIR is where `npm install @huggingface/transformers` was run. MODEL_DIR holds config.json, tokenizer.json and
 * onnx/model.onnx. Texts are batched by length, which transformers.js leaves to its callers.
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

const extract = await pipeline('feature-extraction', basename(modelDirectory), {
  dtype: 'fp32',
  device: 'cpu',
  session_options: { intraOpNumThreads: Number(threads), interOpNumThreads: 1, logSeverityLevel: 3 },
});
console.log(JSON.stringify({ transformers_js: env.version, threads: Number(threads) }));

async function encode(texts, batchSize) {
  const order = texts.map((_, index) => index).sort((left, right) => texts[left].length - texts[right].length);
  const rows = [];
  for (let start = 0; start < order.length; start += batchSize) {
    const batch = order.slice(start, start + batchSize);
    const output = await extract(
      batch.map((index) => texts[index]),
      { pooling: 'mean', normalize: true },
    );
    const width = output.dims[1];
    for (const [place, index] of batch.entries()) rows[index] = output.data.slice(place * width, (place + 1) * width);
  }
  return rows;
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const texts = JSON.parse(await readFile(request.texts, 'utf8'));
  const start = performance.now();
  const rows = await encode(texts, request.batch_size);
  const seconds = (performance.now() - start) / 1000;
  if (request.output) await writeFile(request.output, Buffer.concat(rows.map((row) => Buffer.from(row.buffer))));
  console.log(JSON.stringify({ seconds }));
}
