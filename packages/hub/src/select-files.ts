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

/** The files of a model that an encoder is made of, with `/` between folders. */
export interface ModelFiles {
  /** Configuration, tokenizer and settings of sentence-transformers, as far as they are there. */
  readonly settings: readonly string[];
  /** One safetensors file, or shards with their index, or an ONNX file with its external data. */
  readonly weights: readonly string[];
  /** The ONNX file among the weights; undefined if they are safetensors. */
  readonly graph: string | undefined;
}

/**
 * Chooses the files that an encoder is made of.
 * @param paths all files of a model, with `/` between folders
 * @param preferOnnx take an ONNX file even if there are safetensors
 * @returns undefined if there are no weights that can be used
 */
export function selectModelFiles(paths: readonly string[], preferOnnx = false): ModelFiles | undefined {
  const settings = paths.filter((path) => settingsFiles.has(path) || modulePattern.test(path)).sort();
  const safetensors = selectSafetensors(paths);
  const graph = onnxFiles.find((path) => paths.includes(path));
  if (graph !== undefined && (preferOnnx || safetensors.length === 0)) {
    return { settings, weights: [graph, ...paths.filter((path) => isExternalData(path, graph))], graph };
  }
  return safetensors.length === 0 ? undefined : { settings, weights: safetensors, graph: undefined };
}

function selectSafetensors(paths: readonly string[]): string[] {
  if (paths.includes('model.safetensors')) return ['model.safetensors'];
  const shards = paths.filter((path) => shardPattern.test(path));
  return paths.includes(shardIndex) && shards.length > 0 ? [shardIndex, ...shards] : [];
}

/** External data has no fixed name: it is what lies beside the graph and is neither text nor belongs to another graph. */
function isExternalData(path: string, graph: string): boolean {
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1);
  if (path === graph || folder === '' || !path.startsWith(folder)) return path === `${graph}_data`;
  const name = path.slice(folder.length);
  if (name.includes('/') || /\.(?:onnx|json|txt|md|model)$/.test(name)) return false;
  return name.startsWith('model.onnx') || !name.includes('.onnx');
}
