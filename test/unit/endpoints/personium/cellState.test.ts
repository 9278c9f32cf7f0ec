import assert from 'node:assert/strict';
import type { CellImportState } from '../../../../src/core/endpoints/cellSnapshots';
import { renderMessage } from '../../../../src/core/catalogue';
import { ExpectedError } from '../../../../src/core/message';
import { unusedUrl } from '../loopback';
import { createCellSnapshots } from '../../../../src/core/endpoints/personium/cellSnapshots';
import { createPersoniumClient } from '../../../../src/core/endpoints/personium/client';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { refused, scriptedCell } from './scriptedCell';
import type { Script, Scripted } from './scriptedCell';

async function stateFrom(script: Script): Promise<CellImportState> {
  const { cell, close } = await scriptedCell(script);
  try {
    return await cell.importState();
  } finally {
    await close();
  }
}

const RUNNING = {
  status: 'importation in progress',
  started_at: '2017-02-13T09:00:00.000Z',
  progress: '81%',
  importation_name: 'CellExport_2017_01',
};
const FAILED = {
  ...RUNNING,
  status: 'import failed',
  message: { code: 'PR409-OD-0003', message: { lang: 'en', value: 'The entity already exists.' } },
};
const STARTED_AT = Date.UTC(2017, 1, 13, 9);

describe('How the import of a cell stands', () => {
  it('is told by the three states of the reference', async () => {
    assert.deepEqual(await stateFrom(() => ({ status: 200, body: { status: 'ready' } })), { kind: 'ready' });
    assert.deepEqual(await stateFrom(() => ({ status: 200, body: RUNNING })), {
      kind: 'running',
      name: 'CellExport_2017_01',
      startedAt: STARTED_AT,
      percent: 81,
    });
    assert.deepEqual(await stateFrom(() => ({ status: 200, body: FAILED })), {
      kind: 'failed',
      name: 'CellExport_2017_01',
      startedAt: STARTED_AT,
      percent: 81,
      message: {
        code: 'cell.importFailed',
        args: { code: 'PR409-OD-0003' },
        verbatim: 'The entity already exists.',
      },
    });
  });

  it('is told whatever type the answer is said to have', async () => {
    const headers = { 'content-type': 'text/plain' };
    const state = await stateFrom(() => ({ status: 200, body: RUNNING, headers }));
    assert.equal(state.kind, 'running');
  });

  it('keeps a progress over 100 as it is told', async () => {
    const state = await stateFrom(() => ({ status: 200, body: { ...RUNNING, progress: '118%' } }));
    assert.ok(state.kind === 'running' && state.percent === 118);
  });

  it('is a failure also where its words, its begin or its progress are missing', async () => {
    const silent = { ...FAILED, message: { code: 'PR500-SV-0000', message: { lang: 'en', value: null } } };
    const state = await stateFrom(() => ({ status: 200, body: silent }));
    assert.ok(state.kind === 'failed');
    assert.deepEqual(state.message, { code: 'cell.importFailed', args: { code: 'PR500-SV-0000' } });
    const bare = await stateFrom(() => ({ status: 200, body: { status: 'import failed' } }));
    assert.deepEqual(bare, {
      kind: 'failed',
      name: '',
      startedAt: null,
      percent: null,
      message: { code: 'cell.importFailedUnnamed' },
    });
  });

  it('shortens a line of the snapshot that the server repeats', async () => {
    const line = `JSON parse error. [{"_source":{"Name":"${'x'.repeat(5000)}"}].`;
    const message = { code: 'PR400-CM-0004', message: { lang: 'en', value: line } };
    const state = await stateFrom(() => ({ status: 200, body: { ...FAILED, message } }));
    assert.ok(state.kind === 'failed');
    assert.ok(renderMessage(state.message).length < 200, renderMessage(state.message));
  });

  it('is a failure without details where the cell refuses even the question', async () => {
    const refusals: readonly Scripted[] = [
      refused('PR409-CM-0001', 'Cell status is [import failed].'),
      refused('PR500-CM-0002', 'Files I/O error caused [read error json file] to fail.'),
    ];
    for (const refusal of refusals) {
      assert.deepEqual(await stateFrom(() => refusal), { kind: 'failedWithoutDetails' });
    }
  });

  const NOT_KNOWN: readonly (readonly [what: string, script: Script, code: string])[] = [
    ['nobody is signed in', () => refused('PR401-AU-0001', 'Authorization required.'), 'cell.signInNotTaken'],
    ['a role is gone', () => refused('PR403-AU-0002', 'Privilege.'), 'cell.signInNotTaken'],
    ['the cell is gone', () => refused('PR404-DV-0003', 'Cell not found.'), 'cell.beingDeleted'],
    ['the cell is locked', () => refused('PR409-CM-0002', 'x'), 'personium.PR409-CM-0002'],
    ['others use the cell', () => refused('PR409-MC-0001', 'x'), 'personium.PR409-MC-0001'],
    ['the unit is restored', () => refused('PR503-SV-0004', 'x'), 'personium.PR503-SV-0004'],
    ['the unit fails', () => refused('PR500-SV-9999', 'x'), 'personium.PR500-SV-9999'],
    ['a file of the unit fails', () => refused('PR500-CM-0002', 'x'), 'personium.PR500-CM-0002'],
    ['a front end answers', () => ({ status: 502, body: '<html>' }), 'personium.unavailable'],
    ['a page answers', () => ({ status: 200, body: '<html>' }), 'personium.unexpectedAnswer'],
    ['a list answers', () => ({ status: 200, body: [] }), 'personium.unexpectedAnswer'],
    ['a page redirects', () => ({ status: 302, body: '' }), 'personium.redirected'],
    ['the state is new', () => ({ status: 200, body: { status: 'paused' } }), 'cell.unknownState'],
    [
      'the begin can’t be read',
      () => ({ status: 200, body: { ...RUNNING, started_at: 'noon' } }),
      'personium.unexpectedAnswer',
    ],
    [
      'the progress can’t be read',
      () => ({ status: 200, body: { ...RUNNING, progress: 'half' } }),
      'personium.unexpectedAnswer',
    ],
    ['the connection breaks', () => 'drop', 'network.failed'],
  ];
  for (const [what, script, code] of NOT_KNOWN) {
    it(`is not known for the moment when ${what}`, async () => {
      const state = await stateFrom(script);
      assert.ok(state.kind === 'notKnown', state.kind);
      assert.equal(state.message.code, code);
    });
  }

  it('is not known for the moment when the unit can’t be reached', async () => {
    const transport = createUndiciTransport();
    const client = createPersoniumClient({ baseUrl: `${await unusedUrl()}/shop`, transport });
    const state = await createCellSnapshots(client, () => Promise.resolve(null)).importState();
    assert.ok(state.kind === 'notKnown' && state.message.code === 'network.refused');
    await transport.close();
  });

  it('ends with the reason of a signal that gives it up', async () => {
    const { cell, close } = await scriptedCell(() => ({ status: 200, body: RUNNING }));
    const reason = new Error('given up');
    await assert.rejects(cell.importState(AbortSignal.abort(reason)), reason);
    await close();
  });
});

const LISTING = (names: readonly string[]): Scripted => ({
  status: 207,
  headers: { 'content-type': 'application/xml' },
  body: `<multistatus xmlns="DAV:">${names.map(responseOf).join('')}</multistatus>`,
});

function responseOf(name: string): string {
  return (
    `<response><href>http://x/shop/__snapshot/${name}</href><propstat><prop>` +
    '<getcontentlength>17</getcontentlength></prop></propstat></response>'
  );
}

describe('How the export of a cell stands', () => {
  const running = {
    status: 'exportation in progress',
    started_at: 'x',
    progress: '40%',
    exportation_name: 'a',
  };

  async function stateWith(told: unknown, names: readonly string[]): Promise<unknown> {
    const { cell, close } = await scriptedCell(({ method, url }) => {
      if (method === 'PROPFIND') {
        return LISTING(names);
      }
      return url === '/shop/__snapshot/a.error'
        ? { status: 200, body: { code: 'PR500-SV-0002', message: { lang: 'en', value: 'Datastore.' } } }
        : { status: 200, body: told };
    });
    try {
      return await cell.exportState('a');
    } finally {
      await close();
    }
  }

  it('is told while it runs', async () => {
    assert.deepEqual(await stateWith(running, []), { kind: 'running', percent: 40 });
  });

  it('is done when the file is there, though a failure of earlier lies beside it', async () => {
    assert.deepEqual(await stateWith({ status: 'ready' }, ['a.error', 'a.zip']), { kind: 'done', size: 17 });
  });

  it('has failed when the file that tells of it lies in place of the snapshot', async () => {
    assert.deepEqual(await stateWith({ status: 'ready' }, ['b.zip', 'a.error']), {
      kind: 'failed',
      message: { code: 'cell.exportFailed', args: { code: 'PR500-SV-0002' }, verbatim: 'Datastore.' },
    });
  });

  it('is absent before it shows, and while another one runs', async () => {
    assert.deepEqual(await stateWith({ status: 'ready' }, []), { kind: 'absent' });
    assert.deepEqual(await stateWith({ ...running, exportation_name: 'b' }, []), { kind: 'absent' });
  });

  it('is refused with the sentence for the code', async () => {
    const { cell, close } = await scriptedCell(() => refused('PR409-CM-0001', 'x'));
    await assert.rejects(
      cell.exportState('a'),
      (error) => error instanceof ExpectedError && error.detail.code === 'personium.PR409-CM-0001',
    );
    await close();
  });
});
