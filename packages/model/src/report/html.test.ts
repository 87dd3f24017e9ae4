import fastCheck from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, trustedMarkup } from './html.ts';

describe('html', () => {
  it('escapes text and leaves markup alone', () => {
    const inner = html`<b>${'<i>"&\''}</b>`;
    expect(html`<p title="${'"'}">${inner}${[1, 'a&b']}${false}${undefined}</p>`.markup).toBe(
      '<p title="&quot;"><b>&lt;i&gt;&quot;&amp;&#39;</b>1a&amp;b</p>',
    );
    expect(html`${trustedMarkup('<svg></svg>')}`.markup).toBe('<svg></svg>');
  });

  it('never lets a text open a tag, leave an attribute or carry control characters', () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex -- they must not be there
        expect(escapeHtml(text)).not.toMatch(/[<>"'\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/);
      }),
    );
  });
});
