const names: Readonly<Record<string, string>> = {
  accuracy: 'Accuracy',
  balanced_accuracy: 'Balanced accuracy',
  macro_f1: 'Macro F1',
  micro_f1: 'Micro F1',
  weighted_f1: 'Weighted F1',
  samples_f1: 'Samples F1',
  mcc: 'Matthews correlation',
  kappa: 'Cohen’s kappa',
  log_loss: 'Log loss',
  brier: 'Brier score',
  roc_auc_macro: 'ROC AUC, macro',
  average_precision_macro: 'Average precision, macro',
  ece: 'Calibration error (ECE)',
  ece_uncalibrated: 'Calibration error before calibration',
  log_loss_uncalibrated: 'Log loss before calibration',
  coverage: 'Share answered',
  answered_accuracy: 'Accuracy of those answered',
  top_3_accuracy: 'Top-3 accuracy',
  hamming_loss: 'Hamming loss',
  mae: 'Mean absolute error',
  mse: 'Mean squared error',
  rmse: 'Root mean squared error',
  max_error: 'Largest error',
  r2: 'R²',
  pearson: 'Pearson correlation',
  spearman: 'Spearman correlation',
  kendall: 'Kendall correlation',
};

/** `macro_precision` to `Macro precision`, with the usual names of the usual figures. */
export function formatName(name: string): string {
  const known = Object.hasOwn(names, name) ? names[name] : undefined;
  if (known !== undefined) return known;
  const spaced = name.replaceAll('_', ' ').trim();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** A figure with as many digits as are worth reading; a dash where it is undefined. */
export function formatFigure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (Number.isInteger(value) && Math.abs(value) >= 2) return formatCount(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.0005 || size >= 100_000)) return value.toExponential(2);
  return value.toFixed(size < 10 ? 3 : 1);
}

/** `12345` to `12,345`. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** `0.1234` to `12 %`. */
export function formatShare(value: number): string {
  return `${(value * 100).toFixed(value > 0 && value < 0.0995 ? 1 : 0)} %`;
}

/** Cuts a text that is too long to show, at a whole character. */
export function shorten(text: string, length: number): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  const characters = Array.from(flat);
  return characters.length <= length ? flat : `${characters.slice(0, length - 1).join('')}…`;
}
