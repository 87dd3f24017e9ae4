import { createEmbeddingLoss } from '@polyhead/losses';
import { PolyheadError } from '@polyhead/types';
import type { ParsedConfig, ParsedHead } from './config-schema.ts';
import { mergeData, type ParsedData } from './data-schema.ts';
import { setfitSchema } from './setfit-schema.ts';
import type { SetFitSection, TrainingConfig } from './training-config.ts';
import { trainingSchema } from './training-schema.ts';

const defaultLength = 128;

/** A configuration whose fields are right each by itself, and what is wrong about their combination. */
export interface CompletedConfig {
  readonly config: object;
  /** `"heads.intent.type": ...` */
  readonly issues: readonly string[];
}

type Method = TrainingConfig['method'];

/** The share of the training rows that is held out without a validation file. Few texts have none to spare. */
const validationShares: Readonly<Record<Method, number>> = { frozen: 0.2, finetune: 0.2, setfit: 0 };

/**
 * Rows that cannot be used stop few-shot training, where each row counts. Where there are several heads they are skipped all the
 * same: a row of a common file may have no target of some of them.
 */
function defaultForBrokenRows(method: Method, heads: number): 'skip' | 'fail' {
  return method === 'setfit' && heads === 1 ? 'fail' : 'skip';
}

/** Fills in the defaults that depend on the method, hands shared data to the heads, and checks what fits together. */
export function completeConfig({ data: shared, ...parsed }: ParsedConfig): CompletedConfig {
  const { method } = parsed;
  const setfit = method === 'setfit' ? (parsed.setfit ?? setfitSchema.parse({})) : undefined;
  const linear = method === 'finetune' || setfit?.endToEnd !== undefined;
  const onBrokenRow = defaultForBrokenRows(method, Object.keys(parsed.heads).length);
  const heads = Object.entries(parsed.heads).map(([name, head]) => {
    const data = mergeData(shared, head.data);
    const rows = { validationShare: validationShares[method], onBrokenRow, ...data };
    return [name, { ...head, type: head.type ?? (linear ? 'linear' : 'logistic-regression'), data: rows }] as const;
  });
  const issues = [
    ...heads.flatMap(([name, head]) => [
      ...checkData(name, head.data, setfit),
      ...(linear ? checkLearningHead(name, head, parsed) : checkFittedHead(name, head)),
    ]),
    ...checkSections(parsed),
    ...(method === 'frozen' ? [] : [...checkLearning(parsed), ...checkPatience(parsed, heads)]),
    ...(setfit === undefined ? [] : checkSetFit(setfit)),
  ];
  const base = { ...parsed, heads: Object.fromEntries(heads) };
  if (method === 'frozen') return { config: { ...base, selfContained: parsed.selfContained ?? false }, issues };
  const { maximumLength = defaultLength } = parsed.backbone;
  if (method === 'setfit') {
    const backbone = { ...parsed.backbone, maximumLength };
    return { config: { ...base, backbone, setfit, selfContained: true }, issues };
  }
  const backbone = { ...parsed.backbone, maximumLength, normalize: parsed.backbone.normalize ?? false };
  const training = trainingSchema.parse(parsed.training ?? {});
  const weights = parsed.weights ?? 'given';
  return { config: { ...base, backbone, training, weights, selfContained: true }, issues };
}

function checkData(name: string, { train, labelList }: ParsedData, setfit: SetFitSection | undefined): string[] {
  if (train !== undefined) return [];
  if (setfit?.templates === undefined) {
    return [`"heads.${name}.data.train": names no training file, and there is none for all heads`];
  }
  return labelList === undefined ? [`"heads.${name}.data.labelList": is needed where there is no training file`] : [];
}

/** A head that learns together with the encoder. */
function checkLearningHead(name: string, head: ParsedHead, { method, weights }: ParsedConfig): string[] {
  const issues: string[] = [];
  const add = (field: string, message: string): number => issues.push(`"heads.${name}.${field}": ${message}`);
  if (head.type !== 'linear') add('type', `is ${head.type ?? ''}; heads that learn with the encoder are linear`);
  if (Object.keys(head.options).length > 0)
    add('options', `are for heads that are fitted afterwards; use loss and classWeight`);
  if (method === 'finetune' && head.weight !== undefined && (weights ?? 'given') !== 'given') {
    add('weight', `cannot be given when weights are ${weights ?? ''}`);
  }
  return issues;
}

/** A head that is fitted on the embeddings of an encoder. */
function checkFittedHead(name: string, head: ParsedHead): string[] {
  return (['loss', 'weight', 'classWeight'] as const)
    .filter((field) => head[field] !== undefined)
    .map(
      (field) => `"heads.${name}.${field}": is for heads that learn with the encoder; give options of the head type`,
    );
}

const sectionMethods = { training: 'finetune', weights: 'finetune', setfit: 'setfit' } as const;

function checkSections(parsed: ParsedConfig): string[] {
  return Object.entries(sectionMethods)
    .filter(
      ([section, method]) => parsed[section as keyof typeof sectionMethods] !== undefined && parsed.method !== method,
    )
    .map(([section, method]) => `"${section}": is for method ${method}`);
}

function checkLearning({ backbone, selfContained, training, setfit }: ParsedConfig): string[] {
  const adapted = { training, 'setfit.embedding': setfit?.embedding };
  return [
    ...(backbone.longText === 'windows'
      ? ['"backbone.longText": encoders are trained on cut texts (truncate) only']
      : []),
    ...(selfContained === false ? ['"selfContained": a trained encoder is always part of its model folder'] : []),
    ...Object.entries(adapted)
      .filter(([, section]) => section?.lora !== undefined && section.trainable !== 'all')
      .map(([name]) => `"${name}.trainable": low-rank adapters are trained in place of the weights; leave it out`),
  ];
}

/** Without validation rows there is nothing to wait for. */
function checkPatience(
  { training, setfit }: ParsedConfig,
  heads: readonly (readonly [string, { readonly data: ParsedData }])[],
): string[] {
  if (heads.some(([, { data }]) => data.validation !== undefined || (data.validationShare ?? 0) > 0)) return [];
  return Object.entries({ training, 'setfit.embedding': setfit?.embedding })
    .filter(([, section]) => (section?.earlyStopping.patience ?? 0) > 0)
    .map(
      ([name]) => `"${name}.earlyStopping.patience": needs validation rows; give a validation file or validationShare`,
    );
}

function checkSetFit({ embedding, endToEnd }: SetFitSection): string[] {
  if (embedding.lora?.keepAdapters === true && endToEnd !== undefined) {
    return [
      '"setfit.embedding.lora.keepAdapters": the adapters are not those of the model where encoder and heads are trained end to end afterwards',
    ];
  }
  if (embedding.earlyStopping.metric === 'loss') {
    return ['"setfit.embedding.earlyStopping.metric": is loss, which is not measured here; name a figure of a head'];
  }
  try {
    createEmbeddingLoss(embedding.loss);
    return [];
  } catch (error) {
    if (!PolyheadError.isInstance(error)) throw error;
    return [`"setfit.embedding.loss": ${error.message} ${error.remedy ?? ''}`.trim()];
  }
}
