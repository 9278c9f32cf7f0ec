import assert from 'node:assert/strict';
import type { Endpoint } from '../../../../src/core/endpoints/endpoint';
import { createKintoneEndpoint } from '../../../../src/core/endpoints/kintone/kintoneEndpoint';
import { requestName } from '../../../../src/core/endpoints/kintone/ledger';
import { LEDGER_FIELDS } from '../../../../src/core/endpoints/kintone/ledgerApp';
import { withSignIn } from '../../../../src/core/endpoints/kintone/signIn';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { startSandbox } from '../../../../src/sandbox/server';
import type { Sandbox } from '../../../../src/sandbox/server';
import { administratorsEndpoint } from '../support';
import {
  change,
  committed,
  CUSTOMER_FIELDS,
  CUSTOMERS,
  customers,
  LEDGER,
  PLACE_FIELDS,
  PLACES,
  places,
  sent,
  settled,
  until,
  writingTo,
} from './support';
import type { Writing } from './support';

describe('an import with a ledger app', function () {
  this.timeout(30_000);
  const transport = createUndiciTransport();
  let sandbox: Sandbox;
  let endpoint: Endpoint;

  before(async () => {
    sandbox = await startSandbox({ samples: false });
    endpoint = administratorsEndpoint(sandbox, transport);
  });
  after(async () => {
    await transport.close();
    await sandbox.close();
  });
  beforeEach(() => sandbox.control.reset());

  const open = (app = PLACES, codes: readonly string[] = PLACE_FIELDS): Promise<Writing> =>
    writingTo(endpoint, app, codes, 'job-1');

  function ledger(): unknown[] {
    return sandbox.control
      .records(LEDGER)
      .map(({ job_id, last_request, rows_kept }) => [job_id, last_request, rows_kept]);
  }

  it('writes down each request as it is kept', async () => {
    const { writer } = await open();
    assert.equal(writer.limits.rowsPerRequest, 1900);
    assert.equal(writer.limits.lanes ?? 1, 1);
    await committed(writer, places(1900));
    assert.deepEqual(ledger(), [['job-1', '1-1900', '1900']]);
    await committed(writer, places(1, 1900));
    assert.deepEqual(ledger(), [['job-1', '1901', '1901']]);
    assert.equal(sandbox.control.count(PLACES), 1901);
  });

  it('is certain of a request that was kept, and knows the ids of its rows', async () => {
    const { writer } = await open();
    await committed(writer, places(2));
    const batch = places(3, 2);
    sandbox.control.setFaults({ dropAfterCommit: [{ path: 'bulkRequest' }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled(writer, batch), ['committed 3/1', 'committed 4/1', 'committed 5/1']);
    await committed(writer, places(1, 5));
    assert.deepEqual(ledger(), [['job-1', '6', '6']]);
  });

  it('is as certain when another process takes the job up', async () => {
    const { writer } = await open();
    const batch = places(2);
    sandbox.control.setFaults({ dropAfterCommit: [{ path: 'bulkRequest' }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled((await open()).writer, batch), ['committed 1/1', 'committed 2/1']);
  });

  it('gives no ids where records of the same values leave a choice', async () => {
    const { writer } = await open();
    const twins = [places(1), places(1)].flat().map((record, row) => ({ ...record, row, lastRow: row }));
    await committed(writer, twins);
    const batch = twins.map((record, index) => ({ ...record, row: index + 2, lastRow: index + 2 }));
    sandbox.control.setFaults({ dropAfterCommit: [{ path: 'bulkRequest' }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled(writer, batch), ['committed /', 'committed /']);
  });

  it('shuts out a copy that comes late before the rows go again', async () => {
    const { writer } = await open();
    await committed(writer, places(1));
    const batch = places(2, 1);
    sandbox.control.setFaults({ faults: [{ kind: 'lateCommit', ms: 300, path: 'bulkRequest' }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled(writer, batch), ['again', 'again']);
    const late = (): unknown[] =>
      sandbox.control.log().requests.filter(({ path }) => path.includes('bulkRequest'));
    await until(() => late().length === 2);
    assert.equal(sandbox.control.count(PLACES), 1);
    await committed(writer, batch);
    assert.equal(sandbox.control.count(PLACES), 3);
    assert.deepEqual(ledger(), [['job-1', '2-3', '3']]);
  });

  it('shuts it out also after a restart, and before there was a record', async () => {
    const { writer } = await open();
    const batch = places(2);
    assert.deepEqual(await settled(writer, batch), ['again', 'again']);
    sandbox.control.setFaults({ faults: [{ kind: 'lateCommit', ms: 300, path: 'bulkRequest' }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    const again = (await open()).writer;
    assert.deepEqual(await settled(again, batch), ['again', 'again']);
    await committed(again, batch);
    await until(() => sandbox.control.log().requests.filter(({ records }) => records === 3).length === 2);
    assert.equal(sandbox.control.count(PLACES), 2);
  });

  it('keeps one of two deliveries, and knows so when it hears of the second', async () => {
    const { writer } = await open();
    const batch = places(2);
    sandbox.control.setFaults({ faults: [{ kind: 'duplicate', answer: 'second', path: 'bulkRequest' }] });
    const answer = await writer.send(batch);
    assert.deepEqual(
      [answer.kind, 'message' in answer && answer.message.code],
      ['ambiguous', 'kintone.ledgerMoved'],
    );
    assert.deepEqual(await settled(writer, batch), ['committed 1/1', 'committed 2/1']);
    assert.equal(sandbox.control.count(PLACES), 2);
  });

  it('makes one record for a job, whatever becomes of the requests that make it', async () => {
    for (const kind of ['dropBeforeCommit', 'dropAfterCommit'] as const) {
      sandbox.control.reset();
      const { writer } = await open();
      sandbox.control.setFaults({ [kind]: [{ path: 'records', method: 'POST' }] });
      const first = await writer.send(places(1));
      assert.ok(first.kind === 'notCommitted' || first.kind === 'committed', JSON.stringify(first));
      if (first.kind === 'notCommitted') {
        await committed(writer, places(1));
      }
      assert.deepEqual(ledger(), [['job-1', '1', '1']]);
    }
  });

  it('is not misled by a lost answer while a copy is shut out', async () => {
    const { writer } = await open();
    const batch = places(2);
    sandbox.control.setFaults({ dropBeforeCommit: [{ path: 'bulkRequest' }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    sandbox.control.setFaults({ dropAfterCommit: [{ path: 'records', method: 'PUT' }] });
    assert.deepEqual(await settled(writer, batch), ['again', 'again']);
    sandbox.control.setFaults({ dropBeforeCommit: [{ path: 'records', method: 'PUT' }] });
    assert.deepEqual(await settled(writer, batch), ['again', 'again']);
    await committed(writer, batch);
  });

  it('can’t tell when its record is gone, and says so when nothing can be sent', async () => {
    const { writer } = await open();
    await committed(writer, places(1));
    await remove(1);
    const batch = places(1, 1);
    const answer = await writer.send(batch);
    assert.deepEqual(
      [answer.kind, 'message' in answer && answer.message.code],
      ['impossible', 'kintone.ledgerRefused'],
    );
    assert.deepEqual(await settled(writer, batch), ['unknown']);
  });

  it('names the rows that are refused, and calls none of them another’s', async () => {
    const { writer } = await open(CUSTOMERS, CUSTOMER_FIELDS);
    const [a] = await committed(writer, customers(['A']));
    assert.ok(a);
    const answer = await writer.send(customers(['B', 'A']));
    assert.ok(answer.kind === 'rejected', JSON.stringify(answer));
    assert.deepEqual([answer.exists, answer.rows.map(({ index }) => index)], [undefined, [1]]);
    // New records and changes in one request, the changes behind the new records.
    const both = [
      change(0, a, 'New A'),
      ...customers(['C']).map((record) => ({ ...record, row: 1, lastRow: 1 })),
    ];
    sandbox.control.setFaults({ dropAfterCommit: [{ path: 'bulkRequest' }] });
    assert.equal(await sent(writer, both), 'ambiguous');
    assert.match((await settled(writer, both)).join(), /^committed 1\/2,committed \d+\/1$/);
  });

  it('needs no right to view the app that takes the rows', async () => {
    sandbox.control.addToken({ token: 'add-only', appId: PLACES, rights: ['add'] });
    const token = sandbox.kintone.apps.find(({ id }) => id === LEDGER)?.apiToken ?? '';
    const { baseUrl } = sandbox.kintone;
    const blind = createKintoneEndpoint({
      baseUrl,
      transport: withSignIn(transport, baseUrl, { kind: 'apiTokens', tokens: ['add-only', token] }),
      language: 'en',
    });
    const { layout } = await open();
    const writer = blind.writer(await endpoint.describe(PLACES), layout, { id: 'job-1', ledgerApp: LEDGER });
    const batch = places(2);
    sandbox.control.setFaults({ dropAfterCommit: [{ path: 'bulkRequest' }] });
    assert.equal(await sent(writer, batch), 'ambiguous');
    assert.deepEqual(await settled(writer, batch), ['committed /', 'committed /']);
  });

  it('is told what its app lacks: fields, and rights in it', async () => {
    assert.deepEqual(await endpoint.checkLedger?.(LEDGER), { name: 'Import ledger', problems: [] });
    const other = await endpoint.checkLedger?.(CUSTOMERS);
    assert.deepEqual(
      other?.problems.map(({ code, args }) => `${code} ${String(args?.code)}`),
      [
        ...LEDGER_FIELDS.map(({ code }) => `kintone.ledgerField ${code}`),
        ...['顧客コード', '会社名'].map((code) => `kintone.ledgerOtherRequired ${code}`),
      ],
    );
    const { viewer } = sandbox.kintone.otherUsers;
    const { baseUrl } = sandbox.kintone;
    const viewing = createKintoneEndpoint({
      baseUrl,
      transport: withSignIn(transport, baseUrl, { kind: 'password', ...viewer }),
      language: 'en',
    });
    const problems = (await viewing.checkLedger?.(LEDGER))?.problems.map(({ code }) => code);
    assert.deepEqual(problems, ['kintone.userNeedsAdd', 'kintone.userNeedsEdit']);
    assert.equal(sandbox.control.count(LEDGER), 0);
  });

  it('is not possible by OAuth, which says so before anything is sent', async () => {
    const { baseUrl } = sandbox.kintone;
    const byOauth = createKintoneEndpoint({ baseUrl, transport, language: 'en', bulk: false });
    assert.deepEqual(
      (await byOauth.checkLedger?.(LEDGER))?.problems.map(({ code }) => code),
      ['kintone.ledgerWithOauth'],
    );
    const { layout } = await open();
    const writer = byOauth.writer(await endpoint.describe(PLACES), layout, { id: 'j', ledgerApp: LEDGER });
    assert.equal(await sent(writer, places(1)), 'impossible');
  });

  async function remove(id: number): Promise<void> {
    const { baseUrl, username, password } = sandbox.kintone;
    const signed = withSignIn(transport, baseUrl, { kind: 'password', username, password });
    const url = `${baseUrl}/k/v1/records.json?app=${LEDGER}&ids%5B0%5D=${id}`;
    const { status } = await signed.request({ method: 'DELETE', url, headers: {} });
    assert.equal(status, 200);
  }
});

describe('the name of a request in the ledger', () => {
  const rows = (...of: number[]) => of.map((row) => ({ row, lastRow: row, values: [] }));

  it('is its rows as people count them', () => {
    assert.equal(requestName(rows(0, 1, 2, 8)), '1-3,9');
    assert.equal(requestName([{ row: 0, lastRow: 4, values: [] }, ...rows(5)]), '1-6');
  });

  it('stays short, and different for different rows', () => {
    const even = Array.from({ length: 900 }, (_, index) => index * 2);
    const one = requestName(rows(...even));
    const other = requestName(rows(...even.slice(0, -1), 5000));
    assert.ok(one.length <= 100 && one.startsWith('1,3,5,'), one);
    assert.notEqual(one, other);
  });
});
