import assert from 'node:assert/strict';
import { renderMessage } from '../../../src/core/catalogue';
import { partsOf } from '../../../src/core/endpoints/kintone/batchParts';
import { KINTONE_CODES, nextStepOf } from '../../../src/core/endpoints/kintone/codes';
import { judgeResponse } from '../../../src/core/endpoints/kintone/judge';
import type { Verdict } from '../../../src/core/endpoints/endpoint';
import type { ImportRecord } from '../../../src/core/mapping/record';
import type { Message } from '../../../src/core/message';
import { translator } from '../../../src/core/translate';
import { field, schemaOf } from '../mapping/support';
import { layoutFor } from './support';

const SCHEMA = schemaOf([
  field({ kind: 'text', code: '氏名', label: 'Name' }),
  field({ kind: 'choices', code: 'tags', label: 'Tags' }),
]);
const LAYOUT = layoutFor(SCHEMA, ['氏名', 'tags']);
const ADDED: ImportRecord = { row: 1, lastRow: 1, values: ['a', ['x', 'y']] };
const CHANGED: ImportRecord = { ...ADDED, update: { id: '7', revision: '1' } };
const japanese = translator('ja');

function judged(status: number, body: unknown, batch: readonly ImportRecord[] = [ADDED, ADDED]): Verdict {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const parts = partsOf(batch);
  const sent = { records: batch, parts, bulk: parts.length > 1, schema: SCHEMA, layout: LAYOUT };
  return judgeResponse({ status, headers: {}, body: bytes }, sent);
}

function kindOf(verdict: Verdict): string {
  return 'reason' in verdict ? `${verdict.kind} ${verdict.reason}` : verdict.kind;
}

function messageOf(verdict: Verdict): Message {
  assert.ok('message' in verdict);
  return verdict.message;
}

/** Both sentences, whole: no place is left open, none is the other language. */
function assertSentences(message: Message): void {
  const own: Message = { code: message.code, ...(message.args === undefined ? {} : { args: message.args }) };
  const english = renderMessage(own);
  const translated = renderMessage(own, japanese);
  assert.match(english, /^[A-Z][^{}]+\.$/, message.code);
  assert.match(translated, /^[^{}]*[ぁ-ん][^{}]*。$/u, message.code);
  assert.notEqual(english, message.code);
}

/** All codes with the statuses they are known to come with. */
const TABLE: readonly (readonly [
  code: string,
  statuses: readonly number[],
  verdict: string,
  next: string,
])[] = [
  ['CB_VA01', [400, 520], 'rejected', 'file'],
  ['CB_IJ01', [400], 'rejected', 'file'],
  ['CB_IL02', [400], 'impossible', 'connection'],
  ['GAIA_IL23', [400], 'impossible', 'connection'],
  ['GAIA_DA03', [400], 'impossible', 'connection'],
  ['GAIA_LO04', [400], 'rejected', 'file'],
  ['GAIA_LO03', [400], 'rejected', 'appSettings'],
  ['GAIA_IL26', [400], 'rejected', 'file'],
  ['GAIA_IL27', [400], 'rejected', 'file'],
  ['GAIA_IL28', [400], 'rejected', 'file'],
  ['GAIA_RE09', [400], 'rejected', 'file'],
  ['GAIA_QU01', [400], 'rejected', 'connection'],
  ['GAIA_QU02', [400], 'rejected', 'connection'],
  ['GAIA_IQ03', [400], 'rejected', 'appSettings'],
  ['GAIA_IQ07', [400], 'rejected', 'appSettings'],
  ['GAIA_IQ10', [400], 'rejected', 'appSettings'],
  ['GAIA_IQ11', [400], 'rejected', 'appSettings'],
  ['GAIA_IQ23', [400], 'rejected', 'appSettings'],
  ['GAIA_IQ25', [400], 'rejected', 'appSettings'],
  ['GAIA_IL08', [400], 'rejected', 'appSettings'],
  ['GAIA_IL42', [400], 'rejected', 'appSettings'],
  ['GAIA_IR02', [400], 'rejected', 'appSettings'],
  ['GAIA_IL03', [400], 'rejected', 'record'],
  ['GAIA_ST02', [400], 'rejected', 'appSettings'],
  ['GAIA_NT01', [400], 'rejected', 'record'],
  ['GAIA_IA02', [400, 520], 'impossible', 'tokens'],
  ['CB_AU01', [401], 'impossible', 'connection'],
  ['CB_WA01', [401], 'impossible', 'connection'],
  ['CB_OA01', [401, 403], 'impossible', 'connection'],
  ['CB_TW02', [401, 403], 'impossible', 'connection'],
  ['CB_NO02', [403], 'impossible', 'administrator'],
  ['GAIA_NO01', [403], 'impossible', 'tokens'],
  ['GAIA_FU01', [400, 403, 520], 'impossible', 'administrator'],
  ['GAIA_AP01', [404], 'impossible', 'connection'],
  ['GAIA_RE01', [404], 'rejected', 'record'],
  ['GAIA_RE20', [404], 'rejected', 'file'],
  ['GAIA_BL01', [404], 'rejected', 'file'],
  ['GAIA_CO02', [409], 'rejected', 'record'],
  ['GAIA_UN03', [409], 'rejected', 'record'],
  ['GAIA_TO04', [429], 'notCommitted throttled', 'wait'],
  ['GAIA_TM12', [429, 400], 'notCommitted throttled', 'wait'],
  ['GAIA_DA02', [400, 520], 'notCommitted locked', 'wait'],
  ['GAIA_RE18', [400, 520], 'notCommitted locked', 'wait'],
  ['GAIA_LT01', [400, 520], 'notCommitted locked', 'wait'],
  ['GAIA_SI01', [520], 'rejected', 'file'],
  ['GAIA_IL16', [400], 'rejected', 'file'],
  ['GAIA_IL17', [400], 'rejected', 'file'],
  ['GAIA_IL48', [400], 'rejected', 'file'],
  ['GAIA_BR01', [400], 'rejected', 'file'],
  ['GAIA_BR01', [520], 'ambiguous', 'file'],
];

describe('the table of Kintone’s codes', () => {
  for (const [code, statuses, verdict, next] of TABLE) {
    for (const status of statuses) {
      it(`has ${code} with ${status}: ${verdict}, ${next}`, () => {
        const body = { code, id: 'aBcDeFgHiJkLmNoPqRsT', message: `${code} in words` };
        for (const answer of [
          judged(status, body),
          judged(status, { results: [{}, body] }, [ADDED, CHANGED]),
        ]) {
          assert.equal(kindOf(answer), verdict);
          assert.deepEqual('rows' in answer ? answer.rows : [], []);
          const message = messageOf(answer);
          assert.equal(message.verbatim, `${code} in words`);
          assertSentences(message);
        }
        assert.equal(nextStepOf(code), next);
      });
    }
  }

  it('tells a sign-in by OAuth that ended from one without the scope', () => {
    const body = { code: 'CB_OA01', id: 'x', message: 'Cannot access protected resource.' };
    assert.equal(messageOf(judged(401, body)).code, 'kintone.CB_OA01');
    assert.equal(messageOf(judged(403, body)).code, 'kintone.scopeMissing');
  });

  it('has no code that is not tested here', () => {
    assert.deepEqual([...new Set(TABLE.map(([code]) => code))].sort(), Object.keys(KINTONE_CODES).sort());
  });

  it('says something of its own of each code', () => {
    for (const code of Object.keys(KINTONE_CODES)) {
      assertSentences({ code: `kintone.${code}` });
    }
  });
});

describe('a code that is in no table', () => {
  const table: readonly (readonly [status: number, verdict: string])[] = [
    [400, 'rejected'],
    [404, 'rejected'],
    [409, 'rejected'],
    [401, 'impossible'],
    [403, 'impossible'],
    [429, 'notCommitted throttled'],
    [500, 'ambiguous'],
    [520, 'ambiguous'],
    [503, 'ambiguous'],
  ];
  for (const [status, verdict] of table) {
    it(`is ${verdict} with ${status}`, () => {
      const answer = judged(status, { code: 'GAIA_ZZ99', id: 'aB-3_dE', message: 'In words.' });
      assert.equal(kindOf(answer), verdict);
      assertSentences(messageOf(answer));
    });
  }

  it('is shown with its id, for which the support asks, and with the words of Kintone', () => {
    for (const status of [400, 403, 520]) {
      const message = messageOf(judged(status, { code: 'GAIA_ZZ99', id: 'aB-3_dE', message: 'In words.' }));
      for (const sentence of [renderMessage(message), renderMessage(message, japanese)]) {
        for (const part of ['GAIA_ZZ99', 'aB-3_dE', String(status), 'In words.']) {
          assert.ok(sentence.includes(part), sentence);
        }
      }
    }
  });

  it('is shown without an id when there is none, or none that is an id', () => {
    for (const id of [undefined, '', '<b>', 'x'.repeat(61), 7]) {
      const message = messageOf(judged(400, { code: 'GAIA_ZZ99', id, message: 'In words.' }));
      assert.deepEqual(message, {
        code: 'kintone.refused',
        args: { code: 'GAIA_ZZ99', status: 400 },
        verbatim: 'In words.',
      });
      const uncertain = messageOf(judged(520, { code: 'GAIA_ZZ99', id, message: 'In words.' }));
      assert.equal(uncertain.args?.id, '–');
    }
  });
});

describe('the sentences of this room', () => {
  const args = {
    field: 'F',
    value: 'v',
    status: 403,
    code: 'GAIA_ZZ99',
    id: 'x',
    file: 'a.txt',
    space: '7',
    confirmed: 1,
    sent: 2,
    max: 9,
    count: 10,
  };
  for (const code of [
    'kintone.refusedValue',
    'kintone.refusedOption',
    'kintone.refusedOtherField',
    'kintone.refusedRow',
    'kintone.refused',
    'kintone.refusedWithId',
    'kintone.uncertainStatus',
    'kintone.uncertainCode',
    'kintone.uncertainAnswer',
    'kintone.uncertainCount',
    'kintone.serverFailed',
    'kintone.unexpectedAnswer',
    'kintone.redirected',
    'kintone.throttled',
    'kintone.unavailable',
    'kintone.tooLarge',
    'kintone.keyGone',
    'kintone.notInGuestSpace',
    'kintone.scopeMissing',
    'kintone.tokenNeedsView',
    'kintone.tokenNeedsAdd',
    'kintone.tokenNeedsEdit',
    'kintone.tokenNeedsAddAndEdit',
    'kintone.userNeedsView',
    'kintone.userNeedsAdd',
    'kintone.userNeedsEdit',
    'kintone.userNeedsAddAndEdit',
    'kintone.mayNotEditRecord',
    'kintone.mayNotEditField',
    'kintone.fileTooLarge',
    'kintone.fileUnreadable',
    'kintone.fileChanged',
    'kintone.fileBlocked',
  ]) {
    it(`are whole in both languages: ${code}`, () => assertSentences({ code, args }));
  }
});

describe('the path forms of Kintone’s errors', () => {
  const forms: readonly (readonly [path: string, row: number | null, english: RegExp])[] = [
    ['record.氏名.value', 0, /value of Name/],
    ['record[氏名].value', 0, /value of Name/],
    ['records[0].氏名.value', 0, /value of Name/],
    ['records[0][氏名].value', 0, /value of Name/],
    ['records[0].record.氏名.value', 0, /value of Name/],
    ['records[0].tags.values', 0, /value of Tags/],
    ['records[0].tags.values.value', 0, /value of Tags/],
    ['records[0].tags.values[1].value', 0, /“y” in Tags/],
    ['records[0].表.value[2].value.品名.value', 0, /because of 表/],
    ['records[0].表.value[2].value.印.values[1].value', 0, /because of 表/],
    ['records[0].unheard.value', 0, /because of unheard/],
    ['records[0]', 0, /refused this row/],
    ['records[0].id', 0, /refused this row/],
    ['records[0].revision', 0, /refused this row/],
    ['requests[0].payload.records[0].氏名.value', 0, /value of Name/],
    ['records', null, /values that it does not take/],
    ['requests', null, /values that it does not take/],
    ['requests[0].payload.records', null, /values that it does not take/],
    ['ids[0]', null, /values that it does not take/],
    ['query', null, /values that it does not take/],
    ['records[1].氏名.value', null, /values that it does not take/],
  ];
  for (const [path, row, english] of forms) {
    it(`${row === null ? 'blame no row' : 'are told of their row'}: ${path}`, () => {
      const errors = { [path]: { messages: ['だめです。'] } };
      const answer = judged(400, { code: 'CB_VA01', id: 'x', message: 'No.', errors }, [ADDED]);
      assert.ok(answer.kind === 'rejected');
      assert.deepEqual(
        answer.rows.map(({ index }) => index),
        row === null ? [] : [row],
      );
      const message = answer.rows[0]?.reasons[0]?.message ?? answer.message;
      assertSentences(message);
      assert.match(renderMessage(message), english);
      assert.ok(renderMessage(message, japanese).endsWith('だめです。'));
    });
  }

  it('end the job when they name the app', () => {
    const errors = { app: { messages: ['だめです。'] } };
    const answer = judged(400, { code: 'CB_VA01', id: 'x', message: 'No.', errors });
    assert.deepEqual([answer.kind, messageOf(answer).verbatim], ['impossible', 'No. だめです。']);
  });
});
