import { html } from './html.ts';
import { renderPageFrame } from './page-frame.ts';
import { renderTrainingSection, type ShownTraining } from './training-section.ts';

/** What the page of a training that is going on shows. */
export interface TrainingReportInput extends ShownTraining {
  readonly title: string;
  /** One sentence on how far it has come. */
  readonly status: string;
  /** Seconds after which the page loads itself anew. @default never */
  readonly reloadSeconds?: number | undefined;
}

/** The page of a training as one HTML file without scripts. All text is escaped. */
export function renderTrainingPage(input: TrainingReportInput): string {
  const content = html`<p class="muted">${input.status}</p>
    ${renderTrainingSection(input)}
    <footer class="muted small">Made by Polyhead.</footer>`;
  return renderPageFrame({ title: input.title, content, reloadSeconds: input.reloadSeconds });
}
