import type { KintoneSignIn } from '../../core/endpoints/kintone/signIn';
import type { OAuthSignIn } from '../../core/endpoints/kintone/oauth';
import type { ClientCertificate } from '../../core/endpoints/trust';
import type {
  ConnectionApp,
  EntranceKind,
  KintoneConnection,
  KintoneWay,
  PersoniumWay,
} from '../connections/connection';

/** What the questions about a client certificate need. */
export interface CertificateDraft {
  readonly signIn: KintoneWay | PersoniumWay;
  readonly entrance: readonly EntranceKind[];
  /** Without a name when it is the stored one, whose password is known. */
  certificate: (ClientCertificate & { readonly fileName?: string }) | undefined;
  /** Of the sign-in that is to be renewed; what has not changed need not be entered again. */
  readonly stored: { readonly certificate?: ClientCertificate };
}

/** A connection to a Kintone domain on its way: what was answered so far. */
export interface ConnectionDraft extends CertificateDraft {
  readonly id: string;
  baseUrl: string;
  guestSpaceId?: string;
  name: string;
  signIn: KintoneWay;
  entrance: readonly EntranceKind[];
  username: string;
  /** Numbers of the apps the tokens belong to, then with their names. */
  appIds: readonly string[];
  apps: readonly ConnectionApp[];
  basic: { readonly username: string; readonly password: string };
  oauth: { accessToken: string; refreshToken: string; clientId: string };
  readonly stored: CertificateDraft['stored'] & {
    readonly basicPassword: string;
    readonly clientSecret: string;
  };
  /** Whole, tried and taken. */
  secret: KintoneSignIn | undefined;
}

export function newDraft(id: string, known?: KintoneConnection, signIn?: KintoneSignIn): ConnectionDraft {
  const { basic, certificate, oauth } = partsOf(signIn);
  return {
    id,
    baseUrl: known?.baseUrl ?? '',
    ...(known?.guestSpaceId === undefined ? {} : { guestSpaceId: known.guestSpaceId }),
    name: known?.name ?? '',
    signIn: known?.signIn ?? 'password',
    entrance: known?.entrance ?? [],
    username: known?.username ?? '',
    appIds: (known?.apps ?? []).map((app) => app.id),
    apps: known?.apps ?? [],
    basic: { username: basic?.username ?? '', password: '' },
    certificate,
    oauth: { accessToken: '', refreshToken: '', clientId: oauth?.clientId ?? '' },
    stored: {
      basicPassword: basic?.password ?? '',
      clientSecret: oauth?.clientSecret ?? '',
      ...(certificate === undefined ? {} : { certificate }),
    },
    secret: undefined,
  };
}

function partsOf(signIn: KintoneSignIn | undefined): {
  readonly basic?: ConnectionDraft['basic'] | undefined;
  readonly certificate?: ClientCertificate | undefined;
  readonly oauth?: OAuthSignIn;
} {
  if (signIn === undefined) return {};
  const { certificate } = signIn;
  return signIn.kind === 'oauth' ? { certificate, oauth: signIn } : { certificate, basic: signIn.basic };
}

/** Whether something in front is to be passed; Basic authentication can't go together with OAuth. */
export function asksFor(
  { entrance, signIn }: Pick<CertificateDraft, 'entrance' | 'signIn'>,
  kind: EntranceKind,
): boolean {
  return entrance.includes(kind) && (kind !== 'basic' || signIn !== 'oauth');
}

/** What comes with the sign-in itself. */
export function entranceOf(draft: ConnectionDraft): Pick<KintoneSignIn, 'certificate'> & {
  readonly basic?: ConnectionDraft['basic'];
} {
  return { ...(asksFor(draft, 'basic') ? { basic: draft.basic } : {}), ...certificateOf(draft) };
}

/** The certificate to show, where one is asked for. */
export function certificateOf(draft: CertificateDraft): { readonly certificate?: ClientCertificate } {
  const { certificate } = draft;
  return asksFor(draft, 'certificate') && certificate !== undefined
    ? { certificate: { pfx: certificate.pfx, passphrase: certificate.passphrase } }
    : {};
}

export function connectionOf(draft: ConnectionDraft): KintoneConnection {
  const { id, baseUrl, guestSpaceId, signIn } = draft;
  const entrance = draft.entrance.filter((kind) => asksFor(draft, kind));
  return {
    id,
    name: draft.name === '' ? new URL(baseUrl).hostname : draft.name,
    baseUrl,
    ...(guestSpaceId === undefined ? {} : { guestSpaceId }),
    kind: 'kintone',
    signIn,
    ...(signIn === 'password' ? { username: draft.username } : {}),
    ...(entrance.length === 0 ? {} : { entrance }),
    ...(signIn === 'apiToken' ? { apps: draft.apps } : {}),
  };
}

/** The parts of a list as people type or paste it. */
export function listParts(text: string): string[] {
  return text
    .split(/[,、;\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
