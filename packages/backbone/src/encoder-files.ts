import { listFiles } from '@polyhead/files';
import { selectModelFiles, type ModelFiles } from '@polyhead/hub';
import { PolyheadError } from '@polyhead/types';

/** The files of a model folder that an encoder is made of. */
export interface EncoderFiles extends ModelFiles {
  readonly directory: string;
}

/**
 * Finds the files that an encoder is made of.
 * @param useOnnxFile take the folder's ONNX file even if there are safetensors
 * @throws {PolyheadError} MODEL_INCOMPLETE, FILE_NOT_FOUND
 */
export async function findEncoderFiles(directory: string, useOnnxFile: boolean): Promise<EncoderFiles> {
  const files = selectModelFiles(await listFiles(directory), useOnnxFile);
  const missing = files?.settings.includes('config.json') === false ? ['config.json'] : [];
  if (files === undefined) missing.push('model.safetensors', 'onnx/model.onnx');
  else if (useOnnxFile && files.graph === undefined) missing.push('onnx/model.onnx');
  if (files !== undefined && missing.length === 0) return { ...files, directory };
  throw new PolyheadError('MODEL_INCOMPLETE', {
    message: `The model folder "${directory}" has no ${missing.join(', no ')}.`,
    remedy: 'An encoder needs config.json, tokenizer.json, and model.safetensors or onnx/model.onnx.',
    details: { folder: directory, missing },
  });
}
