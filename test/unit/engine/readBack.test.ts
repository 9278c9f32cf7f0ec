import assert from 'node:assert/strict';
import type { RecentRecord } from '../../../src/core/endpoints/endpoint';
import { ClaimedIds } from '../../../src/core/engine/claimedIds';
import { calibrate, findRun, judgeRequest } from '../../../src/core/engine/readBack';
import type { Calibration } from '../../../src/core/engine/readBack';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import type { ImportRecord, RecordValue } from '../../../src/core/mapping/record';
import { fieldOf } from './support';

const LAYOUT: RecordLayout = {
  fields: [
    { field: fieldOf('name'), columns: [0] },
    { field: fieldOf('number', { kind: 'number', nativeType: 'NUMBER' }), columns: [1] },
  ],
  key: null,
  startColumn: null,
};
const KNOWN: Calibration = { forms: ['meaning', 'meaning'], creators: new Set(['me']) };

function sent(...rows: readonly (readonly RecordValue[])[]): ImportRecord[] {
  return rows.map((values, i) => ({ row: i + 1, lastRow: i + 1, values }));
}

function live(...rows: readonly (readonly [id: number, ...values: RecordValue[]])[]): RecentRecord[] {
  return rows.map(([id, ...values]) => ({ id: String(id), revision: '1', creator: 'me', values }));
}

function idsOf(fate: ReturnType<typeof judgeRequest>): unknown {
  return fate.kind === 'committed' ? fate.found.map(({ id }) => Number(id)) : fate.kind;
}

const TWO = sent(['a', '1'], ['b', '2']);

describe('looking back for the records of a lost request', () => {
  it('adopts a run of records that equals the rows in order, also without a calibration', () => {
    for (const known of [KNOWN, null]) {
      const fate = judgeRequest(LAYOUT, TWO, live([4, 'x', '9'], [5, 'a', '1'], [6, 'b', '2']), known);
      assert.deepEqual(idsOf(fate), [5, 6]);
    }
  });

  it('adopts the first of two such runs, and leaves the second one for a twin', () => {
    const recent = live([5, 'a', '1'], [6, 'b', '2'], [7, 'a', '1'], [8, 'b', '2']);
    assert.deepEqual(idsOf(judgeRequest(LAYOUT, TWO, recent, KNOWN)), [5, 6]);
    assert.deepEqual(
      findRun(LAYOUT, TWO, recent.slice(2), KNOWN)?.map(({ id }) => id),
      ['7', '8'],
    );
  });

  it('takes a request for not kept when there are fewer new records than rows, whatever they hold', () => {
    assert.equal(judgeRequest(LAYOUT, TWO, live([5, 'a', '1']), null).kind, 'notCommitted');
    assert.equal(judgeRequest(LAYOUT, sent(['a', '1']), [], null).kind, 'notCommitted');
  });

  it('does not count records of others once it knows who we are', () => {
    const others = live([5, 'x', '1'], [6, 'y', '2']).map((one) => ({ ...one, creator: 'other' }));
    assert.equal(judgeRequest(LAYOUT, TWO, others, KNOWN).kind, 'notCommitted');
    assert.equal(judgeRequest(LAYOUT, TWO, others, null).kind, 'unknown');
  });

  it('adopts all rows found in another order when two of them are like no other', () => {
    const recent = live([5, 'b', '2'], [6, 'x', '0'], [7, 'a', '1']);
    assert.deepEqual(idsOf(judgeRequest(LAYOUT, TWO, recent, KNOWN)), [7, 5]);
    assert.equal(judgeRequest(LAYOUT, TWO, recent, null).kind, 'unknown', 'not before it was calibrated');
  });

  it('does not rely on a single row that is like no other', () => {
    const rows = sent(['a', '1'], ['a', '1'], ['b', '2']);
    const recent = live([5, 'b', '2'], [6, 'a', '1'], [7, 'a', '1']);
    assert.equal(judgeRequest(LAYOUT, rows, recent, KNOWN).kind, 'unknown');
  });

  it('takes a request for not kept when none of its rows that are like no other is there', () => {
    const recent = live([5, 'x', '1'], [6, 'y', '2']);
    assert.equal(judgeRequest(LAYOUT, TWO, recent, KNOWN).kind, 'notCommitted');
    assert.equal(judgeRequest(LAYOUT, TWO, recent, null).kind, 'unknown');
  });

  it('says nothing of rows that are all alike, or blank, and not there as a run', () => {
    const recent = live([5, 'a', '1'], [6, 'x', '0'], [7, 'a', '1']);
    assert.equal(judgeRequest(LAYOUT, sent(['a', '1'], ['a', '1']), recent, KNOWN).kind, 'unknown');
    const blank = live([5, 'x', '0'], [6, 'y', '0']);
    assert.equal(judgeRequest(LAYOUT, sent(['', ''], ['', '']), blank, KNOWN).kind, 'unknown');
  });

  it('says nothing of a request of which a part is there, and names what each row may be', () => {
    const fate = judgeRequest(LAYOUT, TWO, live([5, 'a', '1'], [6, 'x', '0'], [7, 'y', '0']), KNOWN);
    assert.deepEqual(fate, { kind: 'unknown', candidates: [['5'], ['5', '6', '7']] });
  });

  it('says nothing of a single row for which there is a new record', () => {
    const fate = judgeRequest(LAYOUT, sent(['a', '1']), live([5, 'a', '1']), KNOWN);
    assert.deepEqual(fate, { kind: 'unknown', candidates: [['5']] });
  });

  it('compares numbers by value, and what is not sent not at all', () => {
    const recent = live([5, 'a', '1.0'], [6, 'b', '2']);
    assert.deepEqual(idsOf(judgeRequest(LAYOUT, TWO, recent, null)), [5, 6]);
    const partly = sent(['a', undefined], ['b', undefined]);
    assert.deepEqual(idsOf(judgeRequest(LAYOUT, partly, live([5, 'a', '7'], [6, 'b', '7']), null)), [5, 6]);
  });
});

describe('calibrating by a confirmed request', () => {
  const confirm = (rows: readonly ImportRecord[], records: readonly RecentRecord[]) =>
    calibrate(
      LAYOUT,
      rows.flatMap((row, i) => {
        const found = records[i];
        return found === undefined ? [] : [{ sent: row, live: found }];
      }),
    );

  it('learns who we are, and that blanks around a text are dropped', () => {
    const known = confirm(sent([' a ', '1'], ['b', '2']), live([5, 'a', '1'], [6, 'b', '2']));
    assert.deepEqual(known, { forms: ['trimmed', 'meaning'], creators: new Set(['me']) });
    const rows = sent([' c', '3'], ['d ', '4']);
    assert.deepEqual(idsOf(judgeRequest(LAYOUT, rows, live([7, 'c', '3'], [8, 'd', '4']), known)), [7, 8]);
  });

  it('leaves out fields of which the server makes something else', () => {
    const known = confirm(sent(['a', '1'], ['b', '2']), live([5, 'A!', '1'], [6, 'B!', '2']));
    assert.deepEqual(known?.forms, ['none', 'meaning']);
    const rows = sent(['c', '3'], ['d', '4']);
    assert.deepEqual(idsOf(judgeRequest(LAYOUT, rows, live([7, 'C!', '3'], [8, 'D!', '4']), known)), [7, 8]);
  });

  it('is nothing without a confirmed record', () => {
    assert.equal(calibrate(LAYOUT, []), null);
  });
});

describe('ids that are accounted for', () => {
  it('are kept as runs, in whatever order they come', () => {
    const ids = new ClaimedIds();
    for (const id of ['5', '3', '4', '9', '8', '12', '5']) ids.add(id);
    const has = Array.from({ length: 13 }, (_, i) => ids.has(String(i + 1)));
    assert.deepEqual(
      has.flatMap((one, i) => (one ? [i + 1] : [])),
      [3, 4, 5, 8, 9, 12],
    );
    assert.deepEqual(
      ['2', '3', '5', '7', '10', '11'].map((id) => ids.endOfRunAfter(id)),
      ['5', '5', '5', '9', '10', '12'],
    );
  });
});
