import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** Environment variables by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** What the environment says about the model hub. */
export interface HubEnvironment {
  /** Address of the hub without a slash at the end. HF_ENDPOINT, @default https://huggingface.co */
  readonly endpoint: string;
  /** HF_TOKEN */
  readonly token: string | undefined;
  /** HF_HUB_OFFLINE: never ask the hub. */
  readonly offline: boolean;
  /** Where other programs keep models of the hub: HF_HUB_CACHE, or `hub` in HF_HOME, or the standard place. */
  readonly sharedCache: string;
}

/** Reads the variables that Hugging Face's own libraries read. */
export function readHubEnvironment(variables: EnvironmentVariables = process.env): HubEnvironment {
  const value = (name: string): string | undefined => {
    const text = variables[name]?.trim();
    return text === '' ? undefined : text;
  };
  const home = value('HF_HOME') ?? join(value('XDG_CACHE_HOME') ?? join(homedir(), '.cache'), 'huggingface');
  return {
    endpoint: (value('HF_ENDPOINT') ?? 'https://huggingface.co').replace(/\/+$/, ''),
    token: value('HF_TOKEN'),
    offline: ['1', 'true', 'yes', 'on'].includes(value('HF_HUB_OFFLINE')?.toLowerCase() ?? ''),
    sharedCache: value('HF_HUB_CACHE') ?? value('HUGGINGFACE_HUB_CACHE') ?? join(home, 'hub'),
  };
}

/** Where Polyhead keeps downloads and other files that can be made again: POLYHEAD_CACHE, or the platform's cache folder. */
export function defaultCacheDirectory(): string {
  const configured = process.env['POLYHEAD_CACHE'];
  if (configured !== undefined && configured !== '') return resolve(configured);
  return envPaths('polyhead', { suffix: '' }).cache;
}
