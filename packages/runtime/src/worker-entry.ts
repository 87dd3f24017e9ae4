import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** What to start a worker thread with. */
export interface WorkerEntry {
  readonly url: URL;
  readonly execArgv: string[] | undefined;
}

/**
 * Finds the worker file beside a module. Built code has a `.js` file there. In the sources it is a `.ts` file, which
 * the worker reads through tsx (a development dependency), with other packages resolved to their sources too.
 * @param moduleUrl `import.meta.url` of the module beside it
 * @param stem file name without ending
 */
export function resolveWorkerEntry(moduleUrl: string, stem: string): WorkerEntry {
  if (!new URL(moduleUrl).pathname.endsWith('.ts')) {
    return { url: new URL(`./${stem}.js`, moduleUrl), execArgv: undefined };
  }
  // Resolving for require gives the CommonJS build, which cannot register itself from a module.
  const tsx = pathToFileURL(
    createRequire(moduleUrl)
      .resolve('tsx/esm/api')
      .replace(/\.cjs$/, '.mjs'),
  ).href;
  const source = new URL(`./${stem}.ts`, moduleUrl).href;
  const start = `import { register } from '${tsx}'; register(); await import('${source}');`;
  return {
    url: new URL(`data:text/javascript,${encodeURIComponent(start)}`),
    execArgv: ['--conditions=@polyhead/source'],
  };
}
