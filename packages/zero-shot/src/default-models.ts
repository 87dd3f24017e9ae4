/** The encoder that labels and texts are compared with unless another is named. */
export const defaultEncoder = 'all-MiniLM-L6-v2';

/** The NLI model that is used unless another is named. */
export const defaultNliModel = 'polyhead-nli';
