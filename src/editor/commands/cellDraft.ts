import type { PersoniumSignIn } from '../../core/endpoints/personium/signIn';
import type { ClientCertificate } from '../../core/endpoints/trust';
import type { PersoniumConnection, PersoniumWay } from '../connections/connection';
import { asksFor, type CertificateDraft } from './connectionDraft';

/** A connection to a cell on its way: what was answered so far. */
export interface CellDraft extends CertificateDraft {
  readonly id: string;
  /** Without a slash at the end. */
  baseUrl: string;
  /** What the cell says of itself; '' until it was asked. */
  cellName: string;
  /** Its own address where that is another one than was typed. */
  canonical: string | undefined;
  /** The URL of which the person was told that no cell answers there. */
  doubted: string | undefined;
  name: string;
  signIn: PersoniumWay;
  username: string;
  issuer: string;
  overrides: readonly string[];
  entrance: NonNullable<PersoniumConnection['entrance']>;
  cookie: string;
  /** Whole, tried and taken. */
  secret: PersoniumSignIn | undefined;
}

export function newCellDraft(
  id: string,
  known?: PersoniumConnection,
  certificate?: ClientCertificate,
): CellDraft {
  return {
    id,
    baseUrl: known?.baseUrl ?? '',
    cellName: known?.cellName ?? '',
    canonical: undefined,
    doubted: undefined,
    name: known?.name ?? '',
    signIn: known?.signIn ?? 'account',
    username: known?.username ?? '',
    issuer: known?.issuer ?? '',
    overrides: known?.overrides ?? [],
    entrance: known?.entrance ?? [],
    cookie: '',
    certificate,
    stored: certificate === undefined ? {} : { certificate },
    secret: undefined,
  };
}

/** The name of the draft's cell: its own, else what its address says. */
export function cellNameOf({ cellName, baseUrl }: Pick<CellDraft, 'cellName' | 'baseUrl'>): string {
  if (cellName !== '') return cellName;
  const { hostname, pathname } = new URL(baseUrl);
  const segment = pathname.split('/').find((part) => part !== '');
  return segment ?? hostname.split('.')[0] ?? hostname;
}

export function cellConnectionOf(draft: CellDraft): PersoniumConnection {
  const { id, baseUrl, signIn, overrides } = draft;
  const cellName = cellNameOf(draft);
  return {
    id,
    name: draft.name === '' ? cellName : draft.name,
    baseUrl,
    kind: 'personium',
    cellName,
    signIn,
    ...(signIn === 'account' || signIn === 'unitUser' ? { username: draft.username } : {}),
    ...(signIn === 'unitUser' ? { issuer: draft.issuer } : {}),
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(asksFor(draft, 'certificate') ? { entrance: ['certificate'] } : {}),
  };
}
