import { availableParallelism } from 'node:os';
import { PolyheadError } from '@polyhead/types';
import { z } from 'zod';

/** Accepts numbers, and numbers as they are typed on a command line. */
function wholeNumber(minimum: number, maximum: number): z.ZodType<number> {
  const error = `must be a whole number from ${minimum} to ${maximum}`;
  return z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number({ error }).int({ error }).min(minimum, { error }).max(maximum, { error }),
  );
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const methods = ['auto', 'embedding', 'nli', 'cascade'] as const;

const configSchema = z.strictObject({
  port: wholeNumber(0, 65_535).default(8080),
  host: z.string().min(1).default('127.0.0.1'),
  name: z.string().min(1).optional(),
  workers: wholeNumber(1, 64).default(1),
  threads: wholeNumber(1, 1024).optional(),
  maxTexts: wholeNumber(1, 1_000_000).default(1024),
  maxCharacters: wholeNumber(1, 100_000_000).default(100_000),
  maxPairs: wholeNumber(1, 100_000_000).default(10_000),
  maxBodyBytes: wholeNumber(1, 1_000_000_000).default(4_194_304),
  queueLength: wholeNumber(0, 1_000_000).default(64),
  drainSeconds: wholeNumber(0, 86_400).default(30),
  zeroShot: z.boolean().default(false),
  zeroShotMethod: z.enum(methods, { error: `must be one of ${methods.join(', ')}` }).default('auto'),
  zeroShotModel: z.string().min(1).optional(),
  zeroShotEncoder: z.string().min(1).optional(),
  logLevel: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
});

/** What one request may ask for. */
export interface RequestLimits {
  /** Most texts of a request. @default 1024 */
  readonly maxTexts: number;
  /** Most characters (UTF-16 units) of a text. @default 100000 */
  readonly maxCharacters: number;
  /** Most texts times labels of a zero-shot request. @default 10000 */
  readonly maxPairs: number;
  /** Most bytes of a request body. @default 4194304 */
  readonly maxBodyBytes: number;
}

/** Everything that can be set about a server. */
export interface ServerConfig extends RequestLimits {
  /** 0 takes a free one. @default 8080 */
  readonly port: number;
  /** Address to listen on. @default 127.0.0.1 */
  readonly host: string;
  /** What the model is called in replies. @default the name of its folder */
  readonly name?: string | undefined;
  /** Worker threads, each with the whole model. @default 1 */
  readonly workers: number;
  /** Threads that ONNX Runtime uses in each worker. @default processors / workers */
  readonly threads: number;
  /** Requests that may wait beside those being worked on. @default 64 */
  readonly queueLength: number;
  /** Seconds that running requests have to finish when the server is stopped. @default 30 */
  readonly drainSeconds: number;
  /** Whether texts can be classified by labels of the request. @default false */
  readonly zeroShot: boolean;
  /** @default 'auto' */
  readonly zeroShotMethod: (typeof methods)[number];
  /** An NLI model: a folder or a Hugging Face id. */
  readonly zeroShotModel?: string | undefined;
  /** A sentence encoder. @default the bundled one */
  readonly zeroShotEncoder?: string | undefined;
  /** @default 'info' */
  readonly logLevel: (typeof logLevels)[number];
}

/**
 * Checks settings and fills in defaults. Numbers may be strings, as on a command line.
 * @throws {PolyheadError} INVALID_ARGUMENT
 */
export function createServerConfig(settings: Readonly<Record<string, unknown>> = {}): ServerConfig {
  const result = configSchema.safeParse(settings);
  if (result.success) {
    const { threads, workers, ...rest } = result.data;
    return { ...rest, workers, threads: threads ?? Math.max(1, Math.floor(availableParallelism() / workers)) };
  }
  const [issue] = result.error.issues;
  const field = String(issue?.path[0] ?? '');
  const option = `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new PolyheadError('INVALID_ARGUMENT', {
    message: `The option ${option} is ${JSON.stringify(settings[field])}, but ${issue?.message ?? 'must be something else'}.`,
    remedy: 'Run polyhead-server --help for the options.',
    details: { field },
  });
}
