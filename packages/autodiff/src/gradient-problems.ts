import type { OnnxNode } from '@polyhead/onnx';
import { PolyheadError } from '@polyhead/types';

/** Collects what stands in the way of a gradient, so that one error names everything. */
export class GradientProblems {
  readonly #nodes = new Map<string, string[]>();

  /** Notes a node. @param reason undefined if there is no rule for the operator at all */
  note(node: OnnxNode, reason?: string): void {
    const operator = node.domain === '' ? node.opType : `${node.domain}.${node.opType}`;
    const problem = reason === undefined ? operator : `${operator} because ${reason}`;
    const name = node.name || (node.outputs[0] ?? '');
    this.#nodes.set(problem, [...(this.#nodes.get(problem) ?? []), name]);
  }

  /** @throws {PolyheadError} GRADIENT_UNSUPPORTED if anything was noted */
  assertNone(): void {
    if (this.#nodes.size === 0) return;
    const list = [...this.#nodes].map(([problem, names]) => `${problem} (${describeNames(names)})`);
    throw new PolyheadError('GRADIENT_UNSUPPORTED', {
      message: `The graph cannot be trained, for lack of a gradient rule: ${list.join('; ')}.`,
      remedy: 'Train only parameters behind these nodes, export the model with other operators, or add a rule.',
      details: {
        operators: [...this.#nodes].map(([operator, nodes]) => ({ operator, count: nodes.length, nodes })),
      },
    });
  }
}

/** Names listed in a message; the rest is in the details. */
const listedNames = 3;

function describeNames(names: readonly string[]): string {
  const listed = names.slice(0, listedNames).map((name) => `"${name}"`);
  const more = names.length > listedNames ? ` and ${names.length - listedNames} more` : '';
  return `${names.length === 1 ? 'node' : `${names.length} nodes:`} ${listed.join(', ')}${more}`;
}
