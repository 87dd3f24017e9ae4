import { PolyheadError, type JsonObject, type JsonValue } from '@polyhead/types';

/** Bounds of a number option. */
export interface NumberBounds {
  /** @default 0 */
  readonly minimum?: number;
  /** @default Infinity */
  readonly maximum?: number;
  /** True if the bounds themselves are not allowed. @default false */
  readonly exclusive?: boolean;
  readonly integer?: boolean;
}

/** Reads the plain options of one head type; every complaint names the head and the option. */
export interface OptionsReader {
  number(name: string, fallback: number, bounds?: NumberBounds): number;
  boolean(name: string, fallback: boolean): boolean;
  choice<Choice extends string>(name: string, fallback: Choice, choices: readonly Choice[]): Choice;
  /** The value as it is; undefined if it is not given. */
  raw(name: string): JsonValue | undefined;
  /** The error to throw for a value that a caller found wrong in {@link raw}. */
  refuse(name: string, expected: string): PolyheadError;
}

/**
 * Checks that `options` has only known names and returns a reader for them.
 * @throws {PolyheadError} INVALID_ARGUMENT, also from the methods of the reader
 */
export function readHeadOptions(headType: string, options: JsonObject, known: readonly string[]): OptionsReader {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new PolyheadError('INVALID_ARGUMENT', {
      message: `The head type "${headType}" has no option "${name}".`,
      remedy: `Its options are ${known.join(', ')}.`,
      details: { headType, option: name },
    });
  }
  const refuse = (name: string, expected: string): PolyheadError =>
    new PolyheadError('INVALID_ARGUMENT', {
      message: `Option "${name}" of head type "${headType}" is ${JSON.stringify(options[name])}.`,
      remedy: `Pass ${expected}.`,
      details: { headType, option: name },
    });
  return {
    refuse,
    raw: (name) => options[name],
    number(name, fallback, bounds = {}) {
      const value = options[name] ?? fallback;
      if (typeof value !== 'number' || !isWithin(value, bounds)) throw refuse(name, describeBounds(bounds));
      return value;
    },
    boolean(name, fallback) {
      const value = options[name] ?? fallback;
      if (typeof value !== 'boolean') throw refuse(name, 'true or false');
      return value;
    },
    choice(name, fallback, choices) {
      const value = options[name] ?? fallback;
      const found = choices.find((choice) => choice === value);
      if (found === undefined) throw refuse(name, choices.map((choice) => `"${choice}"`).join(' or '));
      return found;
    },
  };
}

function isWithin(
  value: number,
  { minimum = 0, maximum = Infinity, exclusive = false, integer }: NumberBounds,
): boolean {
  if (!Number.isFinite(value) || (integer === true && !Number.isInteger(value))) return false;
  return exclusive ? value > minimum && value < maximum : value >= minimum && value <= maximum;
}

function describeBounds({ minimum = 0, maximum = Infinity, exclusive = false, integer }: NumberBounds): string {
  const kind = integer === true ? 'an integer' : 'a number';
  const low = exclusive ? `above ${minimum}` : `of at least ${minimum}`;
  if (maximum === Infinity) return `${kind} ${low}`;
  return `${kind} ${low} and ${exclusive ? `below ${maximum}` : `at most ${maximum}`}`;
}
