import assert from 'node:assert/strict';
import { guaranteeOf, rulesFor } from '../../../src/core/engine/guarantee';
import type { GuaranteeParts } from '../../../src/core/engine/guarantee';
import { GUARANTEES } from '../../../src/core/jobs/job';
import { JOB_MESSAGES } from '../../../src/core/jobs/messages';
import type { RecordLayout } from '../../../src/core/mapping/layout';
import { fieldOf } from './support';

const CODE = fieldOf('code', { unique: true });
const NAME = fieldOf('name');
const layoutOf = (...fields: readonly (typeof CODE)[]): RecordLayout => ({
  fields: fields.map((field, column) => ({ field, columns: [column] })),
  key: null,
  startColumn: null,
});

function choose(changes: Partial<GuaranteeParts>): string {
  const { guarantee, reason } = guaranteeOf({
    system: 'kintone',
    schema: { id: '1', name: 'App', url: '', fields: [CODE, NAME] },
    layout: layoutOf(CODE, NAME),
    mode: 'add',
    mayRead: true,
    unkeyedRows: 0,
    ...changes,
  });
  assert.ok(guarantee in GUARANTEE_TEXTS && `${guarantee}.short` in GUARANTEE_TEXTS);
  if (reason) assert.ok(reason.code in JOB_MESSAGES);
  return reason ? `${guarantee}: ${reason.code.replace('guarantee.because.', '')}` : guarantee;
}

const GUARANTEE_TEXTS = Object.fromEntries(
  Object.entries(JOB_MESSAGES).flatMap(([code, text]) =>
    code.startsWith('guarantee.') ? [[code.replace('guarantee.', ''), text]] : [],
  ),
);

describe('the guarantee of an import', () => {
  it('has words for every kind', () => {
    for (const kind of GUARANTEES) assert.ok(GUARANTEE_TEXTS[kind] && GUARANTEE_TEXTS[`${kind}.short`], kind);
  });

  it('is the unique key when every new row has one, and the revision when records are changed', () => {
    assert.equal(choose({}), 'uniqueKey');
    assert.equal(choose({ mode: 'update' }), 'revision');
    assert.equal(choose({ mode: 'addOrUpdate' }), 'revision');
    assert.equal(choose({ ledgerApp: '9' }), 'uniqueKey', 'a ledger adds nothing');
  });

  it('is as weak as its weakest row, and says so', () => {
    assert.equal(choose({ unkeyedRows: 12 }), 'readBack: rowsWithoutKey');
    assert.equal(choose({ mode: 'addOrUpdate', unkeyedRows: 1 }), 'readBack: rowsWithoutKey');
    assert.equal(choose({ unkeyedRows: 12, ledgerApp: '9' }), 'ledger: rowsWithoutKey');
    assert.equal(choose({ layout: layoutOf(NAME), unkeyedRows: 5 }), 'readBack: noKey');
  });

  it('is told before anybody has counted rows', () => {
    assert.equal(choose({ unkeyedRows: null }), 'uniqueKey');
    assert.equal(choose({ layout: layoutOf(NAME), unkeyedRows: null }), 'readBack: noKey');
    assert.equal(choose({ mode: 'update', layout: layoutOf(NAME), unkeyedRows: null }), 'revision');
  });

  it('is nothing, or the ledger, where records may not be viewed', () => {
    assert.equal(choose({ mayRead: false }), 'none: mayNotRead');
    assert.equal(choose({ mayRead: false, ledgerApp: '9' }), 'ledger: mayNotRead');
  });

  it('of a cell is always certain', () => {
    assert.equal(choose({ system: 'personium', layout: layoutOf(NAME), unkeyedRows: 9 }), 'uniqueKey');
    assert.equal(choose({ system: 'personium', mode: 'replace' }), 'revision');
  });

  it('decides how requests are made', () => {
    const limits = { rowsPerRequest: 2_000, rowsPerSmallRequest: 100, maxRequestBytes: 1 };
    const rules = GUARANTEES.map((guarantee) => {
      const { limits: kept, lanes, neverAlone } = rulesFor(guarantee, limits, 4);
      return [guarantee, kept.rowsPerRequest, lanes, neverAlone];
    });
    assert.deepEqual(rules, [
      ['uniqueKey', 2_000, 4, false],
      ['revision', 2_000, 4, false],
      ['ledger', 2_000, 1, false],
      ['readBack', 100, 1, true],
      ['none', 100, 4, false],
    ]);
    assert.equal(rulesFor('uniqueKey', { ...limits, lanes: 1 }, 4).lanes, 1);
  });
});
