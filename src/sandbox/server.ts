import type { OAuthAccess, KintoneAccess } from './access';
import { makeAppAccess, makeUsers, nameAndPassword, tokensOf } from './access';
import type { AppDefinition } from './apps/definition';
import { BIRD_STRIKES } from './apps/birdStrikes';
import { CUSTOMERS } from './apps/customers';
import { EVERYTHING } from './apps/everything';
import { LEDGER } from './apps/ledger';
import { ORDERS } from './apps/orders';
import { partnersApp, SALARIES } from './apps/otherApps';
import { ZIP_CODES } from './apps/zipCodes';
import type { Json } from './apps/properties';
import type { ApiToken, Right, User } from './auth';
import { SignIns } from './auth';
import type { CallCounts } from './callCounter';
import { CallCounter } from './callCounter';
import { exportText } from './export/exportText';
import type { ExportOptions } from './export/exportText';
import type { Disturbance, FaultHit, FaultSettings } from './faults';
import { Faults } from './faults';
import { allRecords } from './http/controlEndpoint';
import { listen } from './http/listen';
import { router } from './http/router';
import { TOKEN_PATH } from './http/tokenEndpoint';
import type { Limits } from './limits';
import { USUAL_LIMITS } from './limits';
import { OAuthTokens, SCOPES } from './oauth';
import type { Scope } from './oauth';
import type { SandboxOptions } from './options';
import type { PersoniumAccess, PersoniumControl } from './personium/unit';
import { startPersonium } from './personium/unit';
import type { KeptRecord } from './records/recordStore';
import { Site } from './records/site';
import { RemovedFields } from './removedFields';
import type { LogSummary } from './requestLog';
import { RequestLog } from './requestLog';
import { randomSecret, secrets } from './secrets';
import type { SandboxState } from './state';
import { disturb, giveBack, reset } from './state';

export type { KintoneAccess, SandboxApp } from './access';
export type { PersoniumAccess, PersoniumControl } from './personium/unit';

/** What tests in the same process may do beside talking HTTP. */
export interface SandboxControl {
  /** All records of an app, plain values by field code with `$id` and `$revision`, in the order of ids. */
  records(appId: string): readonly Readonly<Record<string, Json>>[];
  count(appId: string): number;
  /** Every record that was ever kept, in the order of ids. */
  history(appId: string): readonly KeptRecord[];
  log(): LogSummary;
  /** Calls of today by app. */
  calls(): CallCounts;
  setFaults(settings: FaultSettings): void;
  /** What the faults have met, oldest first. */
  faultHits(): readonly FaultHit[];
  /** Lets something happen at once that a fault would let happen before a request. */
  disturb(disturbance: Disturbance): void;
  setLimits(limits: Partial<Limits>): void;
  reset(): void;
  addUser(user: User): void;
  addToken(token: ApiToken): void;
  /** An access token of the user `admin` with these scopes. */
  addAccessToken(token: string, scopes: readonly Scope[], lifetimeSeconds?: number): void;
  revokeSignIns(): void;
  /** Takes rights in an app from everybody. */
  withdrawRights(appId: string, rights: readonly Right[]): void;
  /** Sign-ins, rights and fields as they were at the start. */
  giveBack(): void;
  /** The file Kintone's own screen would export. */
  exportText(appId: string, options?: ExportOptions): string;
}

export interface Sandbox {
  readonly kintone: KintoneAccess;
  readonly control: SandboxControl;
  /** A unit beside it, on a port of its own. */
  readonly personium: PersoniumAccess;
  readonly personiumControl: PersoniumControl;
  /** Ends all connections; resolves when the port is free. */
  close(): Promise<void>;
}

type Secret = (name: string) => string;

const ONE_HOUR = 3600;

/** Starts a sandbox on the loopback interfaces. Rejects when the port can't be had. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const guestSpaceId = options.guestSpaceId ?? '7';
  const open = [CUSTOMERS, ZIP_CODES, BIRD_STRIKES, ORDERS, EVERYTHING, LEDGER, ...(options.moreApps ?? [])];
  const guest = [partnersApp(guestSpaceId)];
  const secret = secrets(options.seed);
  const state = stateOf([...open, ...guest, SALARIES], options, secret);
  const controlToken = secret('control');
  const closing = new AbortController();
  const { port, certificates, seed, latencyMs = 0, recordLatencyMs = 0 } = options;
  const server = await listen({ port: port ?? 0, certificates }, router(state, controlToken, closing.signal));
  const unit = await startPersonium({
    seed,
    certificates,
    latencyMs,
    recordLatencyMs,
    ...options.personium,
  }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const scheme = certificates === undefined ? 'http' : 'https';
  // By this name, for the official tools take plain http from no other.
  const baseUrl = `${scheme}://localhost:${server.port}`;
  const { admin, ...others } = makeUsers(secret);
  const { basicAuthentication } = options;
  return {
    kintone: {
      baseUrl,
      ...nameAndPassword(admin),
      otherUsers: {
        twoFactor: nameAndPassword(others.twoFactor),
        lockedOut: nameAndPassword(others.lockedOut),
        viewer: nameAndPassword(others.viewer),
        clerk: nameAndPassword(others.clerk),
        restricted: nameAndPassword(others.restricted),
      },
      oauth: oauthAccess(baseUrl, secret),
      ...(basicAuthentication === undefined ? {} : { basicAuthentication }),
      apps: open.map((app) => makeAppAccess(app, secret)),
      guestSpace: { id: guestSpaceId, apps: guest.map((app) => makeAppAccess(app, secret)) },
      restrictedApp: { id: SALARIES.id, name: SALARIES.name },
      controlToken,
    },
    control: controlOf(state),
    personium: unit.access,
    personiumControl: unit.control,
    close: async () => {
      closing.abort();
      await Promise.all([server.close(), unit.close()]);
    },
  };
}

function stateOf(
  definitions: readonly AppDefinition[],
  options: SandboxOptions,
  secret: Secret,
): SandboxState {
  const users = makeUsers(secret);
  const access = oauthAccess('', secret);
  const oauth = new OAuthTokens(
    { id: access.clientId, secret: access.clientSecret },
    { lifetimeSeconds: ONE_HOUR, rotatesRefreshToken: false, ...options.oauth },
    randomSecret,
  );
  const grant = { userName: users.admin.name, scopes: new Set(access.scopes) };
  oauth.addAccessToken(access.accessToken, grant);
  oauth.addAccessToken(access.expiredAccessToken, grant, 0);
  oauth.addRefreshToken(access.refreshToken, grant);
  const signIns = new SignIns(oauth, options);
  for (const user of Object.values(users)) {
    signIns.addUser(user);
  }
  for (const token of definitions
    .filter(({ hidden }) => hidden !== true)
    .flatMap((app) => tokensOf(makeAppAccess(app, secret)))) {
    signIns.addToken(token);
  }
  const faults = new Faults();
  faults.set(options);
  return {
    apps: new Site(definitions, options),
    signIns,
    faults,
    removedFields: new RemovedFields(),
    log: new RequestLog(),
    calls: new CallCounter(),
    limits: { ...USUAL_LIMITS, ...options.limits },
    oauthRefusal: options.oauthRefusal ?? { status: 403, code: 'CB_OA01' },
    onBug: (error) =>
      process.stderr.write(`sandbox: ${String(error instanceof Error ? error.stack : error)}\n`),
  };
}

function oauthAccess(baseUrl: string, secret: Secret): OAuthAccess {
  return {
    clientId: secret('oauth client'),
    clientSecret: secret('oauth client secret'),
    tokenEndpoint: `${baseUrl}${TOKEN_PATH}`,
    accessToken: secret('oauth access'),
    refreshToken: secret('oauth refresh'),
    expiredAccessToken: secret('oauth expired'),
    scopes: SCOPES,
  };
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
    history: (id) => [...app(id).records.history()],
    log: () => state.log.summary(),
    calls: () => state.calls.counts(state.limits.callsPerDay),
    setFaults: (settings) => state.faults.set(settings),
    faultHits: () => state.faults.hits,
    disturb: (disturbance) => disturb(state, [disturbance]),
    setLimits: (limits) => {
      state.limits = { ...state.limits, ...limits };
    },
    reset: () => reset(state),
    addUser: (user) => state.signIns.addUser(user),
    addToken: (token) => state.signIns.addToken(token),
    addAccessToken: (token, scopes, lifetimeSeconds) =>
      state.signIns.oauth.addAccessToken(
        token,
        { userName: 'admin', scopes: new Set(scopes) },
        lifetimeSeconds,
      ),
    revokeSignIns: () => state.signIns.revokeAll(),
    withdrawRights: (id, rights) => state.signIns.withdraw(id, rights),
    giveBack: () => giveBack(state),
    exportText: (id, options) => exportText(app(id), options),
  };
}
