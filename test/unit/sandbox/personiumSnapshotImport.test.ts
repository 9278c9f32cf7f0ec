import assert from 'node:assert/strict';
import { assertRefused, changed, CellUnderTest, entriesOf, statusOf } from './personiumCell';
import type { CellReply } from './personiumCell';

const IN_PROGRESS = 'importation in progress';

interface State {
  readonly status: string;
  readonly started_at: string;
  readonly progress: string;
  readonly importation_name: string;
  readonly message?: { readonly code: string; readonly message: { lang: string; value: string | null } };
}

describe('Importing a cell of the sandbox', function () {
  this.timeout(60_000);
  let cell: CellUnderTest;
  let snapshot: Buffer;
  const NOW = Date.UTC(2017, 1, 13, 9);
  before(async () => {
    cell = await CellUnderTest.start({ now: () => NOW });
    snapshot = await cell.export('kept');
  });
  after(() => cell.close());
  beforeEach(async () => {
    cell.control.reset();
    cell.control.setHooks({ startDelayMs: 0, importMs: 0, exportMs: 0, steps: 20, busyRetryMs: 1 });
    await cell.put('snap', snapshot);
  });

  const state = async (): Promise<State> => (await cell.call('GET', '__import')).json as State;
  const until = async (isIt: (state: State) => boolean): Promise<State> =>
    (await cell.until('__import', ({ json }) => isIt(json as State))).json as State;
  const ready = () => until(({ status }) => status === 'ready');
  const running = () => until(({ status }) => status === IN_PROGRESS);
  const failed = () => until(({ status }) => status === 'import failed');
  const post = (body: string, token?: string | null) =>
    cell.call('POST', '__import', { body, ...(token === undefined ? {} : { token }) });
  const free = () => cell.until('__import', ({ json }) => statusOf(json) === 'ready');

  describe('is refused before anything is touched', () => {
    const BODIES: readonly (readonly [what: string, body: string, code: string, text?: string])[] = [
      ['without a body', '', 'PR400-CM-0004', 'JSON parse error. [].'],
      ['for a body that is no JSON', '{"Name":', 'PR400-CM-0004', 'JSON parse error. [{"Name":].'],
      ['for a list', '[]', 'PR500-SV-9999'],
      ['for a number', '7', 'PR500-SV-9999'],
      ['without a name', '{}', 'PR400-CM-0001', 'Required key [Name] missing.'],
      ['for no name', '{"Name":null}', 'PR400-CM-0001', 'Required key [Name] missing.'],
      ['for a name that is a number', '{"Name":7}', 'PR500-SV-9999'],
      [
        'for a name of other characters',
        '{"Name":"a.b"}',
        'PR400-CM-0002',
        'Field [Name] format error. Must be [^[a-zA-Z0-9-_]{1,192}$].',
      ],
      ['for a name that is too long', JSON.stringify({ Name: 'a'.repeat(193) }), 'PR400-CM-0002'],
      ['for a snapshot that is not there', '{"Name":"no"}', 'PR404-DV-0001', 'Resource not found. [no.zip].'],
    ];
    for (const [what, body, code, text] of BODIES) {
      it(what, async () => assertRefused(await post(body), code, text));
    }

    it('to nobody, and to an account without the right root', async () => {
      assertRefused(await post('{"Name":"snap"}', null), 'PR401-AU-0001');
      const { username, password } = cell.unit.access.otherUsers.reader;
      assertRefused(await post('{"Name":"snap"}', await cell.signIn(username, password)), 'PR403-AU-0002');
    });

    const manifest = (rest: object) => JSON.stringify({ unit_url: 'https://unit.example/', ...rest });
    const SNAPSHOTS: readonly (readonly [
      what: string,
      changes: Readonly<Record<string, string | null>> | null,
      code: string,
      text: string,
    ])[] = [
      ['that is no zip', null, 'PR400-MC-0004', 'The specified snapshot file is not zip file.'],
      [
        'without a manifest',
        { '00_manifest.json': null },
        'PR500-CM-0002',
        'Files I/O error caused [read manifest json from snapshot file] to fail.',
      ],
      [
        'whose manifest is no JSON',
        { '00_manifest.json': 'version 2' },
        'PR400-CM-0004',
        'JSON parse error. [version 2].',
      ],
      [
        'of version 1',
        { '00_manifest.json': manifest({ export_version: 1 }) },
        'PR400-MC-0003',
        'Version of the snapshot file is invalid. Expected [2] but was [1].',
      ],
      [
        'of no version',
        { '00_manifest.json': manifest({}) },
        'PR400-MC-0003',
        'Version of the snapshot file is invalid. Expected [2] but was [null].',
      ],
      [
        'without one of its files',
        { '10_odata/20_role.pjson': null },
        'PR400-MC-0001',
        '[10_odata/20_role.pjson] does not exist in the snapshot file.',
      ],
      [
        'without its cell',
        { '10_odata/00_cell.json': null },
        'PR400-MC-0001',
        '[10_odata/00_cell.json] does not exist in the snapshot file.',
      ],
    ];
    for (const [what, changes, code, text] of SNAPSHOTS) {
      it(`for a snapshot ${what}`, async () => {
        await cell.put('bad', changes === null ? Buffer.from('no zip') : await changed(snapshot, changes));
        assertRefused(await cell.order('__import', 'bad'), code, text);
        assert.equal((await state()).status, 'ready');
        assert.equal(cell.control.count('sales/stock/Supplier'), 25);
      });
    }
  });

  it('takes unknown keys, and does not ask for the type of the body', async () => {
    const reply = await post('{"Name":"snap","More":1}');
    assert.deepEqual([reply.status, reply.text], [202, '']);
    assert.equal(reply.headers.get('location'), `${cell.unit.access.cellUrl}__import`);
    await ready();
  });

  it('answers in the words of the reference: ready, in progress, failed', async () => {
    assert.equal((await cell.call('GET', '__import')).text, '{"status":"ready"}');
    cell.control.setHooks({ steps: 100, stuckAt: 81, fineProgress: true });
    await cell.put('CellExport_2017_01', snapshot);
    await cell.order('__import', 'CellExport_2017_01');
    const shown = await cell.until('__import', ({ text }) => text.includes('"80%"'));
    assert.deepEqual(shown.json, {
      status: IN_PROGRESS,
      started_at: '2017-02-13T09:00:00.000Z',
      progress: '80%',
      importation_name: 'CellExport_2017_01',
    });
    const failure = { at: 81, code: 'PR409-OD-0003', text: 'The entity already exists.' };
    cell.control.setHooks({ stuckAt: null, failure });
    assert.deepEqual(await failed(), {
      status: 'import failed',
      started_at: '2017-02-13T09:00:00.000Z',
      progress: '81%',
      importation_name: 'CellExport_2017_01',
      message: {
        code: 'PR409-OD-0003',
        message: { lang: 'en', value: 'The entity already exists.' },
      },
    });
  });

  it('calls its state JSON only to those who ask for it', async () => {
    const any = await cell.call('GET', '__import', { headers: { accept: '*/*' } });
    assert.match(any.headers.get('content-type') ?? '', /^text\/plain/);
    const json = await cell.call('GET', '__import');
    assert.match(json.headers.get('content-type') ?? '', /^application\/json/);
  });

  it('says ready after 202 until the run shows itself, and refuses writes all the while', async () => {
    cell.control.setHooks({ startDelayMs: 60_000 });
    assert.equal((await cell.order('__import', 'snap')).status, 202);
    assert.deepEqual(await state(), { status: 'ready' });
    assertRefused(await cell.order('__import', 'snap'), 'PR409-CM-0002');
    assertRefused(
      await cell.call('DELETE', '__snapshot/never.zip', { token: null }),
      'PR409-CM-0002',
      'Because [cell import] is being executed, writing to cell can not be done.',
    );
  });

  it('returns to ready when it is done, with the contents of the snapshot', async () => {
    await cell.call('POST', 'sales/stock/Supplier', { body: '{"__id":"new","Name":"n"}' });
    assert.equal(cell.control.count('sales/stock/Supplier'), 26);
    await cell.order('__import', 'snap');
    await running();
    await ready();
    assert.equal(cell.control.count('sales/stock/Supplier'), 25);
    assert.ok(cell.control.cell().accounts.has('admin'));
    assert.equal(cell.control.orders().imports, 1);
    assert.equal((await cell.call('GET', 'sales/docs/terms.txt')).text, 'Terms of delivery.\n');
  });

  it('shows its progress only when that has gone on by more than 5', async () => {
    cell.control.setHooks({ steps: 100, importMs: 300 });
    await cell.order('__import', 'snap');
    const seen = new Set<number>();
    await cell.until('__import', ({ json }) => {
      const { progress } = json as State;
      if (statusOf(json) === IN_PROGRESS) {
        seen.add(Number(progress.slice(0, -1)));
      }
      return seen.size > 2 && statusOf(json) === 'ready';
    });
    const percents = [...seen];
    for (const percent of percents) {
      assert.ok(percent === 0 || percent % 5 === 1 || percent === 100, String(percents));
    }
  });

  it('stands still where it is held, and goes on when it may', async () => {
    cell.control.setHooks({ stuckAt: 40, fineProgress: true });
    await cell.order('__import', 'snap');
    const stuck = await until(({ progress }) => progress === '35%');
    assert.deepEqual(await state(), stuck);
    cell.control.setHooks({ stuckAt: null });
    await ready();
  });

  it('passes 100 where last lines lack their line feeds', async () => {
    const lines = (await entriesOf(snapshot)).get('10_odata/11_account.pjson')?.toString('utf8') ?? '';
    const names = ['10_box', '11_account', '12_extcell', '20_role', '40_entitytype', '22_relation'];
    const entries = await entriesOf(snapshot);
    const cut = names.map((name) => {
      const path = `10_odata/${name}.pjson`;
      return [path, (entries.get(path)?.toString('utf8') ?? '').replace(/\n$/, '')] as const;
    });
    assert.ok(lines.endsWith('\n'));
    await cell.put('cut', await changed(snapshot, Object.fromEntries(cut)));
    cell.control.setHooks({ fineProgress: true, stuckAt: 105 });
    await cell.order('__import', 'cut');
    const over = await until(
      ({ status, progress }) => status === IN_PROGRESS && Number(progress.slice(0, -1)) > 100,
    );
    assert.match(over.progress, /^10[1-4]%$/);
    cell.control.setHooks({ stuckAt: null });
    await ready();
    assert.equal(cell.control.cell().accounts.size, 4);
  });

  it('fails at a line that is no JSON, and repeats it', async () => {
    const path = '10_odata/70_userdata.pjson';
    const text = (await entriesOf(snapshot)).get(path)?.toString('utf8') ?? '';
    const broken = text.replace(/\n/, '\n{"_source": broken}\n');
    await cell.put('broken', await changed(snapshot, { [path]: broken }));
    assert.equal((await cell.order('__import', 'broken')).status, 202);
    const { message } = await failed();
    assert.deepEqual(message, {
      code: 'PR400-CM-0004',
      message: { lang: 'en', value: 'JSON parse error. [{"_source": broken}].' },
    });
    assert.equal(cell.control.count('sales/stock/Supplier'), 1);
  });

  describe('that has failed', () => {
    beforeEach(async () => {
      cell.control.setHooks({ failure: { at: 60, code: 'PR500-SV-0002', text: null } });
      await cell.order('__import', 'snap');
      await failed();
      cell.control.setHooks({ failure: null });
    });

    it('leaves the cell half imported', () => {
      assert.ok(cell.control.cell().accounts.has('admin'));
      assert.ok(suppliers(cell) < 25);
    });

    it('keeps everything out but tokens, another import and the deletion of the cell', async () => {
      const text =
        "Cell status is [import failed]. Only Unit Level's APIs, CellImport and GetToken are executable.";
      const refused: readonly (readonly [method: string, path: string])[] = [
        ['GET', ''],
        ['PROPFIND', ''],
        ['PROPFIND', '__snapshot'],
        ['GET', '__snapshot/snap.zip'],
        ['PUT', '__snapshot/snap.zip'],
        ['GET', '__export'],
        ['POST', '__export'],
        ['GET', '__ctl/Box'],
        ['GET', 'sales/stock/Supplier'],
        ['POST', 'sales/stock/$batch'],
      ];
      for (const [method, path] of refused) {
        assertRefused(await cell.call(method, path, { headers: { depth: '0' } }), 'PR409-CM-0001', text);
      }
      const token = await cell.call('POST', '__token', { token: null, body: '' });
      assertTokenAnswer(token);
      const { unitUrl } = cell.unit.access;
      assert.equal((await cell.call('GET', `${unitUrl}__ctl/Cell`)).status, 200);
      const headers = { 'x-personium-recursive': 'true' };
      assert.equal((await cell.call('DELETE', '', { headers })).status, 204);
      assertRefused(await cell.call('GET', '__import'), 'PR404-DV-0003');
      const created = await cell.call('POST', `${unitUrl}__ctl/Cell`, { body: '{"Name":"shop"}' });
      assert.equal(created.status, 201);
      assert.deepEqual(await state(), { status: 'ready' });
    });

    it('goes on telling the old failure while it is imported again', async () => {
      const old = await state();
      cell.control.setHooks({ stuckAt: 40, oldFailureUntil: 50 });
      assert.equal((await cell.order('__import', 'snap')).status, 202);
      assertRefused(await cell.order('__import', 'snap'), 'PR409-CM-0002');
      assert.deepEqual(await state(), old);
      cell.control.setHooks({ stuckAt: 80 });
      assert.equal((await running()).status, IN_PROGRESS);
      cell.control.setHooks({ stuckAt: null });
      await ready();
      assert.equal(cell.control.count('sales/stock/Supplier'), 25);
      assert.equal((await cell.call('GET', '__snapshot/snap.zip')).status, 200);
    });

    it('may have lost the file that tells of it', async () => {
      cell.control.setHooks({ failureFileLost: true, failure: { at: 5, code: 'PR500-SV-0002', text: 'x' } });
      await cell.order('__import', 'snap');
      const reply = await cell.until('__import', ({ status }) => status === 500);
      assertRefused(reply, 'PR500-CM-0002', 'Files I/O error caused [read error json file] to fail.');
    });

    it('answers nothing at all where cells are sub-domains', async () => {
      cell.control.setHooks({ subDomain: true });
      assertRefused(await cell.call('GET', '__import'), 'PR409-CM-0001');
      assertRefused(await cell.call('POST', '__token', { token: null }), 'PR409-CM-0001');
    });
  });

  it('signs its own accounts out on the way, but neither the master nor the unit user', async () => {
    const { username, password, unitUser, unitUrl } = cell.unit.access;
    const token = await cell.signIn(username, password);
    const body = new URLSearchParams({
      grant_type: 'password',
      username: unitUser.username,
      password: unitUser.password,
      p_target: unitUrl,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const issued = await cell.call('POST', `${unitUser.cellUrl}__token`, {
      token: null,
      body: body.toString(),
      headers,
    });
    const unitToken = (issued.json as { access_token: string }).access_token;
    cell.control.setHooks({ stuckAt: 40 });
    await cell.order('__import', 'snap', token);
    await running();
    assertRefused(await cell.call('GET', '__import', { token }), 'PR401-AU-0001');
    assert.equal((await cell.call('GET', '__import', { token: unitToken })).status, 200);
    cell.control.setHooks({ stuckAt: null });
    await ready();
    assert.equal((await cell.call('GET', '__import', { token })).status, 200);
  });

  it('lets accounts go on where it is asked to', async () => {
    const { username, password } = cell.unit.access;
    const token = await cell.signIn(username, password);
    cell.control.setHooks({ stuckAt: 40, keepsAccounts: true });
    await cell.order('__import', 'snap', token);
    const shown = await cell.until('__import', ({ json }) => statusOf(json) === IN_PROGRESS, { token });
    assert.equal(shown.status, 200);
  });

  it('refuses between two per cents what it is told to', async () => {
    cell.control.setHooks({ stuckAt: 50, refusals: [{ code: 'PR403-AU-0002', from: 40, to: 60 }] });
    await cell.order('__import', 'snap');
    await cell.until('__import', ({ status }) => status === 403);
    cell.control.setHooks({ stuckAt: null });
    await free();
  });

  it('does not begin while somebody else uses the cell', async () => {
    cell.control.setFaults({ faults: [{ kind: 'delay', path: '__ctl/Box', method: 'GET', ms: 400 }] });
    cell.control.setHooks({ busyRetries: 2, busyRetryMs: 1 });
    const other = cell.call('GET', '__ctl/Box');
    await waitFor(() => cell.control.faultHits().length > 0);
    assertRefused(
      await cell.order('__import', 'snap'),
      'PR409-MC-0001',
      'Cell to be processed is being accessed by other requests.',
    );
    await other;
    assert.deepEqual(await state(), { status: 'ready' });
    cell.control.setHooks({ busy: 1 });
    assertRefused(await cell.order('__import', 'snap'), 'PR409-MC-0001');
    assert.equal((await cell.order('__import', 'snap')).status, 202);
    await ready();
    assert.equal(cell.control.orders().imports, 3);
  });

  it('may lose its answer before it begins, and after', async () => {
    cell.control.setHooks({ stuckAt: 40, lostAnswers: { orders: 1, when: 'beforeCommit' } });
    await assert.rejects(cell.order('__import', 'snap'));
    assert.deepEqual(await state(), { status: 'ready' });
    assertRefused(await cell.call('DELETE', '__snapshot/never.zip'), 'PR404-DV-0001');
    cell.control.setHooks({ lostAnswers: { orders: 1, when: 'afterCommit' } });
    await assert.rejects(cell.order('__import', 'snap'));
    assert.equal((await running()).importation_name, 'snap');
    assert.equal(cell.control.orders().imports, 2);
  });

  it('keeps the unit from deleting the cell meanwhile, also where cells are sub-domains', async () => {
    const { unitUrl } = cell.unit.access;
    cell.control.setHooks({ stuckAt: 40 });
    await cell.order('__import', 'snap');
    await running();
    for (const subDomain of [false, true]) {
      cell.control.setHooks({ subDomain });
      assertRefused(
        await cell.call('DELETE', `${unitUrl}__ctl/Cell('shop')`),
        'PR409-CM-0002',
        'Because [cell import] is being executed, writing to cell can not be done.',
      );
    }
    assert.equal((await cell.call('GET', `${unitUrl}__ctl/Cell('shop')`)).status, 200);
  });

  it('lets writes through where cells are sub-domains', async () => {
    cell.control.setHooks({ stuckAt: 40, subDomain: true });
    await cell.order('__import', 'snap');
    await running();
    assertRefused(await cell.call('DELETE', '__snapshot/never.zip'), 'PR404-DV-0001');
  });

  it('is told what to do by another process too', async () => {
    const { unitUrl, controlToken } = cell.unit.access;
    const url = `${unitUrl}sandbox/hooks`;
    const set = (hooks: object) =>
      cell.call('POST', url, { token: controlToken, body: JSON.stringify(hooks) });
    const failure = { at: 60, code: 'PR409-OD-0003', text: 'x' };
    assert.equal((await set({ failure, refusals: [{ code: 'PR401-AU-0001', from: 1, to: 2 }] })).status, 200);
    await cell.order('__import', 'snap');
    assert.equal((await failed()).progress, '60%');
    for (const wrong of [{ failur: null }, { failure: 7 }, { refusals: [{}] }, { steps: 'many' }]) {
      assert.equal((await set(wrong)).status, 400, JSON.stringify(wrong));
    }
    const orders = await cell.call('GET', `${unitUrl}sandbox/orders`, { token: controlToken });
    assert.deepEqual(orders.json, { imports: 1, exports: 0 });
  });
});

/** Of a cell whose schema may be missing. */
function suppliers({ control }: CellUnderTest): number {
  const stock = control.cell().nodeAt(['sales', 'stock']);
  return stock?.kind === 'odata' ? (stock.entityTypes.get('Supplier')?.entities.size ?? 0) : 0;
}

function assertTokenAnswer({ status, json }: CellReply): void {
  assert.equal(status, 400);
  assert.equal((json as { error?: string }).error, 'invalid_request');
}

async function waitFor(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
