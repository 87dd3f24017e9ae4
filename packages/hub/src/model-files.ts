import { listFiles } from '@polyhead/files';
import { selectModelFiles } from './select-files.ts';

/** True if a folder holds everything that an encoder is made of, with all shards of the weights. */
export async function isCompleteModel(directory: string): Promise<boolean> {
  const paths = await listFiles(directory).catch(() => []);
  const files = selectModelFiles(paths);
  return (
    files !== undefined &&
    hasAllShards(files.weights) &&
    ['config.json', 'tokenizer.json'].every((name) => files.settings.includes(name))
  );
}

function hasAllShards(weights: readonly string[]): boolean {
  const shards = weights.flatMap((path) => /^model-\d+-of-(\d+)\.safetensors$/.exec(path)?.[1] ?? []);
  return shards.every((count) => Number(count) === shards.length);
}
