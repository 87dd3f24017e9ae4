/**
 * What logistic regression on the encoder as it comes makes of the intents' test texts, from the same eight texts of each: the first
 * figure of few-shot-intents.
 */
export const frozenAccuracy = 0.731;
