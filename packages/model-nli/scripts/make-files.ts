// Makes files/ from the folder that `polyhead train --task nli --config scripts/nli/second-stage.yaml` wrote. For maintainers;
// not part of the package.
//   npx tsx scripts/make-files.ts FOLDER DATA_FOLDER
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describeFiles, listFiles } from '../../../model-files.shared.ts';

const target = fileURLToPath(new URL('../files', import.meta.url));

async function main(source: string | undefined, data: string | undefined): Promise<void> {
  if (source === undefined || data === undefined) {
    process.stderr.write('usage: make-files.ts FOLDER DATA_FOLDER\n');
    process.exitCode = 2;
    return;
  }
  await rm(target, { recursive: true, force: true });
  await cp(source, target, { recursive: true });
  // Where data and the first stage lay on the machine that trained says nothing.
  const record = join(target, 'training.json');
  let text = await readFile(record, 'utf8');
  for (const folder of [resolve(data), dirname(resolve(source))]) text = text.replaceAll(`${folder}/`, '');
  await writeFile(record, text);
  const provenance = { name: 'polyhead-nli', files: await describeFiles(target, await listFiles(target)) };
  await writeFile(join(target, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
}

await main(process.argv[2], process.argv[3]);
