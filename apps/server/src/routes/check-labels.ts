import { PolyheadError } from '@polyhead/types';
import { measureLabelSentences } from '@polyhead/zero-shot';
import type { RequestLimits } from '../config.ts';
import { assertAcceptableText } from './check-request.ts';
import type { ZeroShotBody } from './zero-shot-schema.ts';

type Labels = Pick<ZeroShotBody, 'labels' | 'templates'>;

/**
 * Checks everything about labels that a model would read, each by itself, against the limits for texts.
 * @throws {PolyheadError} REQUEST_TOO_LARGE, INVALID_TEXT
 */
export function assertAcceptableLabels({ labels, templates }: Labels, limits: RequestLimits): void {
  const check = (texts: string | readonly string[] | undefined, where: string): void => {
    if (typeof texts === 'string') assertAcceptableText(texts, where, limits);
    else texts?.forEach((text, index) => assertAcceptableText(text, `${where}.${index}`, limits));
  };
  labels.forEach((entry, index) => {
    const where = `labels.${index}`;
    if (typeof entry === 'string') {
      check(entry, where);
      return;
    }
    check(entry.label, `${where}.label`);
    check(entry.wordings, `${where}.wordings`);
    check(entry.descriptions, `${where}.descriptions`);
    check(entry.templates, `${where}.templates`);
  });
  check(templates, 'templates');
}

/**
 * Checks the sentences that templates and wordings make, without making them: none may be longer than a text, and all
 * together not longer than a body that spelled them out.
 * @throws {PolyheadError} REQUEST_TOO_LARGE, INVALID_ARGUMENT for templates that cannot be used
 */
export function assertAcceptableSentences({ labels, templates }: Labels, limits: RequestLimits): void {
  const { longest, total } = measureLabelSentences(labels, templates);
  if (longest > limits.maxCharacters) {
    throw new PolyheadError('REQUEST_TOO_LARGE', {
      message: `The longest sentence that a template makes of a label has ${longest} characters; the server accepts ${limits.maxCharacters}.`,
      remedy: 'Shorten the label, its wording or the template, or start the server with a greater --max-characters.',
      details: { characters: longest, limit: limits.maxCharacters },
    });
  }
  if (total > limits.maxBodyBytes) {
    throw new PolyheadError('REQUEST_TOO_LARGE', {
      message: `The sentences about labels have ${total} characters together; the server accepts ${limits.maxBodyBytes}.`,
      remedy:
        'Take shorter or fewer labels, wordings or templates, or start the server with a greater --max-body-bytes.',
      details: { characters: total, limit: limits.maxBodyBytes },
    });
  }
}
