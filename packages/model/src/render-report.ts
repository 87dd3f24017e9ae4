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
