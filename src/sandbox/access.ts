import type { AppDefinition } from './apps/definition';
import type { ApiToken, NameAndPassword, User } from './auth';
import { ALL_RIGHTS, RECORD_RIGHTS } from './auth';
import type { Scope } from './oauth';

export interface SandboxApp {
  readonly id: string;
  readonly name: string;
  /** May view, add, edit and delete. */
  readonly apiToken: string;
  /** May only view. */
  readonly viewOnlyApiToken: string;
  /** May do everything, and manage the app: also say who wrote a record, and when. */
  readonly managingApiToken: string;
  /** Made, and not yet put to work: refused. */
  readonly undeployedApiToken: string;
}

/** An OAuth client with an access token, and what is needed to have another. */
export interface OAuthAccess {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokenEndpoint: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiredAccessToken: string;
  readonly scopes: readonly Scope[];
}

/** Where the sandbox is and how to sign in. */
export interface KintoneAccess {
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  /** Users who are refused, or may not do everything. */
  readonly otherUsers: {
    readonly twoFactor: NameAndPassword;
    readonly lockedOut: NameAndPassword;
    /** May only view. */
    readonly viewer: NameAndPassword;
    /** May work with records and not manage apps; may not change the internal note of the orders. */
    readonly clerk: NameAndPassword;
    /** May do everything but manage, yet not with every record and field of the orders app. */
    readonly restricted: NameAndPassword;
  };
  readonly oauth: OAuthAccess;
  /** Asked for in front of everything else; absent: nothing is. */
  readonly basicAuthentication?: NameAndPassword;
  readonly apps: readonly SandboxApp[];
  readonly guestSpace: { readonly id: string; readonly apps: readonly SandboxApp[] };
  /** An app that exists and that the user may not see. */
  readonly restrictedApp: { readonly id: string; readonly name: string };
  /** Opens `/sandbox/…`. */
  readonly controlToken: string;
}

type Secret = (name: string) => string;

/** The user who may do everything, and those who may not. */
export function makeUsers(
  secret: Secret,
): Readonly<Record<'admin' | keyof KintoneAccess['otherUsers'], User>> {
  const user = (name: string, rest: Partial<User>): User => ({
    name,
    password: secret(name === 'admin' ? 'password' : `password ${name}`),
    rights: ALL_RIGHTS,
    ...rest,
  });
  return {
    admin: user('admin', {}),
    twoFactor: user('ito', { twoFactor: true }),
    lockedOut: user('tanaka', { lockedOut: true }),
    viewer: user('suzuki', { rights: ['view'] }),
    clerk: user('sato', { rights: RECORD_RIGHTS }),
    restricted: user('sato', { rights: RECORD_RIGHTS }),
  };
}

export function nameAndPassword({ name, password }: User): NameAndPassword {
  return { username: name, password };
}

/** The tokens of an app, as its settings list them. */
export function makeAppAccess({ id, name }: AppDefinition, secret: Secret): SandboxApp {
  return {
    id,
    name,
    apiToken: secret(`app ${id}`),
    viewOnlyApiToken: secret(`app ${id} view`),
    managingApiToken: secret(`app ${id} manage`),
    undeployedApiToken: secret(`app ${id} undeployed`),
  };
}

export function tokensOf(app: SandboxApp): readonly ApiToken[] {
  const appId = app.id;
  return [
    { token: app.apiToken, appId, rights: RECORD_RIGHTS },
    { token: app.viewOnlyApiToken, appId, rights: ['view'] },
    { token: app.managingApiToken, appId, rights: ALL_RIGHTS },
    { token: app.undeployedApiToken, appId, rights: ALL_RIGHTS, undeployed: true },
  ];
}
