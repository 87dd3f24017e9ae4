/** Flags about how long training is and how large its steps are. */
export interface LearningFlags {
  readonly epochs?: number | undefined;
  /** In place of epochs. */
  readonly steps?: number | undefined;
  readonly learningRate?: number | undefined;
  readonly batchSize?: number | undefined;
}

/** The settings that training takes rather than another one where both are there, by that other one. */
const preferred: Readonly<Record<string, string>> = { epochs: 'steps', batchSize: 'batchTokens' };

/**
 * The settings of a configuration with those of the flags in their place. A setting that would win over a flag is left out: the
 * `steps` of a file over `--epochs`, its `batchTokens` over `--batch-size`.
 */
export function applyLearningFlags<Section extends object>(section: Section, flags: LearningFlags): Section {
  const { epochs, steps, learningRate, batchSize } = flags;
  const given = Object.entries({ epochs, steps, learningRate, batchSize }).filter(([, value]) => value !== undefined);
  const dropped = new Set(given.map(([name]) => preferred[name]));
  const kept = Object.entries(section).filter(([name]) => !dropped.has(name));
  // What is left out is optional in every section.
  return { ...Object.fromEntries(kept), ...Object.fromEntries(given) } as Section;
}
