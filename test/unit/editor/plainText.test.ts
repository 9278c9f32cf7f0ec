import assert from 'node:assert/strict';
import { plainText, withoutIcons } from '../../../src/editor/plainText';

/** What the editor takes for a link in a notification or in the message of an input box. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;

describe('text from outside in a sentence for a person', () => {
  it('never becomes a link, whatever a file is called or a server answers', () => {
    for (const name of [
      '[open](command:workbench.action.terminal.new).csv',
      'a [x](https://example.com/) b [y](file:///etc/hosts)',
      '[[x](command:a)](command:b)',
    ])
      assert.doesNotMatch(plainText(name), LINK);
  });

  it('keeps names that are only unusual', () => {
    for (const name of ['売上 (2026).csv', '[1] list.csv', 'a]b(c.csv']) assert.equal(plainText(name), name);
  });
});

/** What the editor draws as an icon: a name in `$(…)` without a backslash in front. */
const ICON = /(?<!\\)\$\([a-z0-9-]+(?:~[a-z]+)?\)/i;

describe('text from outside in a list to choose from', () => {
  it('never becomes an icon, whatever a column or an option is called', () => {
    for (const name of ['$(trash)', 'a $(sync~spin) b', '$($(check))', '$$(x)', '$(x)$(y)'])
      assert.doesNotMatch(withoutIcons(name), ICON);
  });

  it('keeps names that are only unusual', () => {
    for (const name of ['$100 (net)', 'Price $', '(x)', '円 $/月']) assert.equal(withoutIcons(name), name);
  });
});
