/** What a score must reach where nothing else was tuned. */
export const defaultThreshold = 0.5;
