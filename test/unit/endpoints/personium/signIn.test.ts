import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { failureMessage, judgeFailure } from '../../../../src/core/endpoints/networkFailure';
import { isOverride, withPersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import type { PersoniumSignIn } from '../../../../src/core/endpoints/personium/signIn';
import { trySignIn } from '../../../../src/core/endpoints/personium/trySignIn';
import type { HttpRequest, Transport } from '../../../../src/core/endpoints/transport';
import { createUndiciTransport } from '../../../../src/core/endpoints/undiciTransport';
import { ExpectedError } from '../../../../src/core/message';
import { failureOf, serve } from '../loopback';
import type { Loopback } from '../loopback';
import { refused } from './scriptedCell';
import type { Scripted } from './scriptedCell';

const ACCOUNT: PersoniumSignIn = { kind: 'account', username: 'clerk', password: 'pass word+1' };

/** A unit that gives out the tokens `t1`, `t2` … and takes those that `takes` says. */
class ScriptedUnit {
  readonly forms: URLSearchParams[] = [];
  readonly tokenPaths: string[] = [];
  /** What other paths were asked with. */
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[] = [];
  now = 1_000_000;
  readonly slept: number[] = [];
  given = 0;
  token: (form: URLSearchParams) => Scripted = () => this.give();
  takes: (token: string) => Scripted = () => ({ status: 200, body: {} });
  server!: Loopback;
  readonly transport = createUndiciTransport();

  async open(): Promise<this> {
    this.server = await serve((request, response, body) => {
      const { status, body: content, headers = {} } = this.#answer(request, body);
      response.writeHead(status, headers);
      response.end(typeof content === 'string' ? content : JSON.stringify(content ?? {}));
    });
    return this;
  }

  get cellUrl(): string {
    return `${this.server.url}/shop/`;
  }

  give(more: object = {}): Scripted {
    this.given += 1;
    const tokens = { access_token: `t${this.given}`, refresh_token: `r${this.given}` };
    return { status: 200, body: { ...tokens, token_type: 'Bearer', expires_in: 3600, ...more } };
  }

  signedIn(signIn: PersoniumSignIn = ACCOUNT): Transport {
    return withPersoniumSignIn(this.transport, this.cellUrl, signIn, {
      now: () => this.now,
      sleep: (ms) => {
        this.slept.push(ms);
        this.now += ms;
        return Promise.resolve();
      },
    });
  }

  get(path = '', more: Partial<HttpRequest> = {}): HttpRequest {
    return { method: 'GET', url: `${this.cellUrl}${path}`, headers: {}, ...more };
  }

  async close(): Promise<void> {
    await this.transport.close();
    await this.server.close();
  }

  #answer({ url = '', headers }: IncomingMessage, body: Buffer): Scripted {
    if (url.endsWith('/__token')) {
      const form = new URLSearchParams(body.toString());
      this.forms.push(form);
      this.tokenPaths.push(url);
      return this.token(form);
    }
    this.asked.push({ path: url, authorization: headers.authorization });
    if (headers.authorization === undefined && url === '/shop/') {
      const here = `http://${headers.host ?? ''}`;
      return {
        status: 200,
        body: { cell: { name: 'shop', url: `${here}/shop/` }, unit: { url: this.unitUrl ?? `${here}/` } },
      };
    }
    return this.takes((headers.authorization ?? '').replace('Bearer ', ''));
  }

  unitUrl: string | undefined;
}

let unit: ScriptedUnit;
beforeEach(async () => (unit = await new ScriptedUnit().open()));
afterEach(() => unit.close());

const grants = () => unit.forms.map((form) => form.get('grant_type'));
const only = (taken: string) => (token: string) =>
  token === taken ? { status: 200 } : refused('PR401-AU-0002', 'Access token expired.');

describe('signing in to a cell with an account', () => {
  it('gets a token by the password once, and adds it to every request', async () => {
    const transport = unit.signedIn();
    await Promise.all([transport.request(unit.get('a')), transport.request(unit.get('b'))]);
    await transport.request(unit.get('c'));
    assert.deepEqual(
      unit.forms.map((form) => Object.fromEntries(form)),
      [{ grant_type: 'password', username: 'clerk', password: 'pass word+1' }],
    );
    assert.deepEqual(unit.tokenPaths, ['/shop/__token']);
    assert.deepEqual(
      unit.asked.map(({ authorization }) => authorization),
      ['Bearer t1', 'Bearer t1', 'Bearer t1'],
    );
  });

  it('renews the token before it ends, and goes on with the newest refresh token', async () => {
    const transport = unit.signedIn();
    for (const minutes of [0, 59, 2, 60]) {
      unit.now += minutes * 60_000;
      await transport.request(unit.get());
    }
    assert.deepEqual(
      unit.forms.map((form) => form.get('refresh_token')),
      [null, 'r1', 'r2'],
    );
    assert.deepEqual(
      unit.asked.map(({ authorization }) => authorization),
      ['Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t3'],
    );
  });

  it('renews an ended token once for all who wait, and sends their requests again', async () => {
    unit.takes = only('t2');
    const transport = unit.signedIn();
    const answers = await Promise.all(['a', 'b', 'c'].map((path) => transport.request(unit.get(path))));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.deepEqual(grants(), ['password', 'refresh_token']);
  });

  for (const code of ['PR401-AU-0002', 'PR401-AU-0006', 'PR401-AU-0008']) {
    it(`renews once after ${code}, and hands on a second refusal`, async () => {
      unit.takes = () => refused(code, 'x');
      const { status } = await unit.signedIn().request(unit.get());
      assert.deepEqual([status, unit.asked.length, unit.given], [401, 2, 2]);
    });
  }

  for (const code of ['PR401-AU-0001', 'PR401-AU-0003', 'PR401-AU-0009', 'PR403-AU-0002', 'PR403-AU-0007']) {
    it(`does not try again after ${code}`, async () => {
      unit.takes = () => refused(code, 'x');
      const { status } = await unit.signedIn().request(unit.get());
      assert.deepEqual([status, unit.asked.length, unit.given], [Number(code.slice(2, 5)), 1, 1]);
    });
  }

  it('uses the password when the refresh token has ended', async () => {
    const transport = unit.signedIn();
    await transport.request(unit.get());
    unit.token = (form) =>
      form.get('grant_type') === 'password' ? unit.give() : refused('PR400-AN-0010', 'Token expired.');
    unit.now += 3_600_000;
    await transport.request(unit.get());
    assert.deepEqual(grants(), ['password', 'refresh_token', 'password']);
    assert.equal(unit.asked.at(-1)?.authorization, 'Bearer t2');
  });

  it('sends nothing when the password is refused, and does not ask again within the second', async () => {
    unit.token = () => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: '[PR400-AN-0017] - Authentication failed.' },
    });
    const transport = unit.signedIn();
    const failures = await Promise.all(
      ['a', 'b'].map((path) => failureOf(transport.request(unit.get(path)))),
    );
    assert.deepEqual(
      failures.map(({ bytesSent }) => bytesSent),
      ['none', 'none'],
    );
    assert.equal(unit.forms.length, 1);
    const [failure] = failures;
    assert.ok(failure !== undefined);
    assert.equal(failureMessage(failure).code, 'personium.PR400-AN-0017');
    assert.equal(judgeFailure(failure).kind, 'impossible');
    await failureOf(transport.request(unit.get()));
    assert.deepEqual(unit.slept, [1100]);
    assert.equal(unit.forms.length, 2);
    // Refused again and again, the account might be locked: the next try has to wait longer.
    await failureOf(transport.request(unit.get()));
    assert.deepEqual([unit.slept.length, unit.forms.length], [1, 2]);
    unit.now += 2200;
    await failureOf(transport.request(unit.get()));
    assert.equal(unit.forms.length, 3);
    assert.equal(unit.asked.length, 0);
  });

  it('tries a password that was good once more after the second of somebody else’s wrong one', async () => {
    const transport = unit.signedIn();
    await transport.request(unit.get());
    unit.now += 90_000_000;
    let refusals = 0;
    unit.token = (form) => {
      if (form.get('grant_type') !== 'password') return refused('PR400-AN-0010', 'x');
      refusals += 1;
      return refusals === 1 ? refused('PR400-AN-0017', 'x') : unit.give();
    };
    assert.equal((await transport.request(unit.get())).status, 200);
    assert.deepEqual(unit.slept, [1100]);
  });

  for (const [what, answer, message, kind] of [
    [
      'a password that must be changed',
      refused('PR401-AN-0023', 'x'),
      'personium.PR401-AN-0023',
      'impossible',
    ],
    ['a unit that is busy', refused('PR503-SV-0002', 'x'), 'personium.PR503-SV-0002', 'notCommitted'],
    ['a gateway', { status: 502, body: '<html>' }, 'signIn.tokenBusy', 'notCommitted'],
    ['a page', { status: 200, body: '<html>' }, 'signIn.tokenNotGiven', 'impossible'],
    ['a redirect', { status: 302, headers: { location: '/x' } }, 'signIn.tokenNotGiven', 'impossible'],
    [
      'a token that can’t stand in a header',
      { status: 200, body: { access_token: 'a\nb' } },
      'signIn.tokenNotGiven',
      'impossible',
    ],
  ] as const) {
    it(`explains ${what} in place of a token`, async () => {
      unit.token = () => answer;
      const failure = await failureOf(unit.signedIn().request(unit.get()));
      assert.equal(failure.bytesSent, 'none');
      assert.equal(failureMessage(failure).code, message);
      assert.equal(judgeFailure(failure).kind, kind);
      assert.equal(unit.asked.length, 0);
    });
  }

  it('lets one request give up while others wait for the token', async () => {
    const abort = new AbortController();
    const transport = unit.signedIn();
    const waiting = transport.request(unit.get());
    const given = failureOf(transport.request(unit.get('', { signal: abort.signal })));
    abort.abort();
    assert.deepEqual([(await given).code, (await given).bytesSent], ['ABORT_ERR', 'none']);
    assert.equal((await waiting).status, 200);
  });
});

describe('signing in to a cell in other ways', () => {
  it('as a unit user gets a token for the cell’s own unit from the other cell', async () => {
    const big = 'x'.repeat(6000);
    unit.token = () => unit.give({ access_token: big });
    const issuer = `${unit.server.url}/unitadmin`;
    const transport = unit.signedIn({ kind: 'unitUser', issuer, username: 'u', password: 'p' });
    await transport.request(unit.get());
    assert.deepEqual(unit.tokenPaths, ['/unitadmin/__token']);
    assert.equal(unit.forms[0]?.get('p_target'), `${unit.server.url}/`);
    assert.equal(unit.asked.at(-1)?.authorization, `Bearer ${big}`);
    unit.now += 3_600_000;
    await transport.request(unit.get());
    assert.equal(unit.forms[1]?.get('p_target'), `${unit.server.url}/`);
    assert.equal(unit.forms[1].get('grant_type'), 'refresh_token');
  });

  it('as a unit user asks for no token for a unit in which the cell does not lie', async () => {
    unit.unitUrl = 'https://other.example/';
    const issuer = `${unit.server.url}/unitadmin/`;
    const transport = unit.signedIn({ kind: 'unitUser', issuer, username: 'u', password: 'p' });
    const failure = await failureOf(transport.request(unit.get()));
    assert.equal(failureMessage(failure).code, 'signIn.otherUnit');
    assert.equal(unit.forms.length, 0);
  });

  it('by a token asks for none, and hands on what the cell says', async () => {
    unit.takes = () => refused('PR401-AU-0002', 'x');
    const transport = unit.signedIn({ kind: 'bearer', token: ' Bearer master-1 ' });
    assert.equal((await transport.request(unit.get())).status, 401);
    assert.deepEqual(
      unit.asked.map(({ authorization }) => authorization),
      ['Bearer master-1'],
    );
    assert.equal(unit.forms.length, 0);
  });

  it('by cookie sends the cookie and its peer, and no Authorization', async () => {
    const transport = unit.signedIn({ kind: 'cookie', cookie: 'p_cookie=abc', peer: 'p-1' });
    await transport.request(unit.get('x'));
    await transport.request(unit.get('x?$top=1', { headers: { authorization: 'Bearer other' } }));
    const [first, second] = unit.server.requests;
    assert.deepEqual([first?.url, first?.headers.cookie], ['/shop/x?p_cookie_peer=p-1', 'p_cookie=abc']);
    assert.deepEqual(
      [second?.url, second?.headers.authorization],
      ['/shop/x?$top=1&p_cookie_peer=p-1', undefined],
    );
  });

  it('refuses what can’t stand in a header', () => {
    for (const signIn of [
      { kind: 'bearer', token: '' },
      { kind: 'bearer', token: 'a\r\nb' },
      { kind: 'cookie', cookie: 'a', peer: ' ' },
    ] as const) {
      assert.throws(
        () => unit.signedIn(signIn),
        (error) => error instanceof ExpectedError && error.detail.code === 'signIn.tokenUnusable',
      );
    }
  });
});

describe('a signed-in request', () => {
  const bearer: PersoniumSignIn = { kind: 'bearer', token: 'secret' };
  const leaves = (signIn: PersoniumSignIn, url: string): Promise<void> =>
    assert.rejects(unit.signedIn(signIn).request(unit.get('', { url })), /leave its cell/);

  it('goes nowhere but to its cell', async () => {
    const { url } = unit.server;
    for (const signIn of [ACCOUNT, bearer]) {
      await leaves(signIn, `${url}/other/`);
      await leaves(signIn, `${url}/shop/../other/`);
      await leaves(signIn, `${url}/shop-2/`);
      await leaves(signIn, 'https://evil.example/shop/');
      await leaves(signIn, url.replace('http://', 'http://me:secret@') + '/shop/');
    }
    assert.equal(unit.asked.length, 0);
  });

  it('goes to the unit only with what may be the unit’s', async () => {
    const cells = `${unit.server.url}/__ctl/Cell`;
    await leaves(ACCOUNT, cells);
    assert.equal((await unit.signedIn(bearer).request(unit.get('', { url: cells }))).status, 200);
    assert.equal(
      (await unit.signedIn(bearer).request(unit.get('', { url: `${unit.server.url}/` }))).status,
      200,
    );
  });

  it('is not followed to where the cell points', async () => {
    unit.takes = () => ({ status: 302, headers: { location: '/shop/elsewhere' } });
    assert.equal((await unit.signedIn(bearer).request(unit.get())).status, 302);
    assert.equal(unit.asked.length, 1);
  });

  it('carries the lines of X-Override, each by itself, and those of nobody else', async () => {
    const overrides = ['X-Personium-Priority: high', 'X-Note: a, b'];
    await unit
      .signedIn({ ...ACCOUNT, overrides })
      .request(unit.get('', { headers: { 'X-Override': 'Host: a' } }));
    for (const { rawHeaders } of unit.server.requests) {
      const lines = rawHeaders.filter((_, at) => rawHeaders[at - 1]?.toLowerCase() === 'x-override');
      assert.deepEqual(lines, overrides);
    }
    assert.equal(unit.server.requests.length, 2);
  });

  it('carries no line that signs in or leads elsewhere', () => {
    for (const line of [
      'Authorization: Bearer x',
      'cookie: a=b',
      'Host: x',
      'Proxy-Authorization: x',
      'X-Override: a: b',
      'X-Forwarded-Path: /other',
      'no colon',
      'Empty: ',
      'A: b\r\nAuthorization: c',
    ]) {
      assert.equal(isOverride(line), false, line);
      assert.throws(
        () => unit.signedIn({ ...ACCOUNT, overrides: [line] }),
        (error) => error instanceof ExpectedError && error.detail.code === 'signIn.override',
      );
    }
    assert.ok(isOverride('X-Forwarded-For: 203.0.113.1'));
  });

  it('goes over plain http to this computer only', () => {
    assert.throws(() => withPersoniumSignIn(unit.transport, 'http://unit.example/cell/', bearer));
  });
});

describe('trying a sign-in to a cell', () => {
  const page = (status: Scripted): ((token: string) => Scripted) => {
    let times = 0;
    return () => {
      times += 1;
      const url = unit.server.url;
      const body = { cell: { name: 'shop', url: `${url}/shop/` }, unit: { url: `${url}/` } };
      return times === 1 ? status : { status: 200, body };
    };
  };

  for (const [what, answer, root] of [
    ['root is there', { status: 200, body: { status: 'ready' } }, true],
    ['root is not there', refused('PR403-AU-0002', 'x'), false],
    ['the scope lacks root', refused('PR403-AU-0007', 'x'), false],
    ['the cell has failed and does not tell', refused('PR409-CM-0001', 'x'), null],
  ] as const) {
    it(`tells that ${what}, and what the cell is called`, async () => {
      unit.takes = page(answer);
      const tried = await trySignIn(unit.signedIn(), unit.cellUrl);
      assert.deepEqual([tried.root, tried.cell.name], [root, 'shop']);
      assert.deepEqual(
        unit.asked.map(({ path }) => path),
        ['/shop/__import', '/shop/'],
      );
    });
  }

  it('says what is wrong with it', async () => {
    unit.takes = () => refused('PR401-AU-0006', 'Token parse error.');
    await assert.rejects(
      trySignIn(unit.signedIn({ kind: 'bearer', token: 'x' }), unit.cellUrl),
      (error) => error instanceof ExpectedError && error.detail.code === 'personium.PR401-AU-0006',
    );
  });
});
