import type { Model, ModelHead } from '../model.ts';
import type { ExportedFile } from './exported-file.ts';

/** README.md of an export: which file takes and gives what. */
export function renderExportReadme(model: Model, heads: readonly ModelHead[], files: readonly ExportedFile[]): string {
  const { encoder } = model.manifest;
  const merged = files.find((file) => file.file === 'model.onnx');
  const parts = [
    '# Classifier heads as ONNX',
    `Made with Polyhead from a model with the encoder \`${encoder.reference}\`. Every file was run in ONNX Runtime after writing and gave the scores of its source; the largest difference is in the table. Labels, decisions and encoder settings are in \`labels.json\`, and as metadata inside each file.`,
    ['| File | Inputs | Outputs | Largest difference |', '| --- | --- | --- | --- |', ...files.map(fileRow)].join('\n'),
    ...(merged === undefined ? [] : [mergedText(model)]),
    ...heads.map((head) => headText(model, head, files)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function fileRow({ file, inputs, outputs, maximumDifference }: ExportedFile): string {
  const shown = outputs.length > 4 ? `${outputs.length} outputs, one a label` : outputs.map(code).join(', ');
  return `| \`${file}\` | ${inputs.map(code).join(', ')} | ${shown} | ${maximumDifference.toExponential(1)} |`;
}

function mergedText({ manifest: { encoder } }: Model): string {
  const prompt = encoder.prompt === '' ? '' : ` Put ${code(encoder.prompt)} before every text.`;
  const windows =
    encoder.longText === 'windows'
      ? ' The source reads longer texts in windows; this graph sees their beginning only.'
      : '';
  return `\`model.onnx\` goes from tokens to the scores of every head. Tokenise with \`tokenizer.json\`, cut to ${encoder.maximumLength} tokens, pad to the longest text of the batch; ids, mask and type ids are int64 \`[batch, length]\`.${prompt} Each output is float32 \`[batch, labels]\`.${windows}`;
}

function headText(model: Model, head: ModelHead, files: readonly ExportedFile[]): string {
  const { fitted, name } = head;
  const file = files.find((candidate) => candidate.file === `${name}.onnx`);
  const abstains =
    head.abstention === undefined
      ? ''
      : ` The head gives no answer where the best score is below ${head.abstention.threshold}.`;
  const calibrated =
    head.calibration === undefined
      ? ''
      : ` The scores are calibrated: the temperature ${head.calibration.temperature} is part of the graph.`;
  const input = `\`${name}.onnx\` takes embeddings of the encoder, float32 \`[batch, ${model.manifest.encoder.dimension}]\`, as \`${file?.inputs[0] ?? ''}\``;
  if (fitted.task === 'multi-label' && fitted.activation === 'sigmoid') {
    const thresholds =
      head.thresholds === undefined
        ? 'A label applies from 0.5.'
        : `A label applies from its threshold in \`${name}.thresholds.json\`; \`thresholds.json\` has the figures reached with them and at 0.5.`;
    return `${input} and has one output \`[batch, 2]\` for each of its ${fitted.labels.length} labels, named after the label; column 1 is its probability. ${thresholds}${calibrated}`;
  }
  return `${input} and has the output ${code(file?.outputs[0] ?? '')}, float32 \`[batch, ${fitted.labels.length}]\`, with columns in the order of its labels in \`labels.json\`.${calibrated}${abstains}`;
}

/** In backticks; line breaks and backticks in a label would break the table. */
function code(text: string): string {
  return `\`${text.replaceAll(/[\s`|]+/g, ' ')}\``;
}
