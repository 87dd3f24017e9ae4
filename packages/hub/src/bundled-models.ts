import { modelDirectory as encoderDirectory, modelName as encoderName } from '@polyhead/model-minilm';
import { modelDirectory as nliDirectory, modelName as nliName } from '@polyhead/model-nli';

/** A model that comes with Polyhead. */
export interface BundledModel {
  readonly name: string;
  readonly directory: string;
}

const models: readonly (BundledModel & { readonly alias?: string })[] = [
  { name: encoderName, alias: 'minilm', directory: encoderDirectory },
  { name: nliName, directory: nliDirectory },
];

/** Full names of the models that come with Polyhead. */
export const bundledNames: readonly string[] = models.map(({ name }) => name);

/** The bundled model of a name, in any casing; undefined for other names. */
export function findBundledModel(reference: string): BundledModel | undefined {
  const wanted = reference.toLowerCase();
  return models.find(({ name, alias }) => name.toLowerCase() === wanted || alias === wanted);
}
