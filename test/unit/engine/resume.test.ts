import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { ExpectedError } from '../../../src/core/message';
import { readNotImported } from '../../../src/core/jobs/notImported';
import { leaveRequest } from '../../../src/core/jobs/control';
import { inputPath } from '../../../src/core/jobs/jobFolder';
import { Journal } from '../../../src/core/jobs/journal';
import type { JobEvent } from '../../../src/core/jobs/records';
import type { ImportPlan } from '../../../src/core/mapping/plan';
import { withCellJob } from './cellJob';
import type { CellJob } from './cellJob';
import { FakeCell } from './fakeCell';
import type { Entity } from './fakeCell';

const ADD: ImportPlan = { columns: ['name'], mode: 'add' };
const ADD_BY_ID: ImportPlan = { columns: ['__id', 'name'], mode: 'add' };
const ADD_OR_REPLACE: ImportPlan = { columns: ['__id', 'name'], mode: 'addOrReplace', key: '__id' };
const UPDATE: ImportPlan = { columns: ['__id', 'name'], mode: 'update', key: '__id' };

/** Small requests: many boundaries. */
function smallCell(): FakeCell {
  const cell = new FakeCell();
  cell.limits = { rowsPerRequest: 3, rowsPerSmallRequest: 2, maxRequestBytes: 1 << 20 };
  return cell;
}

interface Scene {
  readonly what: string;
  readonly plan: ImportPlan;
  readonly text: string;
  readonly before: Readonly<Record<string, string>>;
  /** Names in the end, by id; ids of the job stand without it. */
  readonly after: Readonly<Record<string, string>>;
  readonly done: number;
}

const SCENES: readonly Scene[] = [
  {
    what: 'new records without ids of their own',
    plan: ADD,
    text: 'name\na\nb\nc\nd\ne\nf\ng\nh\n',
    before: {},
    after: { '-1': 'a', '-2': 'b', '-3': 'c', '-4': 'd', '-5': 'e', '-6': 'f', '-7': 'g', '-8': 'h' },
    done: 8,
  },
  {
    what: 'new records with ids, one of them there already and one twice in the file',
    plan: ADD_BY_ID,
    text: 'id,name\ni1,a\ni2,b\ni3,c\ni4,d\ni5,e\ni2,again\ni7,g\ni8,h\n',
    before: { i3: 'another’s' },
    after: { i1: 'a', i2: 'b', i3: 'another’s', i4: 'd', i5: 'e', i7: 'g', i8: 'h' },
    done: 6,
  },
  {
    what: 'records that are replaced, new, or as they were',
    plan: ADD_OR_REPLACE,
    text: 'id,name\ni1,a\ni2,b\ni3,c\ni4,d\ni5,e\ni6,f\ni7,g\n',
    before: { i1: 'old', i3: 'c', i4: 'old', i6: 'old', x: 'stays' },
    after: { i1: 'a', i2: 'b', i3: 'c', i4: 'd', i5: 'e', i6: 'f', i7: 'g', x: 'stays' },
    done: 7,
  },
  {
    what: 'records that are changed, one of them nowhere',
    plan: UPDATE,
    text: 'id,name\ni1,a\ni2,b\ni3,c\ni4,d\ni5,e\ni6,f\n',
    before: { i1: 'old', i2: 'old', i4: 'old', i5: 'e', i6: 'old' },
    after: { i1: 'a', i2: 'b', i4: 'd', i5: 'e', i6: 'f' },
    done: 5,
  },
];

describe('taking up a job that was interrupted', () => {
  for (const scene of SCENES) {
    it(`sends every row once, wherever the process died: ${scene.what}`, () =>
      withCellJob(scene.text, scene.plan, async (job) => {
        const cell = smallCell().with(scene.before);
        const worlds: ReadonlyMap<string, Entity>[] = [];
        await job.run(cell, { onRecord: () => worlds.push(new Map(cell.entities)) });
        worlds.push(new Map(cell.entities));
        const lines = (await job.journal()).filter((line) => line !== '');
        assert.deepEqual(namesOf(cell, job), scene.after);
        for (let written = 1; written < lines.length; written++) {
          // The request after a record can have been done, or not, when the process died.
          for (const world of [worlds[written - 1], worlds[written]]) {
            const later = smallCell();
            later.entities = new Map(world);
            await job.cutJournal(lines.slice(0, written));
            const { summary } = await job.run(later);
            const told = `after record ${written}`;
            assert.equal(summary.status, 'completed', told);
            const { imported, updated, unchanged, unknown, pending } = summary.counts;
            assert.deepEqual([imported + updated + unchanged, unknown, pending], [scene.done, 0, 0], told);
            assert.deepEqual(namesOf(later, job), scene.after, told);
            assert.ok(
              [...later.made.values()].every((times) => times === 1),
              told,
            );
          }
        }
      })).timeout(30_000);

    it(`comes to its end however often it dies on the way: ${scene.what}`, () =>
      withCellJob(scene.text, scene.plan, async (job) => {
        for (const dieAfter of [6, 7, 8, 9]) {
          const cell = smallCell().with(scene.before);
          // Every other answer is lost, too.
          cell.onSend = (_, request) =>
            request % 2 === 0 ? (request % 4 === 0 ? 'lostAfter' : 'lostBefore') : null;
          await job.cutJournal([]);
          let ran = await job.run(cell, { dieAfter: 5 });
          for (let runs = 0; ran.summary.status !== 'completed'; runs++) {
            assert.ok(runs < 60, `dies for ever after ${dieAfter} records`);
            ran = await job.run(cell, { dieAfter: dieAfter + (runs % 3) });
          }
          const { imported, updated, unchanged, unknown } = ran.summary.counts;
          assert.deepEqual([imported + updated + unchanged, unknown], [scene.done, 0]);
          assert.deepEqual(namesOf(cell, job), scene.after);
          assert.ok([...cell.made.values()].every((times) => times === 1));
        }
      })).timeout(30_000);
  }

  it('counts what was done before, and goes on with the next request’s number', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 4 });
      assert.equal(cell.entities.size, 3);
      const { events, summary } = await job.run(cell);
      assert.equal(summary.counts.imported, 8);
      const batches = events.flatMap((event) => (event.type === 'INTENT' ? [event.batch] : []));
      assert.deepEqual(batches, [2, 3]);
      assert.equal(cell.settled.length, 0, 'nothing was uncertain');
    }));

  it('leaves rows uncertain where nobody can tell, and sends the others', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      cell.canSettle = false;
      await job.run(cell, { dieAfter: 3 });
      const { summary } = await job.run(cell);
      assert.equal(summary.status, 'inProgress', 'a person is asked');
      assert.deepEqual([summary.counts.unknown, summary.counts.imported], [3, 5]);
      assert.deepEqual((await readNotImported(job.folder)).unknown, [[1, 3]]);
    }));

  it('finds rows bad that have become so since, and none that have their verdict', () =>
    withCellJob(SCENES[1]?.text ?? '', ADD_BY_ID, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 5 });
      cell.with({ i7: 'taken meanwhile' });
      const { summary, events } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.invalid], [6, 2]);
      const bad = events.flatMap((event) => (event.type === 'INVALID' ? event.rows : []));
      assert.deepEqual(
        bad.map(({ row, problems }) => [row, problems[0]?.message.code]),
        [[7, 'row.exists']],
      );
    }));

  it('looks at once for what was under way: what comes later collides with its rows', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 3 });
      const { summary, clock } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, cell.settled.length], [8, 1]);
      assert.deepEqual(clock.sleeps, []);
    }));

  it('knows a record as its own that a lost request has made after it was looked for', () =>
    withCellJob(SCENES[1]?.text ?? '', ADD_BY_ID, async (job) => {
      const cell = smallCell();
      cell.onSend = (_, request) => (request === 1 ? 'lostBefore' : null);
      const { events } = await job.run(cell, { dieAfter: 6 });
      assert.equal(events.at(-1)?.type, 'SETTLE');
      cell.with({ i1: 'a', i2: 'b' });
      const { summary } = await job.run(cell);
      assert.deepEqual([summary.counts.imported, summary.counts.invalid, summary.counts.rejected], [7, 1, 0]);
    }));

  it('sends nothing after a stop, and finds out about what was under way', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      cell.onSend = (_, request) => (request === 2 ? 'lostAfter' : null);
      await job.run(cell, { dieAfter: 5 });
      await leaveRequest(job.folder, 'stop');
      const { summary, events } = await job.run(cell);
      assert.equal(summary.status, 'completed');
      assert.equal(cell.batches.length, 1, 'the second request had not left');
      assert.deepEqual(
        [summary.counts.imported, summary.counts.unprocessed, summary.counts.unknown],
        [3, 5, 0],
      );
      assert.deepEqual(
        events.map(({ type }) => type),
        ['OPEN', 'OUTCOME', 'STOP', 'THROTTLE', 'SETTLE', 'DONE'],
      );
    }));

  it('ends as stopped when it died while it was stopping', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      let sent = 0;
      await job.run(cell, {
        onRecord: ({ type }, control) => {
          if (type === 'INTENT' && ++sent === 2) control.poke('stop');
        },
        dieAfter: 7,
      });
      const { summary, events } = await job.run(cell);
      assert.equal(summary.status, 'completed');
      assert.deepEqual([summary.counts.imported, summary.counts.unprocessed], [3, 5]);
      assert.ok(!events.some(({ type }) => type === 'INTENT'));
    }));

  it('keeps what the check has found when a stop comes in the middle of it', () =>
    withCellJob('id,name\ni1,a\ni2,b\ni3,c\ni4,dd\ni5,e\n', ADD_BY_ID, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 4 });
      // By now the fourth name is too long; the stop comes after that was seen, and before the check has ended.
      const fields = cell.schema.fields.map((one) => (one.code === 'name' ? { ...one, maxLength: 1 } : one));
      const later = Object.assign(smallCell(), {
        entities: cell.entities,
        schema: { ...cell.schema, fields },
      });
      const find = later.find.bind(later);
      let stop = (): void => undefined;
      later.find = (search) =>
        find(search).then((found) => {
          queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => stop())));
          return found;
        });
      const { summary, events } = await job.run(later, {
        begin: (control) => (stop = () => control.poke('stop')),
      });
      const { imported, invalid, unprocessed } = summary.counts;
      assert.deepEqual([imported, invalid, unprocessed], [3, 1, 1]);
      assert.ok(!events.some(({ type }) => type === 'INTENT'));
    }));

  it('is canceled when nothing was sent before, and nothing after', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 2 });
      await leaveRequest(job.folder, 'stop');
      const { summary, events } = await job.run(cell);
      assert.equal(summary.status, 'canceled');
      assert.ok(!events.some(({ type }) => type === 'STOP' || type === 'INTENT'));
    }));

  it('says how far it has come with checking', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 4 });
      const { events } = await job.run(cell);
      const told = events.flatMap((event) => (event.type === 'CHECK' ? [event.rows] : []));
      assert.deepEqual(told, [8]);
    }));

  it('trusts no copy of the file of which a single byte has changed', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 4 });
      const input = inputPath(job.folder);
      const text = await readFile(input, 'utf8');
      await writeFile(input, text.replace('\nh\n', '\nX\n'));
      await assert.rejects(job.run(cell), (error) => {
        return error instanceof ExpectedError && error.detail.code === 'job.inputChanged';
      });
      assert.equal((await job.journal()).length, 4, 'nobody has opened it');
      await writeFile(input, text);
      assert.equal((await job.run(cell)).summary.counts.imported, 8);
    }));

  it('finds out about lost answers also where the plan, of an earlier version, promises nothing', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 4 });
      const lines = await job.journal();
      const events = lines.map((line) => JSON.parse(line.slice(line.indexOf('{'))) as JobEvent);
      await job.cutJournal([]);
      const journal = await Journal.open(job.folder);
      for (const event of events) {
        if (event.type !== 'PLAN') await journal.append(event);
        else {
          const { guarantee, ...old } = event;
          assert.equal(guarantee, 'uniqueKey');
          await journal.append(old);
        }
      }
      await journal.close();
      const { counts } = (await job.run(cell)).summary;
      assert.deepEqual([counts.imported, counts.unknown], [8, 0]);
    }));

  it('stays as it was when it can’t be taken up', () =>
    withCellJob(SCENES[0]?.text ?? '', ADD, async (job) => {
      const cell = smallCell();
      await job.run(cell, { dieAfter: 3 });
      const refusal = { code: 'connection.signedOut' };
      await assert.rejects(job.run(cell, { refusal }), (error) => {
        return error instanceof ExpectedError && error.detail === refusal;
      });
      cell.describe = () => Promise.reject(new ExpectedError({ code: 'network.refused' }));
      await assert.rejects(job.run(cell), ExpectedError);
      const { summary } = await job.run(Object.assign(smallCell(), { entities: cell.entities }));
      assert.deepEqual([summary.status, summary.counts.imported], ['completed', 8]);
    }));
});

function namesOf(cell: FakeCell, { id }: CellJob): Record<string, unknown> {
  return Object.fromEntries(cell.names.map(([key, name]) => [key.replace(id, ''), name]));
}
