import { figureNames, toFigureColumns, toHeadViews, type FigureColumn } from './report/figure-tables.ts';
import type { HeadManifest } from '@polyhead/types';
import { formatCount, formatFigure, formatName } from './report/format.ts';
import { toNumberList, toNumberTable } from './report/number-table.ts';
import type { StoredHead, StoredModel } from './stored-model.ts';
import { files, headWeightsFile } from './folder-layout.ts';

const shownLabels = 200;

/** README.md of a model folder: what it predicts, how well, how to use it, and where it should not be trusted. */
export function renderModelCard(model: StoredModel): string {
  const { encoder, heads } = model;
  const names = heads.map((head) => head.manifest.name);
  const parts = [
    frontMatter(model),
    '# Text classifier',
    `${heads.length === 1 ? 'One head' : `${heads.length} heads`} on one shared text encoder: ${names.map(code).join(', ')}. One encoder pass a text answers for all of them. Made with Polyhead; charts and wrong examples are in \`${files.report}\`.`,
    '## What it predicts',
    table(['Head', 'Task', 'Labels', 'Type', 'Trained'], heads.map(headRow)),
    ...heads.map(labelList),
    '## Encoder',
    encoderList(model),
    '## Data',
    dataTable(model),
    '## Figures',
    'Thresholds and every other choice are made on validation data. "At 0.5" decides every label at 0.5, "tuned" at its threshold in `thresholds.json`; tuned figures of the rows tuned on are better than those of new texts will be.',
    ...heads.flatMap(figureSection),
    '## Use',
    usage(names[0] ?? 'head', encoder.storage === 'copied'),
    '## Files',
    fileList(names, model),
    '## Limits',
    limits(model),
  ];
  return `${parts.join('\n\n')}\n`;
}

function frontMatter({ encoder }: StoredModel): string {
  const license = encoder.license === undefined ? [] : [`# licence of the encoder: ${oneLine(encoder.license)}`];
  return ['---', 'library_name: polyhead', 'pipeline_tag: text-classification', ...license, '---'].join('\n');
}

function headRow({ manifest }: StoredHead): string[] {
  const { name, task, labels, type, trainedAt } = manifest;
  return [code(name), task, formatCount(labels.length), type, trainedAt.slice(0, 10)];
}

function labelList({ manifest }: StoredHead): string {
  const { labels, displayNames = {} } = manifest;
  const shown = labels.slice(0, shownLabels).map((label) => {
    const display = Object.hasOwn(displayNames, label) ? displayNames[label] : undefined;
    return display === undefined ? code(label) : `${code(label)} (${escapeMarkdown(display)})`;
  });
  const more = labels.length > shownLabels ? `, and ${formatCount(labels.length - shownLabels)} more` : '';
  const kind = manifest.task === 'regression' ? 'a number, ' : '';
  return `**${escapeMarkdown(manifest.name)}**: ${kind}${shown.join(', ')}${more}.`;
}

function whereEncoderIs(copied: boolean, trained: boolean): string {
  if (trained) return ', trained further with these heads; the result is in `encoder/`';
  return copied ? ', copied into `encoder/`' : ', not part of this folder';
}

function encoderList({ encoder, training }: StoredModel): string {
  const lines = [
    `Reference: ${code(encoder.reference)}${whereEncoderIs(encoder.storage === 'copied', training !== undefined)}`,
    `Licence: ${encoder.license === undefined ? 'not stated by its files' : escapeMarkdown(encoder.license)}`,
    `Embedding: ${encoder.dimension} numbers, ${encoder.pooling} pooling, ${encoder.normalized ? 'normalised to length 1' : 'not normalised'}`,
    `Longest text: ${encoder.maximumLength} tokens; ${encoder.longText === 'windows' ? 'what is longer is read in overlapping windows' : 'what is longer is cut, and predictions say so'}`,
    `Prompt put before every text: ${encoder.prompt === '' ? 'none' : code(encoder.prompt)}`,
    `Digest: ${code(encoder.digest)}`,
  ];
  return list(lines);
}

/** Counts of training where they are known by head, else the rows that the figures come from. */
function dataTable({ heads, counts }: StoredModel): string {
  const known = toNumberTable(counts);
  if (known !== undefined) {
    return table(
      ['Head', ...known.columns],
      known.rows.map(({ name, cells }) => [code(name), ...cells]),
    );
  }
  const rows = heads.map(({ manifest, evaluation }) => {
    const views = toHeadViews(evaluation);
    return [code(manifest.name), formatCount(views.validation?.rows), formatCount(views.test?.rows)];
  });
  const list = toNumberList(counts).map(([name, text]) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(text)}`);
  return [table(['Head', 'Validation texts', 'Test texts'], rows), ...(list.length > 0 ? [list.join('\n')] : [])].join(
    '\n\n',
  );
}

function figureSection(head: StoredHead): string[] {
  const columns = toFigureColumns(toHeadViews(head.evaluation));
  const title = `### ${escapeMarkdown(head.manifest.name)}`;
  const decision = describeDecision(head.manifest);
  if (columns.length === 0) return [title, ...decision, 'Not evaluated.'];
  const rows = figureNames(columns).map((name) => [
    formatName(name),
    ...columns.map(({ figures }) => formatFigure(figures[name])),
  ]);
  return [title, ...decision, table(['Figure', ...columns.map(columnTitle)], rows)];
}

function describeDecision({ calibration, abstention }: HeadManifest): string[] {
  const sentences = [
    ...(calibration === undefined
      ? []
      : [
          `Probabilities are calibrated: logits are divided by ${formatFigure(calibration.temperature)}, fitted on ${escapeMarkdown(calibration.fittedOn)}.`,
        ]),
    ...(abstention === undefined
      ? []
      : [
          `The head gives no answer where its best label has less than ${formatFigure(abstention.threshold)} (${escapeMarkdown(abstention.chosenBy)}); figures other than the share answered and its accuracy count those texts by their best label.`,
        ]),
  ];
  return sentences.length === 0 ? [] : [sentences.join(' ')];
}

function columnTitle({ split, variant }: FigureColumn): string {
  return variant === undefined ? formatName(split) : `${formatName(split)}, ${variant}`;
}

function usage(head: string, selfContained: boolean): string {
  const note = selfContained
    ? 'The folder has everything that it needs.'
    : 'The encoder is found by its reference again, and its digest is checked; `--self-contained` at training copies it into the folder.';
  return `Command line:

\`\`\`sh
npx polyhead predict MODEL_FOLDER "A text to classify"
\`\`\`

Library:

\`\`\`ts
import { loadModel } from '@polyhead/model';

const model = await loadModel('MODEL_FOLDER');
const [prediction] = await model.predict(['A text to classify']);
console.log(prediction.heads['${head}']);
await model.release();
\`\`\`

Server:

\`\`\`sh
npx polyhead-server MODEL_FOLDER --port 8080
curl -s localhost:8080/v1/classify -H 'content-type: application/json' -d '{"text": "A text to classify"}'
\`\`\`

${note}`;
}

function fileList(names: readonly string[], { encoder, training }: StoredModel): string {
  const lines = [
    '`polyhead.json`: the manifest: encoder, heads, labels, checksums',
    ...names.map((name) => `\`${headWeightsFile(name)}\`: the weights of ${code(name)}`),
    '`thresholds.json`: for each multi-label head with tuned thresholds: `tuned_on`, `best` (by label: threshold and the F1 it reached there), `best_figures`, and `at_0.5` (the same figures with every threshold at 0.5)',
    '`metrics.json`: every figure by head and split',
    '`report.html`: charts and wrong examples',
    ...(training === undefined
      ? []
      : [`\`${files.training}\`: how the encoder was trained: loss by step, every figure by epoch`]),
    ...(encoder.storage === 'copied' ? ['`encoder/`: the encoder'] : []),
  ];
  return list(lines);
}

function limits({ heads, encoder }: StoredModel): string {
  const multiLabel = heads.some((head) => head.manifest.task === 'multi-label');
  const alwaysAnswers = heads.some(
    ({ manifest }) => manifest.task === 'single-label' && manifest.abstention === undefined,
  );
  const lines = [
    'It knows the labels listed above and no others.',
    ...(alwaysAnswers
      ? [
          'A single-label head that does not abstain always answers with one of its labels, also for a text that fits none.',
        ]
      : []),
    ...(multiLabel ? ['A multi-label head may answer with no label at all.'] : []),
    'The figures hold for texts like those it was evaluated on; other sources, languages or times may do worse.',
    ...(encoder.longText === 'windows'
      ? []
      : [`Texts above ${encoder.maximumLength} tokens are judged by their beginning only.`]),
    'Labels with few examples are predicted poorly; see the figures by label in the report.',
    'It repeats what its training data says, mistakes and prejudices included.',
  ];
  return list(lines);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Text as code, with a fence longer than any run of backticks in it. */
function code(text: string): string {
  const runs = oneLine(text).match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const padding = runs.length > 0 ? ' ' : '';
  return `${fence}${padding}${oneLine(text)}${padding}${fence}`;
}

function escapeMarkdown(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_[\]<>#|]/g, (character) => `\\${character}`);
}
