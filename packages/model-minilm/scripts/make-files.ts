// Makes files/ from a folder with the original all-MiniLM-L6-v2 checkpoint. For maintainers; not part of the package.
//   npx tsx --conditions=@polyhead/source scripts/make-files.ts FOLDER
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describeFiles, type FileRecord } from '../../../model-files.shared.ts';
import { encodeSafetensors, float32ToFloat16, readSafetensors } from '../../onnx/src/index.ts';

const copied = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'modules.json',
  '1_Pooling/config.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
];
const weights = 'model.safetensors';
const target = fileURLToPath(new URL('../files', import.meta.url));
const license = fileURLToPath(new URL('../../../LICENSE', import.meta.url));

/** Rounds every float32 tensor to float16; leaves out buffers of integers, which are not parameters. */
async function convertWeights(source: string): Promise<Uint8Array> {
  const { tensors, metadata } = await readSafetensors(join(source, weights));
  const halves = [...tensors].flatMap(([name, { dataType, shape, data }]) =>
    dataType === 'float32' ? [[name, { dataType: 'float16', shape, data: float32ToFloat16(data) }] as const] : [],
  );
  return encodeSafetensors(new Map(halves), metadata);
}

function provenanceText(originals: Record<string, FileRecord>): string {
  const rows = Object.entries(originals).map(([name, { bytes, sha256 }]) => `| ${name} | ${bytes} | \`${sha256}\` |`);
  return `# Where these files come from

The model is all-MiniLM-L6-v2 (Hugging Face id \`sentence-transformers/all-MiniLM-L6-v2\`), published by the
sentence-transformers project under the Apache License 2.0. It was fine-tuned from \`nreimers/MiniLM-L6-H384-uncased\`.

What was changed: \`model.safetensors\` holds the parameters rounded from float32 to float16 (round half to even); the integer
buffer \`embeddings.position_ids\`, which is not a parameter, was left out. All other files are unchanged copies.

The original files:

| file | bytes | SHA-256 |
|---|---|---|
${rows.join('\n')}

\`provenance.json\` lists the same and the checksums of the files in this folder. \`scripts/make-files.ts\` in the package's
repository made them and makes the same bytes again.
`;
}

async function main(source: string | undefined): Promise<void> {
  if (source === undefined) {
    process.stderr.write('usage: make-files.ts FOLDER\n');
    process.exitCode = 2;
    return;
  }
  await rm(target, { recursive: true, force: true });
  for (const name of copied) {
    await mkdir(dirname(join(target, name)), { recursive: true });
    await writeFile(join(target, name), await readFile(join(source, name)));
  }
  await writeFile(join(target, weights), await convertWeights(source));
  await writeFile(join(target, 'LICENSE'), await readFile(license));
  const originals = await describeFiles(source, [weights, ...copied]);
  const provenance = {
    name: 'all-MiniLM-L6-v2',
    origin: 'Hugging Face: sentence-transformers/all-MiniLM-L6-v2',
    license: 'Apache-2.0',
    changes: 'model.safetensors: float32 rounded to float16, integer buffer left out; other files unchanged',
    original: originals,
    files: await describeFiles(target, [weights, ...copied, 'LICENSE']),
  };
  await writeFile(join(target, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
  await writeFile(join(target, 'PROVENANCE.md'), provenanceText(originals));
}

await main(process.argv[2]);
