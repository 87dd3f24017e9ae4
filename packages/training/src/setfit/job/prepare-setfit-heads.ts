import {
  joinExamples,
  loadLabeledTexts,
  samplePerClass,
  selectRows,
  templatedExamples,
  type LoadedTexts,
} from '@polyhead/data';
import { PolyheadError, type LabeledTexts, type RandomGenerator, type Targets, type Task } from '@polyhead/types';
import type { SetFitConfig, SetFitHeadConfig, SetFitSection, TemplateConfig } from '../../config/training-config.ts';
import { loadHeadData, toReaderOptions, type HeadData } from '../../data/head-data.ts';
import { warnOfSkippedRows, type PrepareHeadsContext, type PreparedHead } from '../../train-heads.ts';
import { prepareFewShotHeads, type FewShotHead } from './prepare-few-shot-heads.ts';

/**
 * Reads the rows of all heads, draws the few that are trained on, adds examples made from labels, and checks them.
 * @throws {PolyheadError} errors of reading, and of {@link prepareFewShotHeads}
 */
export function prepareSetFitHeads(
  { heads, setfit }: Pick<SetFitConfig, 'heads' | 'setfit'>,
  context: PrepareHeadsContext,
): Promise<PreparedHead[]> {
  const { registry, random, stopwatch, listeners, signal } = context;
  for (const { type, options } of Object.values(heads)) registry.get(type).create(options);
  return stopwatch.measure('read data', async () => {
    const read: FewShotHead[] = [];
    const oneOfSeveral = Object.keys(heads).length > 1;
    for (const [name, config] of Object.entries(heads)) {
      const context = { name, oneOfSeveral, random: random.fork(`few shots ${name}`), signal };
      read.push({ name, config, data: await loadFewShotData(config, setfit, context) });
    }
    const prepared = prepareFewShotHeads(read, { registry, listeners });
    warnOfSkippedRows(prepared, listeners);
    return prepared;
  });
}

interface LoadingContext {
  readonly name: string;
  readonly oneOfSeveral: boolean;
  readonly random: RandomGenerator;
  readonly signal: AbortSignal | undefined;
}

async function loadFewShotData(
  config: SetFitHeadConfig,
  { shots, templates }: SetFitSection,
  context: LoadingContext,
): Promise<HeadData> {
  const loaded = await loadRows(config, context);
  let train: LabeledTexts = loaded.train;
  if (shots !== undefined && train.texts.length > 0) {
    const rows = samplePerClass(train.targets, { count: shots, random: context.random.fork('shots') });
    train = selectRows(train, rows);
  }
  if (templates !== undefined) train = joinExamples(train, fromTemplate(train.targets, templates));
  return { ...loaded, train };
}

function fromTemplate(targets: Targets, { template, perLabel }: TemplateConfig): LabeledTexts {
  if (targets.task === 'regression') throw noLabels();
  return templatedExamples(targets, { template, count: perLabel });
}

async function loadRows({ data, task }: SetFitHeadConfig, context: LoadingContext): Promise<HeadData> {
  const { name, oneOfSeveral, random, signal } = context;
  const { train, labelList = [] } = data;
  if (train !== undefined) {
    return loadHeadData({ ...data, train, task, name, oneOfSeveral }, random.fork('split'), signal);
  }
  const none = toEmptyRows(labelList, task ?? (data.labels === undefined ? 'single-label' : 'multi-label'));
  const options = {
    ...toReaderOptions({ ...data, name, oneOfSeveral }, signal),
    labelSet: labelList,
    task: none.targets.task,
  };
  const load = async (file: string | undefined): Promise<LoadedTexts | undefined> =>
    file === undefined ? undefined : loadLabeledTexts(file, options);
  const [validation, test] = [await load(data.validation), await load(data.test)];
  const problems = [validation, test].flatMap((part) => part?.problems ?? []);
  return { train: none, validation, test, validationSource: data.validation ?? 'none', problems };
}

/** No rows, but labels: examples are made from them. */
function toEmptyRows(labels: readonly string[], task: Task): LabeledTexts {
  switch (task) {
    case 'single-label':
      return { texts: [], targets: { task, labels, classIndices: new Int32Array(0) } };
    case 'multi-label':
      return { texts: [], targets: { task, labels, indicators: new Uint8Array(0) } };
    case 'regression':
      throw noLabels();
  }
}

function noLabels(): PolyheadError {
  return new PolyheadError('TASK_UNSUPPORTED', {
    message: 'Examples cannot be made from labels for a head that predicts numbers.',
    remedy: 'Leave the template out.',
  });
}
