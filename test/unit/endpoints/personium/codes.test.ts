import assert from 'node:assert/strict';
import {
  PERSONIUM_CODES,
  PersoniumRefusal,
  bracketed,
  isBusy,
  kindOf,
  natureOfCode,
  personiumFailure,
  readPersoniumError,
} from '../../../../src/core/endpoints/personium/codes';
import { PERSONIUM_MESSAGES } from '../../../../src/core/endpoints/personium/messages';
import type { HttpResponse } from '../../../../src/core/endpoints/transport';

function answer(status: number, body: unknown): HttpResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: {}, body: new TextEncoder().encode(text) };
}

function refusal(code: string, value = 'Words.'): HttpResponse {
  return answer(Number(code.slice(2, 5)), { code, message: { lang: 'en', value } });
}

describe('the codes of a Personium unit', () => {
  it('have a sentence each, and a kind', () => {
    for (const code of Object.keys(PERSONIUM_CODES)) {
      const { detail } = personiumFailure(refusal(code));
      assert.equal(detail.code, `personium.${code}`);
      assert.ok(Object.hasOwn(PERSONIUM_MESSAGES, detail.code), code);
      assert.equal(detail.verbatim, 'Words.');
    }
  });

  it('are read from resources and from the token endpoint alike, and from nothing else', () => {
    assert.deepEqual(readPersoniumError(refusal('PR409-OD-0003', 'The entity already exists.')), {
      code: 'PR409-OD-0003',
      text: 'The entity already exists.',
    });
    const oauth = {
      error: 'invalid_grant',
      error_description: '[PR400-AN-0017] - Authentication failed.',
    };
    assert.deepEqual(readPersoniumError(answer(400, oauth)), {
      code: 'PR400-AN-0017',
      text: 'Authentication failed.',
    });
    for (const other of [
      '',
      '<html>PR409-OD-0003</html>',
      '[]',
      'null',
      { code: 'GAIA_TO04' },
      { error: 'x' },
    ]) {
      assert.equal(readPersoniumError(answer(400, other)), null);
    }
    assert.deepEqual(readPersoniumError(answer(500, { code: 'PR500-SV-9999', message: null })), {
      code: 'PR500-SV-9999',
      text: '',
    });
  });

  it('bring the unit’s words shortened, on one line, and least of those that repeat what was sent', () => {
    const long = readPersoniumError(refusal('PR500-SV-0000', `a\nb\u0000${'x'.repeat(9000)}`));
    assert.ok(long !== null);
    assert.ok(long.text.startsWith('a b x'));
    assert.equal(long.text.length, 501);
    const line = readPersoniumError(refusal('PR400-CM-0004', 'JSON parse error. ['.padEnd(5000, 'secret')));
    assert.equal(line?.text.length, 81);
  });

  it('name in brackets what is meant', () => {
    const error = { code: 'PR400-OD-0006', text: 'request body format error. field [Qty]' };
    assert.deepEqual(bracketed(error), ['Qty']);
    assert.deepEqual(bracketed({ code: 'PR400-OD-0029', text: 'Query value [$top]=[-1] is invalid.' }), [
      '$top',
      '-1',
    ]);
    assert.deepEqual(bracketed({ code: 'PR401-AU-0001', text: 'Authorization required.' }), []);
  });

  it('say which right is missing, and on what', () => {
    const place = { name: 'sales/stock', right: 'write' } as const;
    const { detail } = personiumFailure(refusal('PR403-AU-0002'), place);
    assert.deepEqual(
      [detail.code, detail.args],
      ['personium.needsRight', { right: 'write', place: 'sales/stock' }],
    );
    const words = 'Insufficient scope. [root] Privilege is required.';
    const scope = personiumFailure(refusal('PR403-AU-0007', words), place).detail;
    assert.deepEqual(
      [scope.code, scope.args],
      ['personium.needsScope', { right: 'root', place: 'sales/stock' }],
    );
  });

  it('tell what passes, what takes a right, and what stays', () => {
    const busy = ['PR409-CM-0002', 'PR409-MC-0001', 'PR503-SV-0001', 'PR503-SV-0004', 'PR408-MC-0001'];
    for (const code of busy) {
      assert.deepEqual([isBusy(code), natureOfCode(code)], [true, 'passing'], code);
    }
    for (const code of [
      'PR409-CM-0001',
      'PR503-SV-0005',
      'PR400-OD-0006',
      'PR401-AU-0002',
      'PR412-OD-0002',
    ]) {
      assert.deepEqual([isBusy(code), natureOfCode(code)], [false, 'lasting'], code);
    }
    assert.equal(natureOfCode('PR403-AU-0002'), 'forbidden');
    assert.deepEqual([isBusy('PR500-SV-0001'), natureOfCode('PR500-SV-0001')], [false, 'passing']);
  });

  it('that are not known count by the status they carry', () => {
    const codes = ['PR401-XX-0001', 'PR403-XX-0001', 'PR404-XX-0001', 'PR412-XX-0001', 'PR503-XX-0001'];
    assert.deepEqual(codes.map(kindOf), ['signIn', 'right', 'gone', 'changed', 'wait']);
    assert.deepEqual(['PR400-XX-0001', 'PR500-XX-0001', 'x'].map(kindOf), ['request', 'server', 'request']);
    const { detail } = personiumFailure(refusal('PR400-XX-0001'));
    assert.deepEqual(
      [detail.code, detail.args],
      ['personium.refused', { code: 'PR400-XX-0001', status: '400' }],
    );
  });
});

describe('an answer of something in front of the unit', () => {
  for (const [status, code, nature] of [
    [302, 'personium.redirected', 'lasting'],
    [200, 'personium.unexpectedAnswer', 'lasting'],
    [400, 'personium.unexpectedAnswer', 'lasting'],
    [413, 'personium.tooLarge', 'lasting'],
    [429, 'personium.unavailable', 'passing'],
    [500, 'personium.serverFailed', 'passing'],
    [502, 'personium.unavailable', 'passing'],
    [504, 'personium.unavailable', 'passing'],
  ] as const) {
    it(`is told by its status ${status} alone`, () => {
      const failure = personiumFailure(answer(status, '<html>no</html>'));
      assert.ok(failure instanceof PersoniumRefusal);
      assert.deepEqual([failure.detail.code, failure.nature, failure.personiumCode], [code, nature, '']);
      assert.equal(failure.detail.verbatim, undefined);
    });
  }
});
