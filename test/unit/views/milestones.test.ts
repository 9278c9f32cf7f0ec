import assert from 'node:assert/strict';
import type { JobOptions } from './jobs';
import { panelRow } from '../../../src/editor/views/rows';
import { milestone } from '../../../webview/milestones';
import { readSavedState, ROWS_PER_PAGE } from '../../../webview/savedState';
import { panelStringsIn } from '../../webview/strings';
import { aJob, wordsIn } from './jobs';

const words = wordsIn('en');
const strings = panelStringsIn('en');
const row = (options: JobOptions) => panelRow(aJob(options), words);
const sent = (imported: number) => row({ counts: { total: 100, imported, pending: 100 - imported } });

describe('what a screen reader is told', () => {
  it('is the start, each quarter and the end, and nothing in between', () => {
    const told: string[] = [];
    let before = row({ phase: { kind: 'queued', ahead: 0 } });
    for (const after of [
      row({ phase: { kind: 'checking', rows: 10 } }),
      ...Array.from({ length: 101 }, (_, imported) => sent(imported)),
      row({ phase: { kind: 'all' }, counts: { total: 100, imported: 100 } }),
    ]) {
      const text = milestone(before, after, strings);
      if (text !== null) {
        told.push(text);
      }
      before = after;
    }
    assert.deepEqual(told, [
      'The import of customers.csv has started.',
      'customers.csv: 25 percent done.',
      'customers.csv: 50 percent done.',
      'customers.csv: 75 percent done.',
      'customers.csv: Completed. 100 rows imported',
    ]);
  });

  it('is that a decision is needed, once', () => {
    const asking = row({
      phase: { kind: 'needsDecision', rows: 3 },
      counts: { total: 100, imported: 97, unknown: 3 },
    });
    const told = milestone(sent(97), asking, strings);
    assert.match(told ?? '', /^customers\.csv needs your decision\. 97 of 100 rows imported\. Uncertain/);
    assert.equal(milestone(asking, asking, strings), null);
    assert.match(milestone(undefined, asking, strings) ?? '', /needs your decision/);
  });

  it('is only the last quarter when several are passed at once', () => {
    assert.equal(milestone(sent(3), sent(80), strings), 'customers.csv: 75 percent done.');
  });

  it('is nothing about an import that had ended before it was seen', () => {
    assert.equal(milestone(undefined, row({ phase: { kind: 'failed' } }), strings), null);
    assert.equal(milestone(row({ phase: { kind: 'all' } }), row({ phase: { kind: 'all' } }), strings), null);
  });

  it('does not fill in places that a file name brings along', () => {
    const before = row({ phase: { kind: 'queued', ahead: 0 }, file: '{status}{file}.csv' });
    const after = row({ phase: { kind: 'canceled' }, file: '{status}{file}.csv' });
    assert.equal(
      milestone(before, after, strings),
      '{status}{file}.csv: Canceled. The import was canceled. Nothing was sent.',
    );
  });
});

describe('what an earlier panel left', () => {
  it('is taken over where it makes sense', () => {
    assert.deepEqual(readSavedState({ scrollTop: 12.4, limit: 400, jobId: 'a', column: 3 }), {
      scrollTop: 12,
      limit: 400,
      jobId: 'a',
      column: 3,
    });
  });

  it('counts as nothing where it does not', () => {
    for (const bad of [null, 7, 'x', {}, { scrollTop: 'NaN', limit: -5, jobId: 9, column: Infinity }]) {
      assert.deepEqual(readSavedState(bad), { scrollTop: 0, limit: ROWS_PER_PAGE, jobId: null, column: 0 });
    }
  });
});
