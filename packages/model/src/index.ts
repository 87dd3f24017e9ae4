export { saveModel, type SavedHead, type SaveModelOptions } from './save-model.ts';
