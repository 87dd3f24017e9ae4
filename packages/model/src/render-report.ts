import type { ComparisonReportInput } from './report/render-comparison-page.ts';
import type { TrainingReportInput } from './report/render-training-page.ts';
import type { ReportInput } from './report/report-input.ts';

/**
 * The report as one HTML page that needs nothing else: charts are drawn as SVG, styles are inside, there are no scripts
 * and nothing is fetched. All text from data is escaped.
 */
export async function renderReport(input: ReportInput): Promise<string> {
  // The drawing library takes long to load, and who only predicts never needs it.
  const { renderReportPage } = await import('./report/render-report-page.ts');
  return renderReportPage(input);
}

/**
 * A page about a training that is going on: the loss so far and the figures of its epochs. It reloads itself if it is told
 * to; otherwise it is like the report of a model.
 */
export async function renderTrainingReport(input: TrainingReportInput): Promise<string> {
  const { renderTrainingPage } = await import('./report/render-training-page.ts');
  return renderTrainingPage(input);
}

/** A page that puts variants side by side on labelled sets: bars with confidence intervals, and all figures as tables. */
export async function renderComparisonReport(input: ComparisonReportInput): Promise<string> {
  const { renderComparisonPage } = await import('./report/render-comparison-page.ts');
  return renderComparisonPage(input);
}
