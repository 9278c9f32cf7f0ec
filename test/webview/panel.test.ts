import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { ROWS_PER_PAGE } from '../../webview/savedState';
import { SUBMITTED_AT } from '../unit/views/jobs';
import { PanelLab, type PanelPage, type PageOptions } from './panelPage';
import { aRow, oneOfEach } from './sampleRows';
import { THEMES, type ThemeName } from './themes';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly where: readonly string[];
}

const lab = new PanelLab();
let panel: PanelPage;

before(() => lab.start());
after(() => lab.stop());
afterEach(async () => {
  assert.deepEqual(await panel.violations(), [], 'nothing breaks the content security policy');
  await panel.close();
});

async function open(options: PageOptions = {}): Promise<PanelPage> {
  panel = await lab.open(options);
  return panel;
}

const sending = (imported: number) =>
  aRow({ id: 'a', counts: { total: 100, pending: 100 - imported, imported } });

describe('the panel on the screen', () => {
  it('asks for a snapshot, then shows each import with all its columns', async () => {
    const { page } = await open();
    assert.deepEqual(await panel.posted(), [{ kind: 'ready' }]);
    const rows = oneOfEach();
    await panel.snapshot(rows);
    assert.deepEqual(
      await panel.order(),
      rows.map((row) => row.id),
    );
    assert.deepEqual(await page.locator('.head .cell').allTextContents(), [
      'Submitted',
      'Completed',
      'Destination',
      'File',
      'Status',
      'Message',
      'Action',
    ]);
    assert.equal(await panel.cell('withUnimported', 'completed').textContent(), rows[7]?.completed);
    assert.equal(await panel.cell('queued', 'completed').textContent(), '');
    assert.equal(
      await panel.cell('withUnimported', 'message').textContent(),
      '300 rows imported, 12 not imported',
    );
    assert.equal(
      await panel.button('withUnimported', 'showUnimported').textContent(),
      'Show unimported rows',
    );
    assert.equal(await panel.button('all', 'showUnimported').count(), 0);
  });

  it('tells the share of rows done as a progress bar with a value', async () => {
    await open({ rows: oneOfEach() });
    const bar = panel
      .cell('sending', 'message')
      .getByRole('progressbar', { name: 'Progress of zipcodes.csv' });
    assert.equal(await bar.getAttribute('aria-valuenow'), '47');
    assert.equal(await panel.cell('checking', 'message').getByRole('progressbar').count(), 0);
  });

  it('teaches what to do while nothing has been imported', async () => {
    const { page } = await open({ rows: [] });
    await page.getByRole('heading', { name: 'Nothing has been imported yet' }).waitFor();
    assert.equal(await page.getByRole('grid').isVisible(), false);
    await page.getByRole('button', { name: 'Import File…' }).click();
    assert.deepEqual((await panel.posted()).at(-1), { kind: 'importFile' });
    await panel.patch([sending(1)]);
    assert.equal(await page.getByRole('grid').isVisible(), true);
    assert.equal(
      await page.getByRole('heading', { name: 'Nothing has been imported yet' }).isVisible(),
      false,
    );
  });

  it('tells which button of which import was pressed', async () => {
    await open({ rows: oneOfEach() });
    await panel.button('queued', 'cancel').click();
    await panel.button('sending', 'stop').click();
    await panel.button('stopped', 'showUnimported').click();
    await panel.button('failed', 'showReport').click();
    await panel.button('needsDecision', 'decide').click();
    await panel.button('twice', 'removeTwins').click();
    await panel.button('all', 'undo').click();
    await panel.cell('all', 'app').getByRole('link').click();
    assert.deepEqual((await panel.posted()).slice(1), [
      { kind: 'action', action: 'cancel', jobId: 'queued' },
      { kind: 'action', action: 'stop', jobId: 'sending' },
      { kind: 'action', action: 'showUnimported', jobId: 'stopped' },
      { kind: 'action', action: 'showReport', jobId: 'failed' },
      { kind: 'action', action: 'decide', jobId: 'needsDecision' },
      { kind: 'action', action: 'removeTwins', jobId: 'twice' },
      { kind: 'action', action: 'undo', jobId: 'all' },
      { kind: 'action', action: 'openApp', jobId: 'all' },
    ]);
  });

  it('offers no link where the app may not be seen', async () => {
    await open({ rows: [{ ...sending(1), app: '(No permission)', appLink: false }] });
    assert.equal(await panel.cell('a', 'app').textContent(), '(No permission)');
    assert.equal(await panel.cell('a', 'app').getByRole('link').count(), 0);
  });

  it('keeps hostile file names, app names and messages as text', async () => {
    const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>.csv';
    const { page } = await open({
      rows: [
        {
          ...sending(1),
          file: hostile,
          app: hostile,
          message: hostile,
          statusText: hostile,
          submitted: hostile,
        },
      ],
    });
    for (const column of ['file', 'app', 'submitted']) {
      assert.equal(await panel.cell('a', column).textContent(), hostile);
    }
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.evaluate('window.hacked'), undefined);
  });

  it('shows Japanese', async () => {
    const { page } = await open({ language: 'ja', rows: oneOfEach('ja') });
    await page.getByRole('heading', { name: 'ファイルの読み込み状況' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
    assert.equal(await panel.button('sending', 'stop').textContent(), '読み込みを中止');
    assert.deepEqual(
      (await page.locator('.head .cell').allTextContents()).filter((text) => /^[ -~]*$/.test(text)),
      [],
    );
  });

  it('shows two hundred imports at first, and more when asked', async () => {
    const rows = Array.from({ length: 450 }, (_, index) =>
      aRow({ id: `job-${index}`, phase: { kind: 'all' }, submittedAt: SUBMITTED_AT - index * 1000 }),
    );
    const { page } = await open({ rows });
    assert.equal((await panel.order()).length, ROWS_PER_PAGE);
    await page.getByText('200 of 450 imports are shown.').waitFor();
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '451');
    await page.getByRole('button', { name: 'Show 200 more' }).click();
    assert.equal((await panel.order()).length, 400);
    assert.equal(await panel.focus(), 'job-200 submitted');
    await page.getByRole('button', { name: 'Show 50 more' }).click();
    assert.equal((await panel.order()).length, 450);
    assert.equal(await page.getByText('imports are shown').isVisible(), false);
  });
});

describe('a refresh of the panel', () => {
  it('keeps the focus on a button while its row changes', async () => {
    await open({ rows: [sending(1)] });
    await panel.button('a', 'stop').focus();
    for (const imported of [10, 20, 30]) {
      await panel.patch([sending(imported)]);
    }
    assert.equal(await panel.focus(), 'a action stop');
    assert.equal(await panel.cell('a', 'message').textContent(), '30 of 100 rows imported');
  });

  it('keeps the focus and the place when newer imports come in above and rows change their order', async () => {
    await open({ rows: oneOfEach() });
    await panel.pressCell('stopped', 'message');
    await panel.patch([aRow({ id: 'new', submittedAt: SUBMITTED_AT + 1000 })]);
    assert.equal(await panel.focus(), 'stopped message');
    const all = oneOfEach();
    const reversed = all.map((row, index) => ({ ...row, order: SUBMITTED_AT + index }));
    await panel.snapshot(reversed);
    assert.deepEqual(await panel.order(), reversed.map((row) => row.id).reverse());
    assert.equal(await panel.focus(), 'stopped message');
    await panel.page.keyboard.press('ArrowDown');
    assert.equal(
      await panel.focus(),
      'withUnimported message',
      'the keys follow the rows, not remembered numbers',
    );
  });

  it('hands the focus to the cell when the button under it goes away', async () => {
    await open({ rows: [sending(50)] });
    await panel.button('a', 'stop').focus();
    await panel.patch([aRow({ id: 'a', phase: { kind: 'stopping' } })]);
    assert.equal(await panel.focus(), 'a action');
  });

  it('hands the focus to the neighbour when the row under it leaves the list', async () => {
    await open({ rows: oneOfEach() });
    await panel.pressCell('checking', 'file');
    await panel.patch([], ['checking']);
    assert.equal(await panel.focus(), 'sending file');
  });

  it('keeps the very elements of a row', async () => {
    const { page } = await open({ rows: [sending(1)] });
    await page.evaluate(`document.querySelector('[data-job="a"]').marked = true`);
    await panel.patch([sending(60)]);
    await panel.snapshot([sending(70)]);
    assert.equal(await page.evaluate(`document.querySelector('[data-job="a"]').marked`), true);
  });

  it('brings scrolling and the tab stop back after the page was thrown away', async () => {
    const { page } = await open({ rows: oneOfEach(), context: { viewport: { width: 1280, height: 300 } } });
    await panel.pressCell('stopped', 'status');
    await page.evaluate('window.scrollTo(0, 200)');
    while ((await panel.state())?.scrollTop !== 200) {
      await page.evaluate('new Promise(requestAnimationFrame)');
    }
    await page.reload();
    await panel.snapshot(oneOfEach());
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    assert.equal(await page.evaluate('window.scrollY'), 200);
    assert.equal(await panel.focus(), 'body', 'the focus is not taken');
    assert.equal(await panel.cell('stopped', 'status').getAttribute('tabindex'), '0');
  });

  it('passes over messages it does not know', async () => {
    const { page } = await open({ rows: [sending(5)] });
    await page.evaluate(
      `window.postMessage({ kind: 'snapshot', rows: 'x' }, '*'); window.postMessage(7, '*')`,
    );
    await panel.patch([sending(6)]);
    assert.equal(await panel.cell('a', 'message').textContent(), '6 of 100 rows imported');
  });
});

describe('the panel by keyboard', () => {
  it('has one tab stop for the table, then its links and buttons', async () => {
    const { page } = await open({ rows: oneOfEach() });
    const stops: string[] = [];
    for (let press = 0; press < 6; press++) {
      await page.keyboard.press('Tab');
      stops.push(await panel.focus());
    }
    assert.deepEqual(stops, [
      'vscode-button',
      'queued submitted',
      'queued app link',
      'queued action cancel',
      'checking app link',
      'checking action cancel',
    ]);
  });

  it('moves by arrows, Home, End and page keys', async () => {
    const { page } = await open({ rows: oneOfEach() });
    await panel.pressCell('queued', 'submitted');
    const walk: [key: string, place: string][] = [
      ['ArrowDown', 'checking submitted'],
      ['ArrowRight', 'checking completed'],
      ['End', 'checking action'],
      ['ArrowRight', 'checking action'],
      ['Home', 'checking submitted'],
      ['ArrowUp', 'queued submitted'],
      ['ArrowUp', 'header submitted'],
      ['PageDown', 'withUncertain submitted'],
      ['Control+End', 'twice action'],
      ['Control+Home', 'header submitted'],
    ];
    for (const [key, place] of walk) {
      await page.keyboard.press(key);
      assert.equal(await panel.focus(), place, key);
    }
  });

  it('enters a cell with Enter, presses its button, and leaves with Escape', async () => {
    const { page } = await open({ rows: oneOfEach() });
    await panel.pressCell('sending', 'action');
    await page.keyboard.press('Enter');
    assert.equal(await panel.focus(), 'sending action stop');
    await page.keyboard.press('Enter');
    assert.deepEqual((await panel.posted()).at(-1), { kind: 'action', action: 'stop', jobId: 'sending' });
    await page.keyboard.press('Escape');
    assert.equal(await panel.focus(), 'sending action');
  });
});

describe('the panel for a screen reader', () => {
  it('says milestones politely, and nothing about what was there when it opened', async () => {
    const { page } = await open({
      rows: [aRow({ id: 'a', phase: { kind: 'queued', ahead: 0 } }), ...oneOfEach()],
    });
    const live = page.getByRole('status');
    assert.equal(await live.textContent(), '');
    assert.equal(await live.getAttribute('aria-live'), 'polite');
    const said = new Set<string>();
    const steps = [
      aRow({ id: 'a', phase: { kind: 'checking', rows: 1 } }),
      ...[1, 24, 25, 26, 49, 50, 74, 80, 99].map(sending),
      aRow({ id: 'a', phase: { kind: 'all' }, counts: { total: 100, imported: 100 } }),
    ];
    for (const step of steps) {
      await panel.patch([step]);
      said.add((await live.textContent()) ?? '');
    }
    assert.deepEqual(
      [...said],
      [
        'The import of customers.csv has started.',
        'customers.csv: 25 percent done.',
        'customers.csv: 50 percent done.',
        'customers.csv: 75 percent done.',
        'customers.csv: Completed. 100 rows imported',
      ],
    );
  });

  it('has no other live region: the turning ring is silent', async () => {
    const { page } = await open({ rows: oneOfEach(), context: { reducedMotion: 'no-preference' } });
    assert.equal(await page.locator('vscode-progress-ring').first().isVisible(), true);
    assert.equal(await page.getByRole('alert').count(), 0);
    assert.equal(await page.getByText('Loading').count(), 0);
  });

  it('names buttons with the file they act on', async () => {
    const { page } = await open({ rows: oneOfEach() });
    assert.equal(await page.getByRole('button', { name: 'Stop importing: zipcodes.csv' }).count(), 1);
    assert.equal(await page.getByRole('link', { name: 'Products: open in the browser' }).count(), 1);
    assert.equal(await page.getByRole('rowheader', { name: 'products.xlsx' }).count(), 1);
    assert.equal(await page.getByRole('columnheader').count(), 7);
  });

  it('says what undoing does to who points at its button or listens', async () => {
    await open({ rows: oneOfEach() });
    const undo = panel.button('all', 'undo');
    assert.equal(await undo.getAttribute('aria-label'), 'Undo…: products.xlsx');
    assert.match((await undo.getAttribute('title')) ?? '', /^Deletes the records that this import added/);
    assert.equal(await panel.button('all', 'showReport').count(), 0);
  });
});

describe('the panel for everybody', () => {
  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    it(`passes axe in ${theme}`, async () => {
      await open({ theme, rows: oneOfEach() });
      assert.deepEqual(await axe(), []);
      await panel.pressCell('withUnimported', 'status');
      assert.deepEqual(await axe(), [], 'with a focused cell');
    });

    it(`passes axe in ${theme} while it is empty`, async () => {
      await open({ theme, rows: [] });
      assert.deepEqual(await axe(), []);
    });
  }

  it('passes axe in Japanese and with little room', async () => {
    await open({
      language: 'ja',
      rows: oneOfEach('ja'),
      context: { viewport: { width: 480, height: 700 } },
    });
    assert.deepEqual(await axe(), []);
  });

  it('needs no sideways scrolling at 200 % zoom', async () => {
    for (const width of [1280, 950, 640, 320]) {
      const { page } = await open({ rows: oneOfEach(), context: { viewport: { width, height: 720 } } });
      const tooWide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
      assert.ok(Number(tooWide) <= 0, `${String(tooWide)} px too wide at ${width} px`);
      assert.equal(await panel.button('withUnimported', 'showUnimported').isVisible(), true);
      if (width !== 320) {
        await panel.close();
      }
    }
  });

  it('stands still where motion is not wanted', async () => {
    const { page } = await open({ rows: oneOfEach(), context: { reducedMotion: 'reduce' } });
    assert.equal(await page.locator('vscode-progress-ring').first().isVisible(), false);
    assert.equal(await panel.cell('checking', 'status').locator('.icon').isVisible(), true);
  });

  it('keeps icons and bars in forced colours', async () => {
    const { page } = await open({ rows: oneOfEach(), context: { forcedColors: 'active' } });
    const ground = await page.evaluate(`getComputedStyle(document.body).backgroundColor`);
    const bar = await page.evaluate(`getComputedStyle(document.querySelector('.bar-done')).backgroundColor`);
    assert.notEqual(bar, ground);
  });
});

async function axe(): Promise<Finding[]> {
  await panel.page.evaluate(AXE);
  return panel.page.evaluate<Finding[]>(`axe.run(document, { resultTypes: ['violations'] }).then((result) =>
    result.violations.map(({ id, help, nodes }) => ({
      id, help, where: nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary).slice(0, 3),
    })))`);
}
