import type { ModelDescription } from './inference/model-description.ts';

/** What a person reads when the server is ready: what is served, where, and a command to try it with. */
export function formatStartMessage(
  address: string,
  modelName: string,
  { heads: served, encoder, zeroShot }: ModelDescription,
): string {
  const heads = served.map(({ name, task, labels }) =>
    task === 'regression' ? `${name} (regression)` : `${name} (${task}, ${labels.length} labels)`,
  );
  return `Serving ${modelName} on ${address}
  heads    ${heads.join(', ')}
  encoder  ${encoder.reference}
${zeroShot === undefined ? '' : `  labels   of your own at /v1/zero-shot (${zeroShot.method})\n`}  API      ${address}/docs
Try it:
  curl ${address}/v1/classify -H 'Content-Type: application/json' -d '{"text": "My card still has not arrived.", "top_k": 3}'
Stop it with Ctrl-C.
`;
}
