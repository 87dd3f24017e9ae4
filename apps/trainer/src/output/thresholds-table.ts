import type { HeadThresholds } from '@polyhead/types';
import { formatTable } from './table.ts';

/** The figures of a label that stand beside its threshold. */
interface LabelFigures {
  readonly f1: number | null;
  readonly support: number;
}

/** What tuning gives, as far as it is shown. */
export interface TunedThresholds {
  readonly thresholds: Pick<HeadThresholds, 'tuned'>;
  readonly evaluation: {
    readonly 'at_0.5': { readonly per_label: Readonly<Record<string, LabelFigures>> };
    readonly tuned?: { readonly per_label: Readonly<Record<string, LabelFigures>> } | undefined;
  };
}

/** The thresholds of a head, label by label. @param show what stands for a label */
export function formatThresholds({ thresholds, evaluation }: TunedThresholds, show: (label: string) => string): string {
  const rows = Object.entries(thresholds.tuned).map(([label, threshold]) => {
    const figures = evaluation.tuned?.per_label[label];
    return [show(label), threshold, evaluation['at_0.5'].per_label[label]?.f1, figures?.f1, figures?.support];
  });
  return formatTable(['label', 'threshold', 'F1 at 0.5', 'F1 tuned', 'rows'], rows);
}
