import type { ParsedConfig, ParsedHead } from './config-schema.ts';
import { mergeData } from './data-schema.ts';
import { trainingSchema } from './training-schema.ts';

const defaultLength = 128;

/** A configuration whose fields are right each by itself, and what is wrong about their combination. */
export interface CompletedConfig {
  readonly config: object;
  /** `"heads.intent.type": ...` */
  readonly issues: readonly string[];
}

/** Fills in the defaults that depend on the method, hands shared data to the heads, and checks what fits together. */
export function completeConfig({ data: shared, ...parsed }: ParsedConfig): CompletedConfig {
  const finetune = parsed.method === 'finetune';
  const heads = Object.entries(parsed.heads).map(([name, head]) => {
    const data = mergeData(shared, head.data);
    const rows = { validationShare: 0.2, onBrokenRow: 'skip' as const, ...data };
    const type = head.type ?? (finetune ? 'linear' : 'logistic-regression');
    return [name, { ...head, type, data: rows }] as const;
  });
  const issues = [
    ...heads.flatMap(([name, head]) => checkHead(name, head, parsed)),
    ...(finetune ? checkFinetune(parsed) : checkFrozen(parsed)),
  ];
  const base = { ...parsed, heads: Object.fromEntries(heads) };
  if (!finetune) return { config: { ...base, selfContained: parsed.selfContained ?? false }, issues };
  const training = trainingSchema.parse(parsed.training ?? {});
  const { maximumLength = defaultLength, normalize = false } = parsed.backbone;
  const backbone = { ...parsed.backbone, maximumLength, normalize };
  const weights = parsed.weights ?? 'given';
  return { config: { ...base, backbone, training, weights, selfContained: true }, issues };
}

function checkHead(name: string, head: ParsedHead, { method, weights }: ParsedConfig): string[] {
  const issues: string[] = [];
  const add = (field: string, message: string): number => issues.push(`"heads.${name}.${field}": ${message}`);
  if (head.data?.train === undefined) add('data.train', 'names no training file, and there is none for all heads');
  if (method === 'finetune') {
    if (head.type !== 'linear') add('type', `is ${head.type ?? ''}; heads that learn with the encoder are linear`);
    if (Object.keys(head.options).length > 0)
      add('options', 'are for method frozen; use loss, classWeight and training');
    if (head.weight !== undefined && (weights ?? 'given') !== 'given') {
      add('weight', `cannot be given when weights are ${weights ?? ''}`);
    }
    return issues;
  }
  for (const field of ['loss', 'weight', 'classWeight'] as const) {
    if (head[field] !== undefined) add(field, 'is for method finetune; give options of the head type');
  }
  return issues;
}

function checkFrozen({ training, weights }: ParsedConfig): string[] {
  return [
    ...(training === undefined ? [] : ['"training": is for method finetune']),
    ...(weights === undefined ? [] : ['"weights": is for method finetune']),
  ];
}

function checkFinetune({ backbone, selfContained, training }: ParsedConfig): string[] {
  return [
    ...(backbone.longText === 'windows'
      ? ['"backbone.longText": encoders are trained on cut texts (truncate) only']
      : []),
    ...(selfContained === false ? ['"selfContained": a trained encoder is always part of its model folder'] : []),
    ...(training?.lora !== undefined && training.trainable !== 'all'
      ? ['"training.trainable": low-rank adapters are trained in place of the weights; leave it out']
      : []),
  ];
}
