import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CellImportState, CellSnapshots } from '../../../../src/core/endpoints/cellSnapshots';
import { createPersoniumEndpoint } from '../../../../src/core/endpoints/personium/personiumEndpoint';
import { withPersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import type { PersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { startPersonium } from '../../../../src/sandbox/personium/unit';
import type { PersoniumUnit } from '../../../../src/sandbox/personium/unit';
import { failsWith } from './scriptedCell';

const AT_ONCE = { startDelayMs: 0, importMs: 0, exportMs: 0, steps: 20, busyRetryMs: 1 } as const;

describe('A cell for real, on the sandbox', function () {
  this.timeout(60_000);
  const transport = createUndiciTransport();
  let unit: PersoniumUnit;
  let folder: string;
  before(async () => {
    unit = await startPersonium();
    folder = await mkdtemp(path.join(tmpdir(), 'cell-'));
  });
  after(async () => {
    await transport.close();
    await unit.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    unit.control.reset();
    unit.control.setHooks(AT_ONCE);
  });

  function cellAs(signIn: PersoniumSignIn): CellSnapshots {
    const baseUrl = unit.access.cellUrl.replace(/\/$/, '');
    const signedIn = withPersoniumSignIn(transport, unit.access.cellUrl, signIn);
    const { cell } = createPersoniumEndpoint({ baseUrl, transport: signedIn });
    assert.ok(cell !== undefined);
    return cell;
  }

  function byMaster(): CellSnapshots {
    return cellAs({ kind: 'bearer', token: unit.access.masterToken });
  }

  function byAccount(): CellSnapshots {
    const { username, password } = unit.access;
    return cellAs({ kind: 'account', username, password });
  }

  async function until(
    cell: CellSnapshots,
    isIt: (state: CellImportState) => boolean,
  ): Promise<CellImportState> {
    for (let tries = 0; tries < 2000; tries++) {
      const state = await cell.importState();
      if (isIt(state)) {
        return state;
      }
    }
    assert.fail('the state that was waited for did not come');
  }

  async function exported(cell: CellSnapshots, name: string): Promise<string> {
    assert.deepEqual(await cell.startExport(name), { kind: 'accepted' });
    for (let tries = 0; (await cell.exportState(name)).kind !== 'done'; tries++) {
      assert.ok(tries < 2000);
    }
    const file = path.join(folder, `${name}.zip`);
    await rm(file, { force: true });
    await cell.download(name, file, () => undefined);
    return file;
  }

  it('goes the whole way: export, download, upload under another name, import, and the same contents', async () => {
    const cell = byMaster();
    const { cellUrl, unitUrl } = unit.access;
    assert.deepEqual(await cell.about(), { name: 'shop', url: cellUrl, unitUrl });
    const before = await cell.contents();
    assert.deepEqual(before, {
      boxes: 1,
      accounts: 4,
      roles: 3,
      relations: 1,
      externalCells: 1,
      entityTypes: 3,
      entities: 25,
    });
    const file = await exported(cell, 'kept');
    const { size } = await stat(file);
    const [stored] = await cell.list();
    assert.ok(stored?.name === 'kept' && stored.size === size && stored.modifiedAt !== null);
    await cell.upload('again', { path: file, size }, () => undefined);
    await cell.remove('kept');
    assert.deepEqual(
      (await cell.list()).map(({ name }) => name),
      ['again'],
    );
    unit.control.cell().collection('sales/stock').entityTypes.get('Supplier')?.entities.clear();
    assert.equal((await cell.contents()).entities, 0);
    unit.control.setHooks({ stuckAt: 40 });
    assert.equal(await cell.lock('again'), 'free');
    assert.deepEqual(await cell.startImport('again'), { kind: 'accepted' });
    assert.equal(await cell.lock('again'), 'importing');
    const running = await until(cell, ({ kind }) => kind === 'running');
    assert.ok(running.kind === 'running' && running.name === 'again');
    unit.control.setHooks({ stuckAt: null });
    await until(cell, ({ kind }) => kind === 'ready');
    assert.equal(await cell.lock('again'), 'free');
    assert.deepEqual(await cell.contents(), before);
    assert.equal(unit.control.orders().imports, 1);
    assert.equal((await readFile(file)).readUInt32LE(0), 0x04034b50);
  });

  it('is not known to an account that the import deletes, and is known again afterwards', async () => {
    const cell = byAccount();
    await exported(cell, 'kept');
    unit.control.setHooks({ stuckAt: 40 });
    assert.equal((await cell.startImport('kept')).kind, 'accepted');
    const state = await until(cell, ({ kind }) => kind === 'notKnown');
    assert.ok(state.kind === 'notKnown');
    assert.ok(['cell.signInNotTaken', 'cell.tokenNotGiven'].includes(state.message.code), state.message.code);
    assert.equal(await cell.lock('kept'), 'importing');
    const other = byAccount();
    const signingIn = await other.importState();
    assert.ok(signingIn.kind === 'notKnown' && signingIn.message.code === 'cell.tokenNotGiven');
    unit.control.setHooks({ stuckAt: null });
    await until(cell, ({ kind }) => kind === 'ready');
    assert.equal((await cell.contents()).entities, 25);
  });

  it('fails with code and words, refuses all else, and is brought back by a stored snapshot', async () => {
    const cell = byMaster();
    await exported(cell, 'kept');
    unit.control.setHooks({
      failure: { at: 60, code: 'PR409-OD-0003', text: 'The entity already exists.' },
    });
    await cell.startImport('kept');
    const failed = await until(cell, ({ kind }) => kind === 'failed');
    assert.ok(failed.kind === 'failed' && failed.percent === 60 && failed.name === 'kept');
    assert.equal(failed.message.args?.code, 'PR409-OD-0003');
    await failsWith(cell.list(), 'personium.PR409-CM-0001');
    assert.equal(await cell.lock('kept'), 'unknown');
    assert.equal((await cell.about()).name, 'shop');
    unit.control.setHooks({ failure: null });
    assert.deepEqual(await cell.startImport('kept'), { kind: 'accepted' });
    await until(cell, ({ kind }) => kind === 'ready');
    assert.equal((await cell.contents()).entities, 25);
  });

  it('is made anew after a failure, by who has rights of the unit', async () => {
    const { unitUser } = unit.access;
    const cell = cellAs({
      kind: 'unitUser',
      issuer: unitUser.cellUrl,
      username: unitUser.username,
      password: unitUser.password,
    });
    await exported(cell, 'kept');
    unit.control.setHooks({ failure: { at: 5, code: 'PR500-SV-0002', text: null } });
    await cell.startImport('kept');
    await until(cell, ({ kind }) => kind === 'failed');
    await cell.recreate();
    assert.deepEqual(await cell.importState(), { kind: 'ready' });
    assert.deepEqual(await cell.list(), []);
    const contents = await cell.contents();
    assert.deepEqual([contents.boxes, contents.entities], [0, 0]);
  });

  it('is not made anew by an account of its own', async () => {
    await assert.rejects(byAccount().recreate());
    assert.equal(unit.control.count('sales/stock/Supplier'), 25);
  });

  it('tells that an export failed, and why', async () => {
    const cell = byMaster();
    unit.control.setHooks({ exportFailure: { code: 'PR500-SV-0005', text: 'Failed to search.' } });
    assert.equal((await cell.startExport('kept')).kind, 'accepted');
    let state = await cell.exportState('kept');
    while (state.kind !== 'failed') {
      state = await cell.exportState('kept');
    }
    assert.deepEqual(state.message, {
      code: 'cell.exportFailed',
      args: { code: 'PR500-SV-0005' },
      verbatim: 'Failed to search.',
    });
  });

  it('never takes a lost answer for a refusal', async () => {
    const cell = byMaster();
    await exported(cell, 'kept');
    for (const when of ['beforeCommit', 'afterCommit'] as const) {
      unit.control.setHooks({ lostAnswers: { orders: 1, when } });
      assert.equal((await cell.startImport('kept')).kind, 'lost');
      await until(cell, ({ kind }) => kind === 'ready');
    }
    assert.equal(unit.control.orders().imports, 2);
  });

  it('counts only what an account may read', async () => {
    const { clerk } = unit.access.otherUsers;
    const contents = await cellAs({ kind: 'account', ...clerk }).contents();
    assert.equal(contents.boxes, 1);
    assert.ok(!('accounts' in contents) && !('entities' in contents), JSON.stringify(contents));
  });
});
