import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import { COMMANDS, VIEWS } from '../../../src/contributions';
import type { ImportJob, JobPhase } from '../../../src/core/jobs/job';
import { factsOf } from '../../../src/editor/views/rows';
import { aJob } from '../views/jobs';
import { holds } from './whenClause';

interface MenuItem {
  readonly command: string;
  readonly group: string;
  readonly when: string;
}

const items: readonly MenuItem[] = manifest.contributes.menus['view/item/context'];

/** Commands that the context menu of an item shows. */
function offered(view: string, viewItem: string): Set<string> {
  return new Set(items.filter((item) => holds(item.when, { view, viewItem })).map((item) => item.command));
}

function inlineFor(job: ImportJob): string[] {
  const viewItem = factsOf(job, { mayOpen: () => true });
  return items
    .filter(({ group, when }) => group.startsWith('inline') && holds(when, { view: VIEWS.jobs, viewItem }))
    .map(({ command }) => command);
}

function offeredFor(job: ImportJob): Set<string> {
  return offered(VIEWS.jobs, factsOf(job, { mayOpen: () => true }));
}

const ROWS = [
  COMMANDS.showUnimportedRows,
  COMMANDS.importTheseRowsAgain,
  COMMANDS.saveFullCopy,
  COMMANDS.saveUnimportedAsExcel,
];
const ALWAYS = [COMMANDS.showJobReport, COMMANDS.openTargetInBrowser, COMMANDS.saveProfile];

describe('the menu of an import', () => {
  const unimported = { invalid: 2, rejected: 1 };
  const cases: readonly [
    phase: JobPhase,
    counts: Partial<ImportJob['counts']>,
    commands: readonly string[],
  ][] = [
    [{ kind: 'queued', ahead: 1 }, {}, [COMMANDS.cancelImport]],
    [{ kind: 'checking', rows: 10 }, unimported, []],
    [{ kind: 'sending' }, unimported, [COMMANDS.stopImport]],
    [{ kind: 'throttled', until: 0, reason: { code: 'x' } }, {}, [COMMANDS.stopImport]],
    [{ kind: 'interrupted' }, unimported, [COMMANDS.removeFromList, COMMANDS.resumeImport]],
    [{ kind: 'all' }, {}, [COMMANDS.removeFromList]],
    [{ kind: 'withUnimported' }, unimported, [COMMANDS.removeFromList, ...ROWS]],
    [{ kind: 'stopped' }, { unprocessed: 5 }, [COMMANDS.removeFromList, ...ROWS]],
    [{ kind: 'withUncertain' }, { unknown: 5 }, [COMMANDS.removeFromList, COMMANDS.showUncertainRows]],
    [
      { kind: 'needsDecision', rows: 5 },
      { unknown: 5 },
      [COMMANDS.decideUncertainRows, COMMANDS.showUncertainRows, COMMANDS.stopImport],
    ],
    [{ kind: 'failed' }, { unprocessed: 9 }, [COMMANDS.removeFromList, ...ROWS]],
    [{ kind: 'canceled' }, { unprocessed: 9 }, [COMMANDS.removeFromList]],
  ];
  for (const [phase, counts, expected] of cases) {
    it(`fits what can be done while it is ${phase.kind}`, () => {
      const job = aJob({ phase, counts });
      const acts = new Set([
        ...ALWAYS,
        ...expected.filter((id) => id !== COMMANDS.cancelImport && id !== COMMANDS.stopImport),
        ...(job.canCancel ? [COMMANDS.cancelImport] : []),
        ...(job.canStop ? [COMMANDS.stopImport] : []),
      ]);
      assert.deepEqual(offeredFor(job), acts);
      assert.ok(inlineFor(job).length <= 3, inlineFor(job).join());
    });
  }

  it('shows the records that an undo has kept, and offers nothing that takes rows of a file', () => {
    const { definition, ...job } = aJob({ phase: { kind: 'withUnimported' }, counts: { invalid: 2 } });
    const undo = { ...definition, kind: 'undo', undoes: 'job-0', scope: 'all' } as ImportJob['definition'];
    assert.deepEqual(
      offeredFor({ ...job, definition: undo }),
      new Set([
        COMMANDS.showKeptRecords,
        COMMANDS.saveFullCopy,
        COMMANDS.showJobReport,
        COMMANDS.openTargetInBrowser,
        COMMANDS.removeFromList,
      ]),
    );
  });

  it('brings back a cell whose import has failed, and keeps no columns of it', () => {
    const failed = aJob({ phase: { kind: 'failed' }, cell: { began: true } });
    assert.deepEqual(
      offeredFor(failed),
      new Set([
        COMMANDS.recoverCell,
        COMMANDS.showJobReport,
        COMMANDS.openTargetInBrowser,
        COMMANDS.removeFromList,
      ]),
    );
    const importing = { kind: 'importing', percent: 40, since: 0, changedAt: 0 } as const;
    const running = offeredFor(aJob({ phase: importing, cell: { began: true } }));
    assert.ok(!running.has(COMMANDS.stopImport) && !running.has(COMMANDS.cancelImport));
  });

  it('goes on with a cell import that was interrupted, and cancels it while nothing was begun', () => {
    const { cancelImport, resumeImport } = COMMANDS;
    const interrupted = aJob({ phase: { kind: 'interrupted' }, cell: { began: false } });
    const before = offeredFor({ ...interrupted, canCancel: true });
    assert.ok(before.has(resumeImport) && before.has(cancelImport));
    const after = offeredFor(interrupted);
    assert.ok(after.has(resumeImport) && !after.has(cancelImport));
  });

  it('opens no page of an entity set, for there is none', () => {
    const { definition, ...job } = aJob();
    const target = { ...definition.target, system: 'personium', id: 'sales/stock/Product' } as const;
    const offeredThen = offeredFor({ ...job, definition: { ...definition, target } });
    assert.ok(!offeredThen.has(COMMANDS.openTargetInBrowser));
  });

  it('does not open an app that may not be seen', () => {
    const facts = factsOf(aJob(), { mayOpen: () => false });
    assert.ok(!offered(VIEWS.jobs, facts).has(COMMANDS.openTargetInBrowser));
  });
});

describe('the menu of a connection', () => {
  it('signs in and removes', () => {
    for (const facts of ['connection,signedIn=true', 'connection,signedIn=false']) {
      assert.deepEqual(
        offered(VIEWS.connections, facts),
        new Set([COMMANDS.signIn, COMMANDS.removeConnection]),
      );
    }
  });

  it('imports, exports, follows and recovers a cell, by what is known of it', () => {
    const act = [COMMANDS.signIn, COMMANDS.removeConnection];
    const cell = (context: string) => offered(VIEWS.connections, `connection,signedIn=true,${context}`);
    assert.deepEqual(
      cell('importedFiles.cell'),
      new Set([
        ...act,
        COMMANDS.importCellSnapshot,
        COMMANDS.importStoredSnapshot,
        COMMANDS.exportCellSnapshot,
      ]),
    );
    assert.deepEqual(cell('importedFiles.cellImporting'), new Set([...act, COMMANDS.watchCellImport]));
    assert.deepEqual(cell('importedFiles.cellFailed'), new Set([...act, COMMANDS.recoverCell]));
    assert.deepEqual(
      offered(VIEWS.connections, 'cellImport,importedFiles.cellFailed'),
      new Set([COMMANDS.recoverCell]),
    );
    assert.deepEqual(offered(VIEWS.connections, 'target,importedFiles.entitySet'), new Set());
  });

  it('opens an app only where it may be seen', () => {
    assert.deepEqual(offered(VIEWS.connections, 'target,app=true'), new Set([COMMANDS.openTargetInBrowser]));
    assert.deepEqual(offered(VIEWS.connections, 'target,app=false'), new Set());
    assert.deepEqual(offered(VIEWS.connections, 'connectionError'), new Set());
  });
});
