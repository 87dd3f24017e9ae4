export {
  addHeadsToModel,
  removeHead,
  updateHead,
  type AddHeadsOptions,
  type UpdateHeadOptions,
} from './change-model.ts';
export type { Evaluation, HeadEvaluations } from './evaluation.ts';
export type { ExportedFile } from './export/exported-file.ts';
export { exportOnnx, type ExportOnnxOptions, type ExportReport } from './export/export-onnx.ts';
export { createShownNames, findDisplayNames, toDisplayName, type DisplayNames, type NamedHead } from './label-names.ts';
export { loadModel, loadModelHeads, type LoadModelOptions } from './load-model.ts';
export { parseManifest, readManifest } from './manifest.ts';
export {
  readHeadRecord,
  readMetrics,
  type HeadRecord,
  type MetricsFile,
  type Mistake,
  type StoredEvaluations,
} from './metrics-file.ts';
export { assertModelTarget } from './model-folder.ts';
export { scoreHead, type Model, type ModelHead, type PredictOptions } from './model.ts';
export { assertHeadName } from './names.ts';
export { readEncoderLicense } from './encoder-license.ts';
export { toPredictionJson, type HeadPredictionJson, type PredictionJson } from './prediction-json.ts';
export { renderComparisonReport, renderReport, renderTrainingReport } from './render-report.ts';
export type { ComparedFigure } from './report/charts/comparison-chart.ts';
export type { ComparedSet, ComparedVariant, ComparisonReportInput } from './report/render-comparison-page.ts';
export type { ReportHead, ReportInput } from './report/report-input.ts';
export type { TrainingReportInput } from './report/render-training-page.ts';
export { saveModel, type SavedHead, type SaveModelOptions } from './save-model.ts';
export type { TrainedEncoder } from './saved-encoder.ts';
export { readTrainingRecord, type TrainingRecord } from './training-file.ts';
