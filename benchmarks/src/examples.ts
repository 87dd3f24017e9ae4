import type { LoadedTexts } from '@polyhead/data';
import type { HeadExamples, MultiLabelTargets } from '@polyhead/types';
import type { DataFolder } from './data-folder.ts';
import { assertMultiLabel } from './emotion-figures.ts';
import type { StoredEncoder } from './embeddings-on-disk.ts';

/** Embeddings with targets of one kind. */
export interface MultiLabelExamples extends HeadExamples {
  readonly targets: MultiLabelTargets;
}

/** go_emotions, encoded. */
export interface EmotionExamples {
  readonly train: MultiLabelExamples;
  readonly validation: MultiLabelExamples;
  readonly test: MultiLabelExamples;
}

export async function encodeEmotions(
  data: DataFolder,
  encoder: StoredEncoder,
  limit: number = Number.MAX_SAFE_INTEGER,
): Promise<EmotionExamples> {
  const loaded = await data.load('go_emotions', 'train');
  const { labels } = loaded.targets;
  const encode = async (name: string, { texts, targets }: LoadedTexts): Promise<MultiLabelExamples> => {
    const { indicators } = assertMultiLabel(targets);
    const rows = Math.min(limit, texts.length);
    return {
      embeddings: await encoder.encode(`go_emotions ${name}`, texts.slice(0, rows)),
      targets: { task: 'multi-label', labels, indicators: indicators.slice(0, rows * labels.length) },
    };
  };
  return {
    train: await encode('train', loaded),
    validation: await encode('validation', await data.load('go_emotions', 'validation', labels)),
    test: await encode('test', await data.load('go_emotions', 'test', labels)),
  };
}
