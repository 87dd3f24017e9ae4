import { PolyheadError, type RandomGenerator } from '@polyhead/types';
import { absentLabels } from '../../data/absent-labels.ts';
import { listLabels } from '../../data/list-labels.ts';
import type { TaskWeighting } from '../settings.ts';
import type { JointHeadSettings } from './head-settings.ts';
import { assertJointExamples, type JointExamples } from './joint-examples.ts';
import { createJointHead, type JointHead } from './joint-head.ts';

/** How heads are made. */
export interface CreateJointHeadsOptions {
  /** By head; a head that is not named has the defaults. */
  readonly settings: Readonly<Record<string, JointHeadSettings>>;
  readonly dimension: number;
  /** How losses are weighted; heads may have weights only if these count. */
  readonly weighting: TaskWeighting;
  readonly random: RandomGenerator;
}

/**
 * A new head for every head that the examples have targets of. What one head begins with does not depend on the others.
 * @throws {PolyheadError} HEAD_NOT_FOUND, TOO_FEW_EXAMPLES, TOO_FEW_CLASSES, TASK_UNSUPPORTED, INVALID_ARGUMENT, UNKNOWN_LABEL
 */
export function createJointHeads(examples: JointExamples, options: CreateJointHeadsOptions): JointHead[] {
  const { settings, dimension, weighting, random } = options;
  const unknown = Object.keys(settings).find((name) => examples.heads[name] === undefined);
  if (unknown !== undefined) {
    throw new PolyheadError('HEAD_NOT_FOUND', {
      message: `There are settings for the head "${unknown}", but the training examples have no targets of it.`,
      remedy: `They have targets of ${Object.keys(examples.heads).join(', ')}.`,
      details: { head: unknown },
    });
  }
  return Object.entries(examples.heads).map(([name, { targets }]) => {
    const own = settings[name] ?? {};
    assertWeight(name, own, weighting);
    const head = createJointHead(name, { ...own, targets, dimension, random: random.fork(`head ${name}`) });
    const absent = targets.task === 'single-label' ? absentLabels(targets) : [];
    if (absent.length > 0) throw missingClass(name, absent);
    return head;
  });
}

function assertWeight(
  head: string,
  { weight }: JointHeadSettings,
  weighting: CreateJointHeadsOptions['weighting'],
): void {
  if (weight === undefined || weighting === 'given') return;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `Head "${head}" has the weight ${weight}, but weights are to be found (${weighting}).`,
    remedy: 'Leave the weight out, or give the weights of all heads.',
    details: { head, weight },
  });
}

function missingClass(head: string, labels: readonly string[]): PolyheadError {
  return new PolyheadError('TOO_FEW_EXAMPLES', {
    message: `Head "${head}" has no training row with the ${labels.length === 1 ? 'label' : 'labels'} ${listLabels(labels)}.`,
    remedy: 'Add rows with these labels, or take the labels out of the label list.',
    details: { head, labels },
  });
}

/**
 * Checks examples by themselves and against each other.
 * @throws {PolyheadError} TOO_FEW_EXAMPLES, SHAPE_MISMATCH, HEAD_NOT_FOUND
 */
export function assertHeadExamples(train: JointExamples, validation: JointExamples | undefined): void {
  assertJointExamples(train, 'training');
  if (Object.keys(train.heads).length === 0) {
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: 'The training examples have targets of no head.',
      remedy: 'Name at least one head with its targets.',
    });
  }
  if (validation === undefined) return;
  assertJointExamples(validation, 'validation');
  for (const [name, { targets }] of Object.entries(validation.heads)) {
    const trained = train.heads[name]?.targets;
    if (trained === undefined) continue;
    if (trained.task === targets.task && trained.labels.join('\n') === targets.labels.join('\n')) continue;
    throw new PolyheadError('SHAPE_MISMATCH', {
      message: `The validation targets of head "${name}" do not have the task and labels of its training targets.`,
      remedy: 'Make both with the same list of labels.',
      details: { head: name },
    });
  }
}
