import { createCachedEncoder, loadEncoder, type LoadEncoderOptions } from '@polyhead/backbone';
import type { Embeddings } from '@polyhead/types';
import type { Report } from './report.ts';
import { openWorkFolder } from './work-folder.ts';

/** Encodes texts once and keeps what it has encoded, so that a stopped run goes on where it was. */
export interface StoredEncoder {
  readonly directory: string;
  /** Of weights, tokenizer and settings. */
  readonly digest: string;
  encode(name: string, texts: readonly string[]): Promise<Embeddings>;
  release(): Promise<void>;
}

export async function openStoredEncoder(
  reference: string,
  options: LoadEncoderOptions,
  report: Report,
): Promise<StoredEncoder> {
  const loaded = await loadEncoder(reference, options);
  const encoder = createCachedEncoder(loaded, { directory: await openWorkFolder('embeddings') });
  return {
    directory: loaded.directory,
    digest: loaded.description.digest,
    async encode(name, texts) {
      const start = performance.now();
      let shown = 0;
      const embeddings = await encoder.encode(texts, {
        onProgress: ({ done, total }) => {
          if (done < shown + 4096) return;
          shown = done;
          report.progress(`${name}: ${done} of ${total ?? '?'} texts encoded`);
        },
      });
      const seconds = (performance.now() - start) / 1000;
      report.progress(`${name}: ${texts.length} embeddings ready after ${seconds.toFixed(1)} s`);
      return embeddings;
    },
    release: () => encoder.release(),
  };
}
