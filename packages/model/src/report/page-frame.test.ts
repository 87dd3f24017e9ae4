import { describe, expect, it } from 'vitest';
import { html } from './html.ts';
import { renderPageFrame } from './page-frame.ts';

describe('renderPageFrame', () => {
  it('puts the content below the title, which is escaped in both places', () => {
    const page = renderPageFrame({ title: 'a <b>', content: html`<p>text</p>` });
    expect(page).toContain('<title>a &lt;b&gt;</title>');
    expect(page).toMatch(/<main>\s*<h1>a &lt;b&gt;<\/h1>\s*<p>text<\/p>\s*<\/main>/);
  });

  it('reloads only when it is told to', () => {
    const parts = { title: 'a', content: html`` };
    expect(renderPageFrame(parts)).not.toContain('refresh');
    expect(renderPageFrame({ ...parts, reloadSeconds: 5 })).toContain('<meta http-equiv="refresh" content="5" />');
  });
});
