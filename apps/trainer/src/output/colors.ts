import pc from 'picocolors';

/** True if colours suit a stream: a terminal, and NO_COLOR is not set. Files and pipes get none, also in CI. */
export function wantsColors(stream: { readonly isTTY?: boolean }): boolean {
  return pc.isColorSupported && stream.isTTY === true;
}

/** Colours for messages on standard error. */
export const messageColors: ReturnType<typeof pc.createColors> = pc.createColors(wantsColors(process.stderr));
