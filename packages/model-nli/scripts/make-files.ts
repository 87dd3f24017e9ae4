// Makes files/ from the folder that `polyhead train --task nli --config scripts/nli/recipe.yaml` wrote. For maintainers; not part
// of the package.
//   npx tsx scripts/make-files.ts FOLDER DATA_FOLDER
import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const target = fileURLToPath(new URL('../files', import.meta.url));

async function describeFiles(folder: string): Promise<Record<string, { bytes: number; sha256: string }>> {
  const records: Record<string, { bytes: number; sha256: string }> = {};
  for (const name of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, name));
    records[name] = { bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
  return records;
}

async function main(source: string | undefined, data: string | undefined): Promise<void> {
  if (source === undefined || data === undefined) {
    process.stderr.write('usage: make-files.ts FOLDER DATA_FOLDER\n');
    process.exitCode = 2;
    return;
  }
  await rm(target, { recursive: true, force: true });
  await cp(source, target, { recursive: true });
  // Where the data lay on the machine that trained says nothing.
  const record = join(target, 'training.json');
  await writeFile(record, (await readFile(record, 'utf8')).replaceAll(`${resolve(data)}/`, ''));
  const provenance = { name: 'polyhead-nli', files: await describeFiles(target) };
  await writeFile(join(target, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
}

await main(process.argv[2], process.argv[3]);
