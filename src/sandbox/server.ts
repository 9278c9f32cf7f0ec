import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { parseApiPath } from './api/paths';
import type { AppDefinition } from './apps/definition';
import { BIRD_STRIKES } from './apps/birdStrikes';
import { CUSTOMERS } from './apps/customers';
import { partnersApp, SALARIES } from './apps/otherApps';
import { ZIP_CODES } from './apps/zipCodes';
import type { Json } from './apps/properties';
import type { ApiToken, User } from './auth';
import { ALL_RIGHTS, SignIns } from './auth';
import type { FaultSettings } from './faults';
import { Faults } from './faults';
import type { SandboxState } from './http/apiEndpoint';
import { ApiEndpoint } from './http/apiEndpoint';
import { allRecords, ControlEndpoint, reset } from './http/controlEndpoint';
import { isLoopbackHost, sendHtml, sendJson } from './http/exchange';
import { pageFor } from './http/pages';
import { ApiError, errorBody } from './apiError';
import type { SandboxOptions } from './options';
import { App } from './records/app';
import type { LogSummary } from './requestLog';
import { RequestLog } from './requestLog';
import { chooseLanguage, TEXTS } from './texts';

export interface SandboxApp {
  readonly id: string;
  readonly name: string;
  /** May view, add, edit and delete. */
  readonly apiToken: string;
  /** May only view. */
  readonly viewOnlyApiToken: string;
}

/** Where the sandbox is and how to sign in. */
export interface KintoneAccess {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  readonly apps: readonly SandboxApp[];
  readonly guestSpace: { readonly id: string; readonly apps: readonly SandboxApp[] };
  /** An app that exists and that the user may not see. */
  readonly restrictedApp: { readonly id: string; readonly name: string };
  /** Opens `/sandbox/…`. */
  readonly controlToken: string;
}

/** What tests in the same process may do beside talking HTTP. */
export interface SandboxControl {
  /** All records of an app, plain values by field code with `$id` and `$revision`, in the order of ids. */
  records(appId: string): readonly Readonly<Record<string, Json>>[];
  count(appId: string): number;
  log(): LogSummary;
  setFaults(settings: FaultSettings): void;
  reset(): void;
  addUser(user: User): void;
  addToken(token: ApiToken): void;
  revokeSignIns(): void;
}

export interface Sandbox {
  readonly kintone: KintoneAccess;
  readonly control: SandboxControl;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

const USER_NAME = 'admin';

/** Starts a sandbox on the loopback interfaces. Rejects when the port can't be had. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const guestSpaceId = options.guestSpaceId ?? '7';
  const open = [CUSTOMERS, ZIP_CODES, BIRD_STRIKES];
  const guest = [partnersApp(guestSpaceId)];
  const definitions = [...open, ...guest, SALARIES];
  const state: SandboxState = {
    apps: new Map(definitions.map((definition) => [definition.id, new App(definition)])),
    signIns: new SignIns(),
    faults: new Faults(),
    log: new RequestLog(),
    onBug: (error) =>
      process.stderr.write(`sandbox: ${String(error instanceof Error ? error.stack : error)}\n`),
  };
  state.faults.set(options);
  const secret = secrets(options.seed);
  const user = { name: USER_NAME, password: secret('password'), rights: ALL_RIGHTS };
  state.signIns.addUser(user);
  const describe = (definition: AppDefinition) => sandboxApp(definition, state.signIns, secret);
  const controlToken = secret('control');

  const closing = new AbortController();
  const servers = await listen(options.port ?? 0, handler(state, controlToken, closing.signal));
  return {
    kintone: {
      baseUrl: `http://localhost:${servers.port}`,
      username: user.name,
      password: user.password,
      apps: open.map(describe),
      guestSpace: { id: guestSpaceId, apps: guest.map(describe) },
      restrictedApp: { id: SALARIES.id, name: SALARIES.name },
      controlToken,
    },
    control: controlOf(state),
    close: async () => {
      closing.abort();
      await Promise.all(servers.all.map(closeServer));
    },
  };
}

function sandboxApp(
  { id, name }: AppDefinition,
  signIns: SignIns,
  secret: (name: string) => string,
): SandboxApp {
  const app = { id, name, apiToken: secret(`app ${id}`), viewOnlyApiToken: secret(`app ${id} view`) };
  signIns.addToken({ token: app.apiToken, appId: id, rights: ALL_RIGHTS });
  signIns.addToken({ token: app.viewOnlyApiToken, appId: id, rights: ['view'] });
  return app;
}

function controlOf(state: SandboxState): SandboxControl {
  const app = (id: string) => {
    const found = state.apps.get(id);
    if (found === undefined) {
      throw new RangeError(`No app ${id}`);
    }
    return found;
  };
  return {
    records: (id) => [...allRecords(app(id))],
    count: (id) => app(id).records.count,
    log: () => state.log.summary(),
    setFaults: (settings) => state.faults.set(settings),
    reset: () => reset(state),
    addUser: (user) => state.signIns.addUser(user),
    addToken: (token) => state.signIns.addToken(token),
    revokeSignIns: () => state.signIns.revokeAll(),
  };
}

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** The longest request line the service takes. */
const LONGEST_URL = 8192;

function handler(state: SandboxState, controlToken: string, closing: AbortSignal): RequestHandler {
  const api = new ApiEndpoint(state, closing);
  const control = new ControlEndpoint(state, controlToken);
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const language = chooseLanguage(request.headers['accept-language']);
    const target = request.url ?? '/';
    if (!isLoopbackHost(request.headers.host)) {
      sendJson(response, 421, { message: 'The sandbox answers to localhost alone.' });
      return;
    }
    if (target.length > LONGEST_URL) {
      sendHtml(response, 414, '<!doctype html><title>414</title><h1>414 Request-URI Too Large</h1>');
      return;
    }
    const url = new URL(`http://localhost${target.startsWith('/') ? target : '/'}`);
    const path = parseApiPath(url.pathname);
    if (path !== undefined) {
      await api.handle(request, response, url, path);
      return;
    }
    if (url.pathname.startsWith('/sandbox/')) {
      await control.handle(request, response, url);
      return;
    }
    const page = request.method === 'GET' ? pageFor(url.pathname, state.apps, language) : undefined;
    if (page === undefined) {
      sendJson(response, 404, errorBody(new ApiError(404, 'CB_IL02', TEXTS.notFound), language));
      return;
    }
    sendHtml(response, page.status, page.html);
  };
  return (request, response) => {
    route(request, response).catch((error: unknown) => {
      // The client went away, or a bug: an unanswered request must not hang.
      if (!(error instanceof Error && 'code' in error)) {
        state.onBug(error);
      }
      response.destroy();
    });
  };
}

interface Listening {
  readonly port: number;
  readonly all: readonly Server[];
}

const ATTEMPTS = 5;

/**
 * Listens on 127.0.0.1 and, where there is IPv6, on ::1 at the same port: `localhost` may mean either. When the port is
 * free to choose and taken on one of them, another is tried, lest `localhost` lead to somebody else.
 */
async function listen(wantedPort: number, handle: RequestHandler): Promise<Listening> {
  for (let attempt = 1; ; attempt++) {
    const first = await listenOn('127.0.0.1', wantedPort, handle);
    const port = portOf(first);
    try {
      return { port, all: [first, await listenOn('::1', port, handle)] };
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken) {
        return { port, all: [first] };
      }
      await closeServer(first);
      if (wantedPort !== 0 || attempt === ATTEMPTS) {
        throw error;
      }
    }
  }
}

async function listenOn(host: string, port: number, handle: RequestHandler): Promise<Server> {
  // Longer than clients keep unused connections, so that none is closed under a request that just starts.
  const server = createServer({ keepAliveTimeout: 120_000 }, handle);
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function secrets(seed: string | undefined): (name: string) => string {
  return (name) =>
    seed === undefined
      ? randomBytes(20).toString('hex')
      : createHash('sha256').update(`${seed}\n${name}`).digest('hex').slice(0, 40);
}
