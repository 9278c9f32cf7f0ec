import assert from 'node:assert/strict';
import { attentionOf, troubleKeys } from '../../../src/editor/views/attention';
import { EndWatcher, toneOf } from '../../../src/editor/views/ends';
import { QuestionWatcher } from '../../../src/editor/views/questions';
import { intervalFor } from '../../../src/editor/views/pace';
import { aJob } from './jobs';

const failed = aJob({ id: 'f', phase: { kind: 'failed' } });
const interrupted = aJob({ id: 'i', phase: { kind: 'interrupted' } });
const waiting = aJob({ id: 'w', phase: { kind: 'queued', ahead: 1 } });
const sending = aJob({ id: 's' });
const asking = aJob({ id: 'q', phase: { kind: 'needsDecision', rows: 3 } });
const done = aJob({ id: 'd', phase: { kind: 'all' } });

describe('badge and status bar', () => {
  it('count what runs and what failed, and nothing that went well', () => {
    const {
      running,
      failed: troubles,
      first,
    } = attentionOf([waiting, sending, failed, interrupted, done], new Set());
    assert.deepEqual([running, troubles, first?.id], [2, 2, 's']);
  });

  it('count what waits for a decision until it is made, and not as running', () => {
    const jobs = [asking, sending];
    const { running, failed: troubles, asking: waits, first } = attentionOf(jobs, new Set(troubleKeys(jobs)));
    assert.deepEqual([running, troubles, waits, first?.id], [1, 0, 1, 's']);
  });

  it('forget failures that have been seen', () => {
    const jobs = [failed, interrupted];
    assert.equal(attentionOf(jobs, new Set(troubleKeys(jobs))).failed, 0);
  });

  it('count an import again that was seen interrupted and then fails', () => {
    const seen = new Set(troubleKeys([aJob({ id: 'x', phase: { kind: 'interrupted' } })]));
    assert.equal(attentionOf([aJob({ id: 'x', phase: { kind: 'failed' } })], seen).failed, 1);
  });
});

describe('the pace of reading', () => {
  const pace = (running: boolean, shown: boolean, focused: boolean): number | null =>
    intervalFor({ running, shown, focused }, 500);

  it('is fast only while something runs and somebody looks', () => {
    assert.equal(pace(true, true, true), 500);
    assert.equal(pace(true, true, false), 2000);
    assert.equal(pace(true, false, true), 2000);
  });

  it('is slow while a view shows nothing running, and stops when nothing shows', () => {
    assert.equal(pace(false, true, true), 2000);
    assert.equal(pace(false, true, false), 4000);
    assert.equal(pace(false, false, true), null);
    assert.equal(pace(false, false, false), null);
  });
});

describe('an import that begins to wait for a decision', () => {
  it('is noticed once, and again when it asks again', () => {
    const watcher = new QuestionWatcher();
    const looks = [sending, asking, asking, sending, asking].map((job) =>
      watcher.hasJustAsked({ ...job, id: 'x' }),
    );
    assert.deepEqual(looks, [false, true, false, false, true]);
  });

  it('has not ended', () => {
    const watcher = new EndWatcher();
    assert.equal(watcher.hasJustEnded(asking), false);
  });
});

describe('the end of an import', () => {
  it('is noticed once, and only for an import that was seen running', () => {
    const watcher = new EndWatcher();
    assert.equal(watcher.hasJustEnded(aJob({ id: 'a' })), false);
    assert.equal(watcher.hasJustEnded(aJob({ id: 'a', phase: { kind: 'all' } })), true);
    assert.equal(watcher.hasJustEnded(aJob({ id: 'a', phase: { kind: 'all' } })), false);
    assert.equal(watcher.hasJustEnded(aJob({ id: 'old', phase: { kind: 'failed' } })), false);
  });

  it('is an error when one failed, a warning when rows are left, plain news otherwise', () => {
    const left = aJob({ phase: { kind: 'withUnimported' }, counts: { rejected: 2 } });
    const uncertain = aJob({ phase: { kind: 'withUncertain' }, counts: { unknown: 2 } });
    assert.equal(toneOf([done, left, failed]), 'error');
    assert.equal(toneOf([done, left]), 'warning');
    assert.equal(toneOf([uncertain]), 'warning');
    assert.equal(toneOf([{ ...done, twins: 1 }]), 'warning');
    assert.equal(toneOf([done]), 'information');
  });

  it('is a warning when a cell was imported with notes, which rows may well have', () => {
    const notes = [{ code: 'job.cell.noteDiffers' }];
    const cell = aJob({ phase: { kind: 'all' }, cell: { began: true } });
    assert.equal(toneOf([{ ...cell, notes }]), 'warning');
    assert.equal(toneOf([cell]), 'information');
    assert.equal(toneOf([{ ...cell, notes: [{ code: 'job.cell.noteNotCompared' }] }]), 'information');
    assert.equal(toneOf([{ ...done, notes }]), 'information');
  });

  it('is no error when the person stopped or canceled it', () => {
    assert.equal(toneOf([aJob({ phase: { kind: 'stopped' }, counts: { unprocessed: 9 } })]), 'information');
    assert.equal(toneOf([aJob({ phase: { kind: 'canceled' } })]), 'information');
  });
});
