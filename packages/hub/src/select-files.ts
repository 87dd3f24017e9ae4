const settingsFiles = new Set([
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'modules.json',
  'sentence_bert_config.json',
  'config_sentence_transformers.json',
]);

/** Settings and weights of sentence-transformers modules such as `1_Pooling` and `2_Dense`. */
const modulePattern = /^\d+_[A-Za-z]+\/(?:config\.json|model\.safetensors)$/;
const shardPattern = /^model-\d+-of-\d+\.safetensors$/;
const shardIndex = 'model.safetensors.index.json';
const onnxFiles = ['onnx/model.onnx', 'model.onnx'] as const;

/**
 * The files of a model that an encoder is made of: settings, tokenizer, and weights as safetensors, or an ONNX file
 * where there are none.
 * @param paths all files of the model, with `/` between folders
 * @returns the files to take, or undefined if there are no weights that can be used
 */
export function selectFiles(paths: readonly string[]): string[] | undefined {
  const weights = selectWeights(paths);
  if (weights.length === 0) return undefined;
  const settings = paths.filter((path) => settingsFiles.has(path) || modulePattern.test(path));
  return [...settings, ...weights];
}

function selectWeights(paths: readonly string[]): string[] {
  if (paths.includes('model.safetensors')) return ['model.safetensors'];
  const shards = paths.filter((path) => shardPattern.test(path));
  if (paths.includes(shardIndex) && shards.length > 0) return [shardIndex, ...shards];
  const graph = onnxFiles.find((path) => paths.includes(path));
  return graph === undefined ? [] : [graph, ...paths.filter((path) => isExternalData(path, graph))];
}

/** External data has no fixed name: it is what lies beside the graph and is neither text nor belongs to another graph. */
function isExternalData(path: string, graph: string): boolean {
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1);
  if (path === graph || folder === '' || !path.startsWith(folder)) return path === `${graph}_data`;
  const name = path.slice(folder.length);
  if (name.includes('/') || /\.(?:onnx|json|txt|md|model)$/.test(name)) return false;
  return name.startsWith('model.onnx') || !name.includes('.onnx');
}
