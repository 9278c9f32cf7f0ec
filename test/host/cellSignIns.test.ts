import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { COMMANDS } from '../../src/contributions';
import { answering, BACK, inTurn, type Answers } from './support/answers';
import { workspaceFile } from './support/editor';
import { ownSandbox, type OwnSandbox } from './support/ownSandbox';

const SYSTEM = /^What do you want to import into/;
const WAY = /^How do you sign in to the cell shop/;

function typing(
  ...texts: readonly (readonly [question: RegExp, text: string])[]
): NonNullable<Answers['input']> {
  return (prompt) => texts.find(([question]) => question.test(prompt))?.[1];
}

function settings(): string {
  const value = vscode.workspace.getConfiguration('importedFiles').inspect('connections')?.globalValue;
  return JSON.stringify(value ?? null);
}

const add = (): Thenable<unknown> => vscode.commands.executeCommand(COMMANDS.addConnection);

describe('signing in to a cell', () => {
  let sandbox: OwnSandbox;
  const picks = (way: string): NonNullable<Answers['pick']> => inTurn([SYSTEM, 'Personium cell'], [WAY, way]);

  before(async () => {
    sandbox = await ownSandbox();
  });
  after(() => sandbox.stop());
  afterEach(async () => {
    await vscode.workspace
      .getConfiguration('importedFiles')
      .update('connections', undefined, vscode.ConfigurationTarget.Global);
  });

  it('by an account is tried before it is kept, and a wrong password is told in words', async () => {
    const { cellUrl, username, password } = sandbox.cell;
    const texts = (secret: string) =>
      typing(
        [/^URL of the cell$/, cellUrl.replace(/\/$/, '')],
        [/^Account name/, username],
        [/^Password of/, secret],
        [/^Name/, 'Shop'],
      );
    await answering({ pick: picks('Account'), input: texts('guess') }, async (asked) => {
      await add();
      assert.match(asked.told.join(), /does not take the account name and password/);
    });
    assert.equal(settings(), 'null');
    // A cell that has just refused a password refuses the right one, too, for a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await answering({ pick: picks('Account'), input: texts(password) }, async (asked) => {
      await add();
      assert.match(asked.told.join(), /Shop is connected\. Its boxes and entity sets/, JSON.stringify(asked));
    });
    const [kept] = JSON.parse(settings()) as [Record<string, unknown>];
    const { id, ...rest } = kept;
    assert.match(String(id), /^personium-/);
    assert.deepEqual(rest, {
      name: 'Shop',
      baseUrl: cellUrl.replace(/\/$/, ''),
      kind: 'personium',
      cellName: 'shop',
      signIn: 'account',
      username,
    });

    const file = await workspaceFile('cell.csv', 'Code,Name\nA-1,a\n');
    await answering({ pick: () => undefined }, async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.importFile, file);
      const { placeholder, labels } = asked.picks.at(-1) ?? { placeholder: '', labels: [] };
      assert.match(placeholder, /^Choose the entity set/);
      assert.deepEqual(labels, ['Main box › notes', 'Note', 'sales › stock', 'Product', 'Supplier']);
    });
  });

  it('takes the URL of anything inside the cell, and tells what is none', async () => {
    const { cellUrl, masterToken } = sandbox.cell;
    const urls = [
      'cell',
      'http://unit.example/shop/',
      new URL('nowhere/', cellUrl.replace(/shop\/$/, '')).href,
    ];
    const told: string[] = [];
    for (const url of urls) {
      await answering({ pick: picks('Access'), input: typing([/^URL of the cell$/, url]) }, async (asked) => {
        await add();
        told.push(asked.told.join());
      });
    }
    assert.match(told[0] ?? '', /cell/i);
    assert.match(told[1] ?? '', /https/);
    assert.match(told[2] ?? '', /no cell at this address/);
    const input = typing(
      [/^URL of the cell$/, `${cellUrl}sales/stock/`],
      [/^Access token/, `Bearer ${masterToken}`],
      [/^Name/, 'By token'],
    );
    await answering({ pick: picks('Access'), input }, async (asked) => {
      await add();
      assert.match(asked.told.join(), /By token is connected/, JSON.stringify(asked));
    });
    assert.match(settings(), new RegExp(`"baseUrl":"${cellUrl.replace(/\/$/, '')}"`));
    assert.doesNotMatch(settings(), new RegExp(masterToken));
  });

  it('asks which URL is meant when the cell calls itself otherwise, and goes on at a second Enter', async () => {
    const { cellUrl, masterToken } = sandbox.cell;
    const other = cellUrl.replace('//localhost', '//127.0.0.1');
    const input = typing(
      [/^URL of the cell$/, other],
      [/^Access token/, masterToken],
      [/^Name/, 'Canonical'],
    );
    const pick = inTurn(
      [SYSTEM, 'Personium cell'],
      [/^The cell shop says that its URL/, `Use ${cellUrl}`],
      [WAY, 'Access'],
    );
    await answering({ pick, input }, async (asked) => {
      await add();
      assert.match(asked.told.join(), /Canonical is connected/, JSON.stringify(asked));
    });
    assert.match(settings(), new RegExp(`"baseUrl":"${cellUrl.replace(/\/$/, '')}"`));

    const nobody = typing([/^URL of the cell$/, 'http://localhost:9/shop']);
    await answering({ pick: picks('no such line'), input: nobody, again: () => true }, async (asked) => {
      await add();
      assert.match(asked.told[0] ?? '', /Press Enter again to go on all the same\.$/);
      assert.equal(asked.told.length, 1);
      assert.match(asked.picks.at(-1)?.placeholder ?? '', /the cell shop \(http:\/\/localhost:9\/shop\/\)/);
    });
  });

  it('by a unit user asks for the cell of the account, and Back leads through all questions', async () => {
    const { cellUrl, unitUser } = sandbox.cell;
    const ways = ['Personium cell', BACK, 'Unit user'];
    const issuers = [BACK, unitUser.cellUrl];
    const input = typing(
      [/^Account name/, unitUser.username],
      [/^Password of/, unitUser.password],
      [/^Name/, 'U'],
    );
    await answering(
      {
        pick: (_labels, placeholder) => (/^How do|^What do/.test(placeholder) ? ways.shift() : 'Unit user'),
        input: (prompt) => {
          if (prompt === 'URL of the cell') return cellUrl;
          if (prompt.startsWith('URL of the cell the unit')) {
            const next = issuers.shift();
            if (next === BACK) ways.push('Unit user');
            return next;
          }
          return input(prompt);
        },
      },
      async (asked) => {
        await add();
        assert.match(asked.told.join(), /U is connected/, JSON.stringify(asked));
      },
    );
    assert.match(settings(), /"signIn":"unitUser"/);
    assert.match(settings(), new RegExp(`"issuer":"${unitUser.cellUrl.replace(/\/$/, '')}"`));
    assert.doesNotMatch(settings(), new RegExp(unitUser.password));
  });

  it('can be done again another way, and takes X-Override lines but none that signs in', async () => {
    const { cellUrl, masterToken, username, password } = sandbox.cell;
    const first = typing([/^URL of the cell$/, cellUrl], [/^Access token/, masterToken], [/^Name/, 'Again']);
    await answering({ pick: picks('Access'), input: first }, () => Promise.resolve(add()));
    const lines = ['Authorization: Bearer x', 'X-Forwarded-For: 203.0.113.1'];
    const choices = [
      'X-Override headers or',
      'X-Override headers…',
      'Add a line',
      'Done',
      'Done',
      'Account of the cell',
    ];
    const answers = (line: string | undefined): Answers => {
      const left = [...choices];
      return {
        pick: () => left.shift(),
        input: (prompt) =>
          prompt.endsWith('header')
            ? line
            : typing([/^Account name/, username], [/^Password of/, password])(prompt),
      };
    };
    await answering(answers(lines[0]), async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.signIn);
      assert.match(asked.told.join(), /can’t be overridden/);
    });
    assert.match(settings(), /"signIn":"bearer"/);
    await answering(answers(lines[1]), async (asked) => {
      await vscode.commands.executeCommand(COMMANDS.signIn);
      assert.equal(asked.told.at(-1), 'Signed in to Again.', JSON.stringify(asked));
    });
    assert.match(settings(), /"overrides":\["X-Forwarded-For: 203\.0\.113\.1"\]/);
    assert.match(settings(), /"signIn":"account"/);
  });
});
