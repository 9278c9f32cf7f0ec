import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Resolutions } from '../../../src/core/engine/resolutions';
import { RowFeed } from '../../../src/core/engine/rowFeed';
import { RowVerdicts } from '../../../src/core/jobs/rowVerdicts';
import { derive } from '../../../src/core/engine/unimported';
import { Journal } from '../../../src/core/jobs/journal';
import { readNotImported } from '../../../src/core/jobs/notImported';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { ExpectedError } from '../../../src/core/message';
import { makeJob, withFolder } from '../jobs/support';
import { CODE, FakeApp, NUMBER_OF_RECORD, TEXT, importInto } from './fakeApp';
import { LAYOUT, LIMITS, SCHEMA, fieldOf, tableOf } from './support';

const FIELDS = [NUMBER_OF_RECORD, CODE, TEXT];
const UPDATE: ImportPlan = { columns: ['code', 'name'], mode: 'update', key: 'code' };
const UPSERT: ImportPlan = { ...UPDATE, mode: 'addOrUpdate' };
const BY_NUMBER: ImportPlan = { columns: ['no', 'name'], mode: 'update', key: 'no' };

describe('updating', () => {
  it('changes the records it finds by their key, with the revision that was read, and nothing else of them', async () => {
    const app = new FakeApp([...FIELDS, fieldOf('other')]).with(
      { code: 'a', name: 'A', other: 'x' },
      { code: 'b', name: 'B', other: 'y' },
    );
    const { counts, status } = await importInto(app, 'code,name\nb,New\n', UPDATE);
    assert.deepEqual([status, counts.updated, counts.imported], ['completed', 1, 0]);
    const [record] = app.batches[0] ?? [];
    assert.deepEqual(record?.update, { id: '2', revision: '1' });
    assert.deepEqual(record.values, [undefined, 'New'], 'the key stays and is not sent');
    assert.deepEqual(app.records.get('2'), { revision: '2', values: { code: 'b', name: 'New', other: 'y' } });
  });

  it('sends nothing for records that are already as the file has them', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' }, { code: 'b', name: 'B' });
    const { counts, events } = await importInto(app, 'code,name\na,A\nb,New\n', UPDATE);
    assert.deepEqual([counts.updated, counts.unchanged], [1, 1]);
    assert.deepEqual(
      events.find(({ type }) => type === 'UNCHANGED'),
      { type: 'UNCHANGED', rows: [[1, 1]] },
    );
    assert.equal(app.batches.flat().length, 1);
    const again = await importInto(app, 'code,name\na,A\nb,New\n', UPDATE);
    assert.equal(again.counts.unchanged, 2);
    assert.equal(again.status, 'completed');
    assert.equal(app.batches.length, 1, 'no request at all');
  });

  it('refuses keys that are nowhere, blank or repeated before anything is sent', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' }, { code: 'b', name: 'B' });
    const text = 'code,name\nzz,1\n,2\na,3\nb,4\na,5\n';
    const { problems, counts } = await importInto(app, text, UPDATE);
    assert.deepEqual(problems, [
      '1 0 row.keyNotFound',
      '2 0 key.blank',
      '3 0 row.keyAgain',
      '5 0 key.repeated',
    ]);
    assert.deepEqual([counts.updated, counts.invalid], [1, 4]);
    assert.deepEqual(app.records.get('1')?.values.name, 'A', 'nobody knows which row is meant');
    assert.deepEqual(app.records.get('2')?.values.name, '4');
  });

  it('finds records by their number, with the app code before it or without', async () => {
    const app = new FakeApp(FIELDS).with({ name: 'A' }, { name: 'B' });
    const { counts, problems } = await importInto(app, 'no,name\n2,New\n7,X\n', BY_NUMBER);
    assert.equal(counts.updated, 1);
    assert.deepEqual(problems, ['2 0 row.keyNotFound']);
    assert.equal(app.records.get('2')?.values.name, 'New');
  });

  it('reads live records in groups, several at a time, and keeps to the order of the file', async () => {
    const app = new FakeApp(FIELDS).with(
      ...Array.from({ length: 60 }, (_, i) => ({ code: `c${i}`, name: '' })),
    );
    let [running, most] = [0, 0];
    app.onFind = async (_, read) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < 20 - read; i++) await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    const rows = Array.from({ length: 60 }, (_, i) => `c${i},n${i}\n`).join('');
    const { counts } = await importInto(app, `code,name\n${rows}`, UPDATE);
    assert.equal(counts.updated, 60);
    assert.equal(app.searches.length, 12);
    assert.equal(most, 4);
    assert.deepEqual(
      app.batches
        .flat()
        .map(
          ({ row, update, values }) =>
            `${row} ${update?.id} ${typeof values[1] === 'string' ? values[1] : ''}`,
        ),
      Array.from({ length: 60 }, (_, i) => `${i + 1} ${i + 1} n${i}`),
    );
  });
});

describe('keys that repeat', () => {
  it('are refused although one of their rows has a problem of its own', async () => {
    const fields = [CODE, fieldOf('name', { maxLength: 3 })];
    const first = new FakeApp(fields).with({ code: 'a', name: 'A' });
    const invalidFirst = await importInto(first, 'code,name\na,much too long\na,B\n', UPDATE);
    assert.deepEqual(invalidFirst.problems, ['1 1 value.tooLong', '1 0 key.repeated', '2 0 row.keyAgain']);
    const second = new FakeApp(fields).with({ code: 'a', name: 'A' });
    const invalidLast = await importInto(second, 'code,name\na,B\na,much too long\n', UPDATE);
    assert.deepEqual(invalidLast.problems, ['1 0 row.keyAgain', '2 1 value.tooLong', '2 0 key.repeated']);
    assert.deepEqual([first.batches, second.batches], [[], []]);
  });

  it('are refused after rows that are already as the file has them', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    const { counts, problems } = await importInto(app, 'code,name\na,A\na,B\na,C\n', UPDATE);
    assert.deepEqual(problems, ['2 0 key.repeated', '3 0 key.repeated']);
    assert.deepEqual([counts.unchanged, counts.invalid], [1, 2]);
  });

  it('are one key in all their forms', async () => {
    const number = fieldOf('n', { kind: 'number', nativeType: 'NUMBER', unique: true });
    const app = new FakeApp([number, TEXT]).with({ n: '1', name: 'A' }, { n: '2', name: 'B' });
    const text = 'n,name\n1,x\n1.0,y\n2.00,z\n';
    const { counts, problems } = await importInto(app, text, {
      columns: ['n', 'name'],
      mode: 'update',
      key: 'n',
    });
    assert.deepEqual(problems, ['1 0 row.keyAgain', '2 0 key.repeated']);
    assert.equal(counts.updated, 1);
    const orders = new FakeApp(FIELDS).with({ name: 'A' });
    Object.assign(orders.schema, { recordNumberPrefix: 'ORDER-' });
    const again = await importInto(orders, 'no,name\nORDER-1,x\n1,y\nORDER-01,z\n', BY_NUMBER);
    assert.equal(again.counts.invalid, 3);
    assert.deepEqual(orders.batches, []);
  });
});

describe('an update that was interrupted while its rows were checked', () => {
  it('begins again at the first row, and counts nothing twice', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' }, { code: 'b', name: 'B' });
    // Since then a is no longer as the file has it, and the record of the third row was added.
    app.edit('1', { name: 'changed' });
    app.records.set('3', { revision: '1', values: { code: 'c', name: 'C' } });
    const { counts, problems, notImported } = await importInto(
      app,
      'code,name\na,A\nb,B\nc,C\nzz,Z\n',
      UPDATE,
      {
        before: async (folder) => {
          const journal = await Journal.open(folder);
          await journal.append({ type: 'OPEN', engine: '0' });
          await journal.append({ type: 'UNCHANGED', rows: [[1, 2]] });
          await journal.append({ type: 'INVALID', rows: [3, 4].map((row) => ({ row, problems: [] })) });
          await journal.close();
        },
        onRecord: ({ type }, control) => {
          if (type === 'PLAN') control.poke('stop');
        },
      },
    );
    assert.deepEqual([counts.total, counts.unchanged, counts.invalid, counts.unprocessed], [4, 2, 1, 1]);
    assert.deepEqual(problems, ['4 0 row.keyNotFound']);
    assert.deepEqual(
      notImported.unprocessed.map(({ ranges }) => ranges),
      [[[1, 1]]],
    );
  });

  it('is told of by what its second check found, when nobody has taken it up since', () =>
    withFolder(async (jobs) => {
      const problems = [{ column: null, message: { code: 'row.keyNotFound' } }];
      const folder = await makeJob(jobs, [
        { type: 'OPEN', engine: '0' },
        { type: 'INVALID', rows: [{ row: 1, problems }] },
        { type: 'UNCHANGED', rows: [[2, 3]] },
        { type: 'OPEN', engine: '0' },
        { type: 'INVALID', rows: [{ row: 4, problems }] },
        { type: 'UNCHANGED', rows: [[3, 3]] },
        { type: 'PLAN', total: 4, invalid: 1, unchanged: 1 },
      ]);
      const { rows, unprocessed } = await readNotImported(folder);
      assert.deepEqual([...rows.keys()], [4]);
      assert.deepEqual(
        unprocessed.map(({ ranges }) => ranges),
        [[[1, 2]]],
      );
    }));

  it('refuses a file of which the second pass finds a record that the first did not', async () => {
    const verdicts = new RowVerdicts();
    verdicts.total = 3;
    const feed = new RowFeed({
      table: tableOf(3),
      mapper: {
        map: (rows) => rows.map(({ ordinal, cells }) => ({ row: ordinal, lastRow: ordinal, values: cells })),
        end: () => [],
      },
      layout: { ...LAYOUT, mode: 'update' },
      schema: SCHEMA,
      verdicts,
      resolutions: new Resolutions(),
    });
    await assert.rejects(
      feed.take(5, 1000),
      (error) => error instanceof ExpectedError && error.detail.code === 'job.inputChanged',
      'nothing of an update is ever added',
    );
    await feed.close();
  });
});

describe('adding or updating', () => {
  it('makes new records of keys that are nowhere, and mixes both in one request', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    const { counts, events } = await importInto(app, 'code,name\nn,New\na,B\nm,More\n', UPSERT);
    assert.deepEqual([counts.imported, counts.updated], [2, 1]);
    assert.equal(app.batches.length, 1);
    const intent = events.find((event) => event.type === 'INTENT');
    assert.ok(intent?.type === 'INTENT');
    assert.deepEqual([intent.rows, intent.updates], [[[1, 3]], [[2, 2]]]);
  });

  it('keeps new and changed records apart where the endpoint can’t take both, without many small requests', async () => {
    const app = new FakeApp(FIELDS).with(
      ...Array.from({ length: 40 }, (_, i) => ({ code: `c${i}`, name: '' })),
    );
    app.limits = { ...LIMITS, rowsPerRequest: 10, oneKindPerRequest: true };
    const rows = Array.from({ length: 80 }, (_, i) => (i % 2 ? `x${i},n\n` : `c${i / 2},n\n`)).join('');
    const { counts } = await importInto(app, `code,name\n${rows}`, UPSERT);
    assert.deepEqual([counts.imported, counts.updated], [40, 40]);
    for (const batch of app.batches) {
      assert.equal(new Set(batch.map(({ update }) => update === undefined)).size, 1);
    }
    assert.equal(app.batches.length, 8);
  });

  it('looks some requests ahead for records of a kind that is rare', async () => {
    const app = new FakeApp(FIELDS).with(
      ...Array.from({ length: 8 }, (_, i) => ({ code: `c${i * 400}`, name: '' })),
    );
    app.limits = { ...LIMITS, rowsPerRequest: 200, oneKindPerRequest: true };
    const rows = Array.from({ length: 3200 }, (_, i) => `c${i},n\n`).join('');
    const { counts } = await importInto(app, `code,name\n${rows}`, UPSERT);
    assert.deepEqual([counts.imported, counts.updated], [3192, 8]);
    const changing = app.batches.filter(([first]) => first?.update !== undefined);
    assert.ok(changing.length <= 4, `${changing.length} requests for 8 changes`);
  });

  it('leaves room in a mixed request for a part that is not full', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'c0', name: '' });
    const rows = Array.from({ length: 40 }, (_, i) => `c${i},n\n`).join('');
    await importInto(app, `code,name\n${rows}`, UPSERT);
    assert.deepEqual(
      app.batches.map(({ length }) => length),
      [15, 20, 5],
    );
  });

  it('does with rows without a key what the plan says', async () => {
    const text = 'code,name\na,B\n,New\n ,More\n';
    const add = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    const added = await importInto(add, text, { ...UPSERT, blankKeys: 'add' });
    assert.deepEqual([added.counts.imported, added.counts.updated], [2, 1]);
    const skip = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    const skipped = await importInto(skip, text, { ...UPSERT, blankKeys: 'skip' });
    assert.deepEqual([skipped.counts.updated, skipped.counts.invalid], [1, 2]);
    assert.deepEqual(skipped.problems, ['2 0 row.keySkipped', '3 0 row.keySkipped']);
    const refuse = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    const refused = await importInto(refuse, text, UPSERT);
    assert.equal(refused.status, 'failed');
    const done = refused.events.at(-1);
    assert.ok(done?.type === 'DONE');
    assert.deepEqual(done.failures, [{ code: 'job.blankKey', args: { line: 3 } }]);
    assert.deepEqual(refuse.batches, []);
  });

  it('does the same where the key is a required field', async () => {
    const text = 'code,name\na,B\n,New\n';
    const fields = [NUMBER_OF_RECORD, { ...CODE, required: true }, TEXT];
    const refused = await importInto(new FakeApp(fields), text, UPSERT);
    const done = refused.events.at(-1);
    assert.deepEqual(done?.type === 'DONE' ? done.failures : null, [
      { code: 'job.blankKey', args: { line: 3 } },
    ]);
    const skipped = await importInto(new FakeApp(fields), text, { ...UPSERT, blankKeys: 'skip' });
    assert.deepEqual(skipped.problems, ['2 0 row.keySkipped']);
    const added = await importInto(new FakeApp(fields), text, { ...UPSERT, blankKeys: 'add' });
    assert.deepEqual(added.problems, ['2 0 value.required']);
  });

  it('refuses new rows that would lack a required field, and changes the others', async () => {
    const app = new FakeApp([...FIELDS, fieldOf('must', { required: true })]).with({ code: 'a', name: 'A' });
    const { problems, counts } = await importInto(app, 'code,name\na,B\nn,New\n', UPSERT);
    assert.deepEqual(problems, ['2 null value.requiredWithoutColumn']);
    assert.equal(counts.updated, 1);
  });

  it('can’t make a record of a number that is nowhere', async () => {
    const app = new FakeApp(FIELDS).with({ name: 'A' });
    const plan: ImportPlan = { ...BY_NUMBER, mode: 'addOrUpdate', blankKeys: 'add' };
    const { problems, counts } = await importInto(app, 'no,name\n1,B\n9,C\n,D\n', plan);
    assert.deepEqual(problems, ['2 0 row.keyNotFound']);
    assert.deepEqual([counts.updated, counts.imported], [1, 1]);
  });
});

describe('values that allow no duplicates', () => {
  const ADD: ImportPlan = { columns: ['code', 'name'], mode: 'add' };

  it('are looked for in the file and in the app before anything is sent', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a' }, { code: 'b' });
    const { problems, notImported, counts } = await importInto(
      app,
      'code,name\nn,1\nb,2\nn,3\n,4\n,5\n',
      ADD,
    );
    assert.deepEqual(problems, ['2 0 row.exists', '3 0 value.repeated']);
    assert.equal(counts.imported, 3);
    const [problem] = notImported.rows.get(2)?.problems ?? [];
    assert.deepEqual(problem?.message.args, { id: '2' });
    assert.deepEqual([problem.field, problem.value], ['code', 'b']);
    assert.equal(notImported.rows.get(3)?.problems[0]?.message.args?.line, 2);
  });

  it('are left to the app where the sign-in may not view records, and the job says so', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'b' });
    app.onFind = () => Promise.reject(new ExpectedError({ code: 'kintone.tokenNeedsView' }));
    app.natureOf = () => 'forbidden';
    const rows = Array.from({ length: 40 }, (_, i) => `n${i},1\n`).join('');
    const { counts, status, events } = await importInto(app, `code,name\n${rows}n1,2\n`, ADD);
    assert.deepEqual([status, counts.imported, counts.invalid], ['completed', 40, 1]);
    assert.ok(app.searches.length <= 4, 'it does not go on asking');
    const plan = events.find(({ type }) => type === 'PLAN');
    assert.deepEqual(plan?.type === 'PLAN' && plan.notes, [{ code: 'job.notLookedFor' }]);
  });

  it('are looked for in the app where records change, beside the key', async () => {
    const mail = fieldOf('mail', { unique: true });
    const records = [
      { code: 'a', mail: 'a@x', name: '' },
      { code: 'b', mail: 'b@x', name: '' },
      { code: 'c', mail: 'c@x', name: '' },
    ];
    const plan: ImportPlan = { columns: ['code', 'mail', 'name'], mode: 'addOrUpdate', key: 'code' };
    const app = new FakeApp([CODE, mail, TEXT]).with(...records);
    const text = 'code,mail,name\na,c@x,1\nb,b@x,2\nn,b@x,3\nm,m@x,4\n';
    const { problems, counts, notImported } = await importInto(app, text, plan);
    assert.deepEqual(problems, ['1 1 row.exists', '3 1 value.repeated']);
    assert.deepEqual(notImported.rows.get(1)?.problems[0]?.message.args, { id: '3' });
    assert.deepEqual([counts.updated, counts.imported], [1, 1]);
    const again = new FakeApp([CODE, mail, TEXT]).with(...records);
    const added = await importInto(again, 'code,mail,name\nn,b@x,3\n', plan);
    assert.deepEqual(added.problems, ['1 1 row.exists']);
    const same = new FakeApp([CODE, mail, TEXT]).with(...records);
    await importInto(same, 'code,mail,name\na,a@x,1\nb,b@x,2\n', plan);
    assert.equal(same.searches.length, 1, 'values that stay are not looked for');
    const nowhere = new FakeApp([CODE, mail, TEXT]).with(...records);
    const update = await importInto(nowhere, 'code,mail,name\nzz,a@x,1\n', { ...plan, mode: 'update' });
    assert.deepEqual(update.problems, ['1 0 row.keyNotFound']);
  });

  it('may be taken over from a record that an earlier row gives another one', async () => {
    const mail = fieldOf('mail', { unique: true });
    const app = new FakeApp([CODE, mail]).with({ code: 'a', mail: 'a@x' }, { code: 'b', mail: 'b@x' });
    const plan: ImportPlan = { columns: ['code', 'mail'], mode: 'update', key: 'code' };
    const { counts } = await importInto(app, 'code,mail\nb,c@x\na,b@x\n', plan);
    assert.equal(counts.updated, 2);
  });

  it('fail the job where they can’t be read for any other reason', async () => {
    const app = new FakeApp(FIELDS);
    app.onFind = () => Promise.reject(new ExpectedError({ code: 'kintone.GAIA_AP01' }));
    assert.equal((await importInto(app, 'code,name\nn,1\n', ADD)).status, 'failed');
    assert.deepEqual(app.batches, []);
  });

  it('cost no request where no such field is imported', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a' });
    await importInto(app, 'name\nn\n', { columns: ['name'], mode: 'add' });
    assert.deepEqual(app.searches, []);
  });
});

describe('reading live records', () => {
  it('waits for a busy server, and is canceled meanwhile', async () => {
    const busy = () => Promise.reject(new ExpectedError({ code: 'kintone.throttled' }));
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    app.onFind = (_, read) => (read < 9 ? busy() : undefined);
    app.natureOf = () => 'passing';
    const { counts, clock } = await importInto(app, 'code,name\na,B\n', UPDATE);
    assert.equal(counts.updated, 1);
    assert.equal(clock.sleeps.length, 8);
    const never = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    never.onFind = busy;
    never.natureOf = () => 'passing';
    const canceled = await importInto(never, 'code,name\na,B\n', UPDATE, {
      begin: (control, time) => {
        time.onSleep = () => {
          if (time.sleeps.length === 3) control.poke('cancel');
        };
      },
    });
    assert.equal(canceled.status, 'canceled');
    assert.deepEqual(never.batches, []);
    assert.equal(never.searches.length, 3, 'nothing more is asked');
  });

  it('asks again after trouble of the network a few times only', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    app.onFind = () => Promise.reject(new ExpectedError({ code: 'network.timeout' }));
    app.natureOf = () => 'passing';
    assert.equal((await importInto(app, 'code,name\na,B\n', UPDATE)).status, 'failed');
    assert.equal(app.searches.length, 4);
  });

  it('needs the right to view for records that are to be found by a key', async () => {
    const app = new FakeApp(FIELDS);
    app.onFind = () => Promise.reject(new ExpectedError({ code: 'kintone.tokenNeedsView' }));
    app.natureOf = () => 'forbidden';
    assert.equal((await importInto(app, 'code,name\na,B\n', UPSERT)).status, 'failed');
    assert.deepEqual(app.batches, []);
  });

  it('fails with the reason when it is no use', async () => {
    const app = new FakeApp(FIELDS);
    app.onFind = () => Promise.reject(new ExpectedError({ code: 'kintone.GAIA_NO01' }));
    const { status, events } = await importInto(app, 'code,name\na,B\n', UPDATE);
    assert.equal(status, 'failed');
    const done = events.at(-1);
    assert.equal(done?.type === 'DONE' ? done.failures[0]?.code : '', 'kintone.GAIA_NO01');
  });
});

describe('records that somebody else changes meanwhile', () => {
  const live = Array.from({ length: 20 }, (_, i) => ({ code: `c${i}`, name: '' }));
  const text = `code,name\n${live.map(({ code }) => `${code},new\n`).join('')}`;

  it('are never overwritten, and named by one look at all of them', async () => {
    const app = new FakeApp(FIELDS).with(...live);
    const { counts, problems } = await importInto(app, text, UPDATE, {
      onRecord: ({ type }) => {
        if (type !== 'PLAN') return;
        app.edit('3', { name: 'theirs' });
        app.edit('8', { name: 'theirs' });
        app.records.delete('15');
      },
    });
    assert.deepEqual(problems, [
      '3 null row.changedMeanwhile',
      '8 null row.changedMeanwhile',
      '15 null row.goneMeanwhile',
    ]);
    assert.deepEqual([counts.updated, counts.invalid], [17, 3]);
    assert.equal(app.records.get('3')?.values.name, 'theirs');
    assert.deepEqual(
      app.batches.map(({ length }) => length),
      [20, 5, 5, 5, 2],
    );
  });

  it('are found by halves when nobody can look', async () => {
    const app = new FakeApp(FIELDS).with(...live);
    app.onFind = (_, read) =>
      read > 4 ? Promise.reject(new ExpectedError({ code: 'network.failed' })) : undefined;
    const { status, counts, problems } = await importInto(app, text, UPDATE, {
      onRecord: ({ type }) => {
        if (type === 'PLAN') app.edit('3', { name: 'theirs' });
      },
    });
    assert.deepEqual([status, counts.updated, counts.rejected], ['completed', 19, 1]);
    assert.deepEqual(problems, ['3 null kintone.GAIA_CO02']);
    assert.equal(app.records.get('3')?.values.name, 'theirs');
  });

  it('are found by halves when no look explains the refusal', async () => {
    const app = new FakeApp(FIELDS).with(...live);
    app.onSend = (batch) =>
      batch.some(({ row }) => row === 7)
        ? { kind: 'rejected', code: 'X', message: { code: 'kintone.refused' }, rows: [] }
        : null;
    const { counts, problems } = await importInto(app, text, UPDATE);
    assert.deepEqual(problems, ['7 null kintone.refused']);
    assert.deepEqual([counts.updated, counts.rejected], [19, 1]);
    assert.equal(app.searches.length, 4 + 4, 'it looks once, not at each half');
  });
});

describe('the unimported rows of an update', () => {
  it('are not told in part when checking came to no end', async () => {
    const app = new FakeApp(FIELDS).with({ code: 'a', name: 'A' });
    app.onFind = (_, read) =>
      read > 550 ? Promise.reject(new ExpectedError({ code: 'kintone.GAIA_AP01' })) : undefined;
    const rows = Array.from({ length: 6000 }, (_, i) => (i % 2 ? ',1\n' : `zz${i},1\n`)).join('');
    const { status, counts, notImported, events } = await importInto(app, `code,name\n${rows}`, UPDATE);
    assert.deepEqual([status, counts.total, counts.invalid], ['failed', null, 0]);
    assert.ok(
      events.some(({ type }) => type === 'INVALID'),
      'some were written down',
    );
    assert.equal(notImported.rows.size, 0);
  });

  it('come back with the reasons of both passes', () =>
    importInto(new FakeApp(FIELDS).with({ code: 'a', name: 'A' }), 'code,name\nzz,1\na,A\nyy,2\n', UPDATE, {
      then: async (folder) => {
        const text = await readFile((await derive(folder)).path, 'utf8');
        const reason = 'No record has this key. Correct the key, or import the row as a new record.';
        assert.equal(
          text,
          'code,name,__import_row,__import_reason\n' + `zz,1,2,"code: ${reason}"\nyy,2,4,"code: ${reason}"\n`,
        );
      },
    }).then(() => undefined));
});
