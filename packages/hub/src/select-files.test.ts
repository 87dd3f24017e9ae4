import { describe, expect, it } from 'vitest';
import { selectModelFiles } from './select-files.ts';

function selectFiles(paths: readonly string[], preferOnnx = false): readonly string[] | undefined {
  const files = selectModelFiles(paths, preferOnnx);
  return files && [...files.settings, ...files.weights];
}

describe('selectModelFiles', () => {
  it('takes settings, tokenizer and safetensors, and nothing else', () => {
    const wanted = [
      'config.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'special_tokens_map.json',
      'modules.json',
      'sentence_bert_config.json',
      'config_sentence_transformers.json',
      '1_Pooling/config.json',
      '2_Dense/config.json',
      '2_Dense/model.safetensors',
      'model.safetensors',
    ];
    const others = [
      '.gitattributes',
      'README.md',
      'pytorch_model.bin',
      '2_Dense/pytorch_model.bin',
      'tf_model.h5',
      'onnx/model.onnx',
      'onnx/tokenizer.json',
      'openvino/openvino_model.xml',
    ];
    expect(new Set(selectFiles([...others, ...wanted]))).toEqual(new Set(wanted));
  });

  it('takes all shards with their index', () => {
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    expect(selectFiles(['model.safetensors.index.json', ...shards])).toEqual([
      'model.safetensors.index.json',
      ...shards,
    ]);
    expect(selectFiles(shards)).toBeUndefined();
  });

  it('takes the ONNX file with its external data where there are no safetensors', () => {
    const paths = [
      'pytorch_model.bin',
      'onnx/model.onnx',
      'onnx/model.onnx_data',
      'onnx/Constant_7_attr__value',
      'onnx/model_fp16.onnx',
      'onnx/model_fp16.onnx_data',
      'onnx/config.json',
      'onnx/sentencepiece.bpe.model',
    ];
    expect(selectFiles(paths)).toEqual(['onnx/model.onnx', 'onnx/model.onnx_data', 'onnx/Constant_7_attr__value']);
    expect(selectFiles(['model.onnx', 'model.onnx_data', 'config.json', 'extra'])).toEqual([
      'config.json',
      'model.onnx',
      'model.onnx_data',
    ]);
  });

  it('prefers the ONNX file when asked, if there is one', () => {
    const paths = ['model.safetensors', 'onnx/model.onnx'];
    expect(selectModelFiles(paths, true)).toEqual({
      settings: [],
      weights: ['onnx/model.onnx'],
      graph: 'onnx/model.onnx',
    });
    expect(selectModelFiles(['model.safetensors'], true)).toMatchObject({ graph: undefined });
  });

  it('says when there are no usable weights', () => {
    expect(selectFiles(['config.json', 'pytorch_model.bin'])).toBeUndefined();
  });
});
