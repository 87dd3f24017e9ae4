import { join } from 'node:path';
import { pathExists, readText } from '@polyhead/files';

/**
 * The licence that an encoder folder names: the `license:` field in the front matter of its README.md (as on the Hugging
 * Face hub), else what its LICENSE file is titled.
 * @returns undefined if it names none
 */
export async function readEncoderLicense(directory: string): Promise<string | undefined> {
  const readme = await readIfThere(join(directory, 'README.md'));
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readme)?.[1] ?? '';
  const named = /^license:[ \t]*["']?([^\s"'#]+)/m.exec(frontMatter)?.[1];
  if (named !== undefined) return named;
  const license = await readIfThere(join(directory, 'LICENSE'));
  const [title, version] = license
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (title === undefined || title.length > 80) return undefined;
  return version?.startsWith('Version ') === true ? `${title}, ${version.split(',')[0] ?? version}` : title;
}

async function readIfThere(file: string): Promise<string> {
  return (await pathExists(file)) ? readText(file).catch(() => '') : '';
}
