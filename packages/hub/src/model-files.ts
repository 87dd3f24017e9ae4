import { listFiles } from '@polyhead/files';
import { selectModelFiles } from './select-files.ts';

/** True if a folder holds everything that an encoder is made of. */
export async function isCompleteModel(directory: string): Promise<boolean> {
  const paths = await listFiles(directory).catch(() => []);
  const files = selectModelFiles(paths);
  return files !== undefined && ['config.json', 'tokenizer.json'].every((name) => files.settings.includes(name));
}
