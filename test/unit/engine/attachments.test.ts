import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { UploadAnswer } from '../../../src/core/endpoints/endpoint';
import type { ControlWatch } from '../../../src/core/jobs/control';
import type { JobEvent } from '../../../src/core/jobs/records';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import type { ImportRecord } from '../../../src/core/mapping/record';
import { withFolder } from '../jobs/support';
import { CODE, FakeApp, importInto } from './fakeApp';
import type { Imported, Importing } from './fakeApp';
import { fieldOf } from './support';

const PHOTO = fieldOf('photo', { kind: 'files', nativeType: 'FILE' });
const LINES = fieldOf('lines', {
  kind: 'table',
  nativeType: 'SUBTABLE',
  fields: [fieldOf('scan', { kind: 'files', nativeType: 'FILE' })],
});
const refused: UploadAnswer = { kind: 'rejected', message: { code: 'kintone.refused' } };
const busy: UploadAnswer = {
  kind: 'notCommitted',
  reason: 'throttled',
  message: { code: 'kintone.throttled' },
};

describe('attachments', () => {
  it('are handed over before their request, one at a time, and named in it', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    const order: string[] = [];
    app.onUpload = ({ name, size }) => {
      order.push(`${name} ${size}`);
      return null;
    };
    const { counts } = await importing(app, 'code,photo\na,1.txt\nb,\nc,2.txt\n', {
      onRecord: ({ type }) => order.push(type),
    });
    assert.equal(counts.imported, 3);
    assert.deepEqual(order.slice(order.indexOf('PLAN')), [
      'PLAN',
      '1.txt 1',
      '2.txt 2',
      'INTENT',
      'OUTCOME',
      'DONE',
    ]);
    assert.deepEqual(
      app.batches[0]?.map((record) => keysOf(record)),
      [['key-1'], [], ['key-2']],
    );
  });

  it('are handed over in small batches, and once, however often their request is sent', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    const sent: number[] = [];
    app.onSend = (_, request) => {
      sent.push(app.uploads.length);
      if (request === 1) {
        return { kind: 'notCommitted', reason: 'locked', message: { code: 'kintone.throttled' } };
      }
      if (request > 2) return null;
      return {
        kind: 'rejected',
        code: 'X',
        message: { code: 'kintone.refused' },
        rows: [{ index: 1, reasons: [] }],
      };
    };
    const rows = Array.from({ length: 8 }, (_, i) => `c${i},1.txt\n`).join('');
    const { counts } = await importing(app, `code,photo\n${rows}`);
    assert.deepEqual([counts.imported, counts.rejected], [7, 1]);
    assert.equal(app.uploads.length, 8);
    assert.deepEqual(sent, [5, 5, 5, 8]);
  });

  it('that are refused lose their row alone, at their cell, before anything is sent of it', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    app.onUpload = (_, upload) => (upload === 2 ? refused : null);
    const { counts, problems, notImported } = await importing(app, 'code,photo\na,1.txt\nb,2.txt\nc,3.txt\n');
    assert.deepEqual(problems, ['2 1 kintone.refused']);
    assert.deepEqual([counts.imported, counts.invalid], [2, 1]);
    const [problem] = notImported.rows.get(2)?.problems ?? [];
    assert.deepEqual([problem?.field, problem?.value], ['photo', '2.txt']);
  });

  it('of tables are blamed at their own row', async () => {
    const app = new FakeApp([CODE, LINES]);
    app.onUpload = (_, upload) => (upload === 2 ? refused : null);
    const columns: ImportPlan['columns'] = [
      { startsRecord: true },
      'code',
      { table: 'lines', field: 'scan' },
    ];
    const { problems, counts } = await importing(
      app,
      ',code,scan\n*,a,1.txt\n,,2.txt\n,,3.txt\n*,b,1.txt\n',
      {},
      { columns },
    );
    assert.deepEqual(problems, ['1', '2 2 kintone.refused', '3']);
    assert.deepEqual([counts.imported, counts.invalid], [1, 3]);
    const [table] = app.batches[0]?.[0]?.values.slice(1) ?? [];
    assert.ok(typeof table === 'object' && 'rows' in table);
    const [scan] = table.rows[0]?.values ?? [];
    assert.ok(typeof scan === 'object' && 'files' in scan);
    assert.deepEqual(
      scan.files.map(({ fileKey }) => fileKey),
      ['key-3'],
    );
  });

  it('wait for a busy server and go on where they were', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    app.onUpload = (_, upload) => (upload === 2 || upload === 3 ? busy : null);
    const { counts, clock, events } = await importing(app, 'code,photo\na,1.txt\nb,2.txt\n');
    assert.equal(counts.imported, 2);
    assert.deepEqual(app.uploads, ['1.txt', '2.txt', '2.txt', '2.txt']);
    assert.equal(clock.sleeps.length, 2);
    assert.equal(events.filter(({ type }) => type === 'THROTTLE').length, 2);
  });

  it('end the job when it can’t go on, with nothing sent', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    app.onUpload = () => ({ kind: 'impossible', message: { code: 'kintone.GAIA_AP01' } });
    const { status, counts } = await importing(app, 'code,photo\na,1.txt\nb,2.txt\n');
    assert.deepEqual([status, counts.unprocessed], ['failed', 2]);
    assert.deepEqual(app.batches, []);
  });

  it('that are gone since they were checked lose their row alone', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    const text = 'code,photo\na,1.txt\nb,2.txt\nc,\nd,3.txt\n';
    const { status, counts, problems } = await importing(app, text, {
      onRecord: ({ type }, _, folder) => {
        if (type === 'PLAN') rmSync(path.join(folder, '2.txt'));
      },
    });
    assert.deepEqual(problems, ['2 1 value.attachmentNotFound']);
    assert.deepEqual([status, counts.imported, counts.invalid], ['completed', 3, 1]);
    assert.deepEqual(app.uploads, ['1.txt', '3.txt']);
  });

  it('that are gone lose all that is left of a file, when it was the last of it', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    const { status, counts, problems } = await importing(app, 'code,photo\na,1.txt\nb,2.txt\n', {
      onRecord: ({ type }, _, folder) => {
        if (type === 'PLAN') for (const one of [1, 2]) rmSync(path.join(folder, `${one}.txt`));
      },
    });
    assert.deepEqual(problems, ['1 1 value.attachmentNotFound', '2 1 value.attachmentNotFound']);
    assert.deepEqual([status, counts.invalid, counts.unprocessed], ['completed', 2, 0]);
    assert.deepEqual(app.batches, []);
  });

  it('that are gone since take nothing from the other records of an update', async () => {
    const photo = (name: string, size: number) => ({ files: [{ path: '', name, size }] });
    const app = new FakeApp([CODE, PHOTO]).with(
      { code: 'a', photo: photo('1.txt', 1) },
      { code: 'b', photo: photo('old.txt', 1) },
      { code: 'c', photo: photo('old.txt', 1) },
    );
    const { counts, problems } = await importing(
      app,
      'code,photo\na,1.txt\nb,2.txt\nc,3.txt\n',
      {
        onRecord: ({ type }, _, folder) => {
          if (type === 'PLAN') for (const one of [1, 2]) rmSync(path.join(folder, `${one}.txt`));
        },
      },
      { mode: 'update', key: 'code' },
    );
    assert.deepEqual(problems, ['2 1 value.attachmentNotFound']);
    assert.deepEqual([counts.unchanged, counts.invalid, counts.updated], [1, 1, 1]);
    assert.deepEqual(
      app.batches.flat().map(({ update }) => update?.id),
      ['3'],
    );
  });

  it('that came after they were looked for do not bring their row back', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    const { counts, problems } = await importing(app, 'code,photo\na,9.txt\nb,1.txt\n', {
      onRecord: ({ type }, _, folder) => {
        if (type === 'PLAN') writeFileSync(path.join(folder, '9.txt'), 'x');
      },
    });
    assert.deepEqual([counts.imported, counts.invalid], [1, 1]);
    assert.deepEqual(problems, ['1 1 value.attachmentNotFound']);
    assert.deepEqual(app.uploads, ['1.txt']);
  });

  it('are not handed over any more after a stop', async () => {
    const app = new FakeApp([CODE, PHOTO]);
    const { status, counts } = await importing(app, 'code,photo\na,1.txt\nb,2.txt\nc,3.txt\n', {
      begin: (control) => {
        app.onUpload = (_, upload) => {
          if (upload === 2) control.poke('stop');
          return null;
        };
      },
    });
    assert.equal(status, 'canceled', 'no request was made');
    assert.equal(counts.unprocessed, 3);
    assert.deepEqual(app.uploads, ['1.txt', '2.txt']);
    assert.deepEqual(app.batches, []);
  });
});

/** Imports with a folder that has the files `1.txt` to `3.txt`, of so many bytes. */
function importing(
  app: FakeApp,
  text: string,
  {
    onRecord,
    ...options
  }: Omit<Importing, 'onRecord'> & {
    readonly onRecord?: (event: JobEvent, control: ControlWatch, attachmentsFolder: string) => void;
  } = {},
  plan: Partial<ImportPlan> = {},
): Promise<Imported> {
  return withFolder(async (folder) => {
    const attachmentsFolder = path.join(folder, 'files');
    await mkdir(attachmentsFolder);
    for (const size of [1, 2, 3])
      await writeFile(path.join(attachmentsFolder, `${size}.txt`), 'x'.repeat(size));
    return importInto(
      app,
      text,
      { columns: ['code', 'photo'], mode: 'add', attachmentsFolder, ...plan },
      { ...options, onRecord: (event, control) => onRecord?.(event, control, attachmentsFolder) },
    );
  });
}

function keysOf({ values }: ImportRecord): (string | undefined)[] {
  const value = values[1];
  return typeof value === 'object' && 'files' in value ? value.files.map(({ fileKey }) => fileKey) : [];
}
