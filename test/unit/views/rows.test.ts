import assert from 'node:assert/strict';
import { panelRow, factsOf, treeRow } from '../../../src/editor/views/rows';
import { isLive, isTrouble, percentOf } from '../../../src/editor/views/jobFacts';
import { aJob, wordsIn } from './jobs';

const words = wordsIn('en');

describe('an import in the panel', () => {
  it('shows no time of completion and offers Cancel while it waits', () => {
    const row = panelRow(aJob({ phase: { kind: 'queued', ahead: 2 } }), words);
    assert.equal(row.completed, '');
    assert.equal(row.statusText, 'Waiting');
    assert.equal(row.icon, 'waiting');
    assert.deepEqual(row.actions, ['cancel']);
    assert.equal(row.percent, null);
    assert.equal(row.busy, false);
  });

  it('is busy without a percentage while its rows are being checked', () => {
    const row = panelRow(aJob({ phase: { kind: 'checking', rows: 500 } }), words);
    assert.equal(row.percent, null);
    assert.equal(row.busy, true);
    assert.equal(row.statusText, 'In progress');
    assert.deepEqual(row.actions, ['cancel']);
  });

  it('has a percentage and offers to stop while it is sending', () => {
    const row = panelRow(
      aJob({ counts: { total: 42_049, pending: 38_849, inFlight: 2000, imported: 1200 } }),
      words,
    );
    assert.equal(row.percent, 2);
    assert.equal(row.busy, false);
    assert.equal(row.message, '1,200 of 42,049 rows imported');
    assert.deepEqual(row.actions, ['stop']);
  });

  it('offers nothing to press twice while it is stopping', () => {
    assert.deepEqual(panelRow(aJob({ phase: { kind: 'stopping' } }), words).actions, []);
  });

  it('offers the unimported rows once it has ended, and no list after it was canceled', () => {
    const counts = { total: 312, imported: 300, invalid: 5, rejected: 7 };
    assert.deepEqual(panelRow(aJob({ phase: { kind: 'withUnimported' }, counts }), words).actions, [
      'showUnimported',
      'undo',
    ]);
    assert.deepEqual(
      panelRow(aJob({ phase: { kind: 'canceled' }, counts: { total: 3, unprocessed: 3 } }), words).actions,
      [],
    );
  });

  it('never counts rows of unknown fate as unimported rows', () => {
    const row = panelRow(
      aJob({ phase: { kind: 'withUncertain' }, counts: { imported: 1, unknown: 4 } }),
      words,
    );
    assert.deepEqual(row.actions, ['showUncertain', 'showReport', 'undo']);
    assert.equal(row.icon, 'warning');
  });

  it('asks for a decision in words, with a mark and a button, and shows no progress', () => {
    const counts = { total: 10, imported: 7, unknown: 3 };
    const job = aJob({ phase: { kind: 'needsDecision', rows: 3 }, counts });
    const row = panelRow(job, words);
    assert.deepEqual(row.actions, ['decide', 'showUncertain', 'stop']);
    assert.deepEqual([row.icon, row.percent, row.busy], ['question', null, false]);
    assert.equal(row.phaseText, 'Needs your decision');
    assert.match(row.message, /^7 of 10 rows imported\. Uncertain rows: 3\. No answer came for them/);
    assert.match(treeRow(job, words).description, /^In progress · Needs your decision · /);
    assert.match(treeRow(job, words).accessible, /Uncertain rows: 3/);
  });

  it('leads to records that came to be twice, once it has ended', () => {
    const done = aJob({ phase: { kind: 'all' }, counts: { total: 1, imported: 1 }, twins: 2 });
    assert.deepEqual(panelRow(done, words).actions, ['removeTwins']);
    assert.equal(panelRow(done, words).icon, 'warning');
    assert.deepEqual(panelRow(aJob({ twins: 2 }), words).actions, ['stop']);
  });

  it('offers to undo an import that has ended and left records, after all else', () => {
    const counts = { total: 3, imported: 1, updated: 1, rejected: 1 };
    const row = panelRow(aJob({ phase: { kind: 'withUnimported' }, counts }), words);
    assert.deepEqual(row.actions, ['showUnimported', 'undo']);
    assert.deepEqual(panelRow(aJob({ counts }), words).actions, ['stop'], 'not while it runs');
    const nothing = aJob({ phase: { kind: 'withUnimported' }, counts: { total: 1, rejected: 1 } });
    assert.deepEqual(panelRow(nothing, words).actions, ['showUnimported'], 'not where nothing was kept');
    assert.match(factsOf(aJob({ phase: { kind: 'all' }, counts }), words), /\bcanUndo=true\b/);
  });

  it('shows the first failure and offers the details', () => {
    const failures = [{ code: 'x', verbatim: 'CB_NO02 No privilege to proceed.' }];
    const row = panelRow(aJob({ phase: { kind: 'failed' }, failures }), words);
    assert.equal(row.message, 'CB_NO02 No privilege to proceed.');
    assert.deepEqual(row.actions, ['showReport']);
    assert.equal(row.phaseText, '', 'the word Failed is said once');
  });

  it('names an app that may not be seen as such, without a link', () => {
    const row = panelRow(aJob(), { ...words, mayOpen: () => false });
    assert.equal(row.app, '(No permission)');
    assert.equal(row.appLink, false);
  });

  it('leads to a page where there is one: of an app and of a cell, but not of an entity set', () => {
    const row = aJob({ phase: { kind: 'all' } });
    const target = { ...row.definition.target, system: 'personium', id: 'sales/stock/Product' } as const;
    const set = { ...row, definition: { ...row.definition, target } } as typeof row;
    assert.deepEqual([panelRow(set, words).app, panelRow(set, words).appLink], ['Customers 顧客管理', false]);
    assert.match(factsOf(set, words), /\bapp=false\b/);
    const cell = aJob({ phase: { kind: 'all' }, cell: { began: true } });
    assert.equal(panelRow(cell, words).appLink, true);
    assert.match(factsOf(cell, words), /\bapp=true\b/);
  });

  it('asks for a look at a cell that was imported with notes', () => {
    const cell = aJob({ phase: { kind: 'all' }, cell: { began: true } });
    const noted = panelRow({ ...cell, notes: [{ code: 'job.cell.noteDiffers' }] }, words);
    assert.deepEqual([noted.icon, noted.actions], ['warning', ['showReport']]);
    assert.deepEqual([panelRow(cell, words).icon, panelRow(cell, words).actions], ['success', []]);
  });

  it('says of an import of somebody else that it goes on when it is followed no more', () => {
    const job = aJob({ phase: { kind: 'canceled' }, cell: { began: false } });
    assert.match(panelRow(job, words).message, /cellCanceled/);
    const source = { origin: 'foreign', name: 'x.zip', snapshot: 'x', startedAt: 1 } as const;
    const foreign = { ...job, definition: { ...job.definition, source } } as typeof job;
    assert.match(panelRow(foreign, words).message, /cellUnfollowed/);
  });

  it('keeps hundred percent for the end', () => {
    assert.equal(percentOf(aJob({ counts: { total: 10, imported: 10 } })), 99);
    assert.equal(percentOf(aJob({ phase: { kind: 'all' }, counts: { total: 10, imported: 10 } })), null);
    assert.equal(percentOf(aJob({ counts: { total: 0 } })), null);
  });

  it('speaks Japanese', () => {
    const row = panelRow(aJob({ phase: { kind: 'all' }, counts: { total: 1, imported: 1 } }), wordsIn('ja'));
    assert.match(row.statusText, /[\p{Script=Han}\p{Script=Katakana}]/u);
    assert.match(row.message, /1/);
  });
});

describe('an import in the tree', () => {
  it('says status, progress and app in words', () => {
    const row = treeRow(aJob({ counts: { total: 100, pending: 55, imported: 45 } }), words);
    assert.equal(row.label, 'customers.csv');
    assert.equal(row.description, 'In progress · 45 of 100 rows · Customers 顧客管理');
    assert.equal(row.accessible, 'customers.csv, In progress, 45 of 100 rows imported, Customers 顧客管理');
  });

  it('counts changed and unchanged rows among those that are done', () => {
    const counts = { total: 100, pending: 40, imported: 10, updated: 20, unchanged: 30 };
    const job = aJob({ counts, plan: { mode: 'addOrUpdate', key: 'code' } });
    assert.equal(treeRow(job, words).description, 'In progress · 60 of 100 rows · Customers 顧客管理');
    assert.equal(panelRow(job, words).percent, 60);
  });

  it('says why it stands still while a lost answer is looked up', () => {
    const counts = { total: 10, pending: 5, imported: 5 };
    const { description } = treeRow(aJob({ phase: { kind: 'settling' }, counts }), words);
    assert.match(description, /^In progress · Looking up lost answers · /);
    assert.doesNotMatch(description, /5 of 10/);
  });

  it('says that it was interrupted: nothing goes forward then', () => {
    const counts = { total: 10, pending: 5, imported: 5 };
    const { description } = treeRow(aJob({ phase: { kind: 'interrupted' }, counts }), words);
    assert.equal(description, 'In progress · Interrupted · Customers 顧客管理');
  });

  it('does not say the same word twice', () => {
    assert.equal(
      treeRow(aJob({ phase: { kind: 'canceled' } }), words).description,
      'Canceled · Customers 顧客管理',
    );
  });

  it('gives menus facts, not names of actions', () => {
    assert.equal(
      factsOf(aJob(), words),
      'job,status=inProgress,phase=sending,canCancel=false,canStop=true,canResume=false,canRecover=false,canUndo=false,kind=rows,unimported=false,canDecide=false,uncertain=false,ended=false,app=true',
    );
    assert.match(
      factsOf(aJob({ phase: { kind: 'stopped' }, counts: { unprocessed: 1 } }), words),
      /\bunimported=true\b.*\bended=true\b/,
    );
  });
});

describe('what has to be watched', () => {
  it('takes an interrupted import as trouble, not as running', () => {
    const job = aJob({ phase: { kind: 'interrupted' } });
    assert.equal(isLive(job), false);
    assert.equal(isTrouble(job), true);
  });

  it('takes stopping and canceling as no trouble', () => {
    assert.equal(isTrouble(aJob({ phase: { kind: 'stopped' } })), false);
    assert.equal(isTrouble(aJob({ phase: { kind: 'canceled' } })), false);
  });
});
