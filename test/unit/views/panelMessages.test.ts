import assert from 'node:assert/strict';
import { contentSecurityPolicy, panelHtml } from '../../../src/editor/views/panelHtml';
import { isFromPanel, isToPanel } from '../../../src/shared/panelMessages';

describe('messages of the panel', () => {
  it('are taken only in the known shapes', () => {
    assert.ok(isFromPanel({ kind: 'ready' }));
    assert.ok(isFromPanel({ kind: 'importFile' }));
    assert.ok(isFromPanel({ kind: 'action', action: 'cancel', jobId: 'a' }));
    for (const bad of [
      null,
      'ready',
      [],
      {},
      { kind: 'eval' },
      { kind: 'action', action: 'cancel' },
      { kind: 'action', action: 'cancel', jobId: '' },
      { kind: 'action', action: 'cancel', jobId: { toString: 1 } },
      { kind: 'action', action: 'constructor', jobId: 'a' },
      { kind: 'action', action: 'workbench.action.quit', jobId: 'a' },
    ]) {
      assert.equal(isFromPanel(bad), false, JSON.stringify(bad));
    }
  });

  it('that are not ours are passed over by the page', () => {
    assert.ok(isToPanel({ kind: 'patch', changed: [], removed: ['a'] }));
    assert.ok(isToPanel({ kind: 'snapshot', locale: 'en', strings: {}, rows: [] }));
    for (const bad of [
      undefined,
      { kind: 'patch' },
      { kind: 'patch', changed: [{}], removed: [] },
      { kind: 'patch', changed: [], removed: [1] },
      { kind: 'snapshot', rows: [] },
    ]) {
      assert.equal(isToPanel(bad), false, JSON.stringify(bad));
    }
  });
});

describe('the page of the panel', () => {
  const page = {
    cspSource: 'https://source.test',
    script: 'https://source.test/webview.js?a=1&b=2',
    style: 'https://source.test/webview.css',
    nonce: 'abc123',
    language: 'ja',
    title: '<Imported> "Files"',
  };

  it('allows nothing but its own script and style sheet', () => {
    const policy = contentSecurityPolicy(page);
    assert.match(policy, /^default-src 'none'; script-src 'nonce-abc123'; style-src https:\/\/source\.test /);
    assert.doesNotMatch(policy, /unsafe|\*|data:/);
  });

  it('has neither inline script nor inline style, and escapes what it is given', () => {
    const html = panelHtml(page);
    assert.doesNotMatch(html, /<style|style=|\son\w+=|javascript:/);
    assert.doesNotMatch(html, /<script(?![^>]* src=)/);
    assert.ok(html.includes('&lt;Imported&gt; &quot;Files&quot;'));
    assert.ok(html.includes('webview.js?a=1&amp;b=2'));
  });
});
