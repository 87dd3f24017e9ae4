import { basename, isAbsolute } from 'node:path';
import type { NliConfig } from './nli-config.ts';
import type { NliReport } from './nli-report.ts';

/** README.md of a model folder: what the model answers, what it was trained on, how well it does, how to use it. */
export function renderNliCard(
  config: NliConfig,
  { labels, sources, validation, test, training }: Omit<NliReport, 'seconds'>,
  license: string | undefined,
): string {
  const { learningRate, batchSize, batchTokens } = config.training;
  const batch = batchTokens === undefined ? `${batchSize} pairs` : `${batchTokens} tokens`;
  const last = training.epochs.at(-1);
  const parts = [
    [
      '---',
      'library_name: transformers',
      'pipeline_tag: zero-shot-classification',
      ...(license === undefined ? [] : [`# licence of the checkpoint that training began with: ${oneLine(license)}`]),
      '---',
    ].join('\n'),
    '# Natural language inference',
    `Says of two texts whether the first (the premise) entails the second (the hypothesis): ${labels.map((label) => `\`${label}\``).join(', ')}. With hypotheses such as "This text is about sports." it classifies texts by labels that it never saw. Trained with Polyhead from \`${nameOf(config.backbone.reference)}\`.`,
    '## Use',
    [
      '```sh',
      'polyhead zero-shot --method nli --model FOLDER --labels "sports,politics" "They won the cup."',
      '```',
    ].join('\n'),
    'The folder is an ordinary Hugging Face folder: `AutoModelForSequenceClassification` of transformers loads it too.',
    '## Training data',
    table(
      ['Source', 'Pairs', 'Entailment', 'Left out: judged by', 'repeated', 'contradictory'],
      Object.entries(sources).map(([name, counts]) => [
        name,
        ...[counts.pairs, counts.entailment, counts.excluded, counts.repeated, counts.contradictory].map(String),
      ]),
    ),
    `${last?.step ?? 0} steps of ${batch}, highest learning rate ${learningRate}, seed ${config.seed}; pairs up to ${config.backbone.maximumLength} tokens. \`training.json\` has the whole story.`,
    '## Figures',
    'Of the saved model. The best parameters were chosen by the validation sets, so the figures of those flatter a little.',
    table(
      ['Set', 'Pairs', 'Accuracy', 'Macro F1', 'Balanced accuracy'],
      [...toRows('validation', validation), ...toRows('test', test)],
    ),
    '## Limits',
    'The model knows what its training data show. Measure it on your own labelled texts before you rely on it, and compare hypotheses: wording matters. Biases of the training data are its biases.',
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Cards get published: where a folder lay on the machine that trained is nobody's business. */
function nameOf(reference: string): string {
  return isAbsolute(reference) ? basename(reference) : reference;
}

function toRows(part: string, evaluations: NliReport['test']): string[][] {
  return Object.entries(evaluations).map(([name, { rows, accuracy, macro_f1, balanced_accuracy }]) => [
    `${name} (${part})`,
    String(rows),
    ...[accuracy, macro_f1, balanced_accuracy].map((value) => value.toFixed(4)),
  ]);
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(oneLine).join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
