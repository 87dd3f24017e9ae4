import { isUtf8 } from 'node:buffer';
import { PolyheadError } from '@polyhead/types';
import type { FastifyInstance } from 'fastify';

/** Reads JSON bodies as Fastify does, but refuses bytes that are not UTF-8, which would silently become other texts. */
export function registerJsonParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isUtf8(body)) {
      // With a callback it answers through that, and returns nothing.
      void parse(request, body.toString('utf8'), done);
      return;
    }
    done(
      new PolyheadError('REQUEST_INVALID', {
        message: 'The request body is not UTF-8 text.',
        remedy: 'Send the JSON in UTF-8, whatever the encoding of its source.',
      }),
    );
  });
}
