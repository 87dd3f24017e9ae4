import { listFiles } from '@polyhead/files';
import { selectFiles } from './select-files.ts';

/** True if a folder holds everything that an encoder is made of. */
export async function isCompleteModel(directory: string): Promise<boolean> {
  const paths = await listFiles(directory).catch(() => []);
  const selected = selectFiles(paths);
  return selected !== undefined && ['config.json', 'tokenizer.json'].every((name) => selected.includes(name));
}
