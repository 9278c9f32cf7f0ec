import { readCellSignIn, readNetwork, readSignIn } from './cliSignIn';
import type { SignInValues } from './cliSignIn';
import { CliUsage } from './cliUsage';
import type { NetworkOptions } from './endpoints/agent';
import type { EndpointPlace } from './endpoints/createEndpoint';
import { normalizeBaseUrl } from './endpoints/kintone/address';
import { withSignIn } from './endpoints/kintone/signIn';
import { learnCell, normalizeCellUrl } from './endpoints/personium/address';
import { entitySetPath, entitySetPlace } from './endpoints/personium/entityPath';
import { withPersoniumSignIn } from './endpoints/personium/signIn';
import type { PersoniumSignIn } from './endpoints/personium/signIn';
import type { Transport } from './endpoints/transport';
import { createUndiciTransport } from './endpoints/undiciTransport';
import type { JobTarget } from './jobs/job';
import { ExpectedError } from './message';

export interface AccessValues extends SignInValues {
  readonly 'base-url'?: string | undefined;
  readonly app?: string | undefined;
  readonly 'guest-space'?: string | undefined;
  readonly 'cell-url'?: string | undefined;
  readonly 'entity-set'?: string | undefined;
}

/** How a place that takes records is reached. */
export interface Access {
  readonly network: NetworkOptions;
  /** Signs in at the place, which may have to be asked for its address. Throws `ExpectedError`. */
  enter(network: Transport): Promise<{ readonly place: EndpointPlace; readonly transport: Transport }>;
}

/** Which app or entity set of it takes the rows, and its access. Throws `CliUsage`, and `ExpectedError`. */
export async function readTarget(values: AccessValues): Promise<{ access: Access; targetId: string }> {
  if (isPersonium(values)) {
    const place = entitySetPlace(values['entity-set'] ?? '');
    if (place === null)
      throw new CliUsage('--entity-set takes BOX/COLLECTION/SET, such as sales/stock/Product.');
    return { access: await cellAccess(cellUrlOf(values), values), targetId: entitySetPath(place) };
  }
  const { address, appId } = kintoneAddress(values);
  const app = values.app ?? appId;
  if (app === undefined) throw new CliUsage('import needs --app N.');
  return { access: await kintoneAccess(address, values), targetId: app };
}

/** The access to a cell as a whole. Throws `CliUsage`, and `ExpectedError`. */
export async function readCell(values: AccessValues): Promise<Access> {
  return cellAccess(cellUrlOf(values), values);
}

/** The access to the target of a job, which is known by its description; an address that is given must be the same. */
export async function readAccessTo(target: JobTarget, values: AccessValues): Promise<Access> {
  const { baseUrl, guestSpaceId, bulk } = target;
  switch (target.system) {
    case 'kintone': {
      const given = values['base-url'] === undefined ? null : kintoneAddress(values).address.baseUrl;
      if (given !== null && given !== baseUrl) throw new CliUsage(`This import goes to ${baseUrl}.`);
      return kintoneAccess(
        { baseUrl, ...(guestSpaceId === undefined ? {} : { guestSpaceId }) },
        values,
        bulk ?? true,
      );
    }
    case 'personium': {
      const access = await cellAccess(values['cell-url'] ?? baseUrl, values);
      return {
        ...access,
        enter: async (network) => {
          const entered = await access.enter(network);
          if (entered.place.baseUrl !== baseUrl) throw new CliUsage(`This import goes to ${baseUrl}.`);
          return entered;
        },
      };
    }
  }
}

/** Uses a place over a network of its own. */
export async function withAccess<T>(
  access: Access,
  use: (place: EndpointPlace, transport: Transport) => Promise<T>,
): Promise<T> {
  const network = createUndiciTransport(access.network);
  try {
    const { place, transport } = await access.enter(network);
    return await use(place, transport);
  } finally {
    await network.close();
  }
}

function isPersonium(values: AccessValues): boolean {
  return values['cell-url'] !== undefined || values['entity-set'] !== undefined;
}

function cellUrlOf(values: AccessValues): string {
  const url = values['cell-url'] ?? process.env.PERSONIUM_CELL_URL ?? '';
  if (url === '') throw new CliUsage('A cell needs --cell-url URL.');
  return url;
}

interface KintoneAddress {
  readonly baseUrl: string;
  readonly guestSpaceId?: string;
}

function kintoneAddress(values: AccessValues): { address: KintoneAddress; appId: string | undefined } {
  const { env } = process;
  const baseUrl = values['base-url'] ?? env.KINTONE_BASE_URL ?? '';
  if (baseUrl === '') throw new CliUsage('import needs --base-url URL.');
  const found = normalizeBaseUrl(baseUrl);
  if ('code' in found) throw new ExpectedError(found);
  const fromEnv = env.KINTONE_GUEST_SPACE_ID;
  const guestSpaceId = values['guest-space'] ?? found.guestSpaceId ?? (fromEnv === '' ? undefined : fromEnv);
  const address = { baseUrl: found.baseUrl, ...(guestSpaceId === undefined ? {} : { guestSpaceId }) };
  return { address, appId: found.appId };
}

/** `bulk`: what a job that was begun before relies on. */
async function kintoneAccess(address: KintoneAddress, values: AccessValues, bulk?: boolean): Promise<Access> {
  const signIn = await readSignIn(values, process.env, process.stdin);
  const mayBulk = signIn.kind !== 'oauth';
  if (bulk === true && !mayBulk) {
    throw new CliUsage('This import was begun without OAuth: sign in with a user name or a token.');
  }
  const place = { system: 'kintone', ...address, ...(mayBulk ? {} : { bulk: false }) } as const;
  return {
    network: networkOf(values, signIn),
    enter: (network) => Promise.resolve({ place, transport: withSignIn(network, address.baseUrl, signIn) }),
  };
}

async function cellAccess(url: string, values: AccessValues): Promise<Access> {
  const address = normalizeCellUrl(url);
  if ('code' in address) throw new ExpectedError(address);
  const signIn = await readCellSignIn(values, process.env, process.stdin);
  return {
    network: networkOf(values, signIn),
    enter: async (network) => {
      const cell = await learnCell(network, address);
      const baseUrl = cell.url.replace(/\/+$/, '');
      return {
        place: { system: 'personium', baseUrl },
        transport: withPersoniumSignIn(network, baseUrl, signIn),
      };
    },
  };
}

function networkOf(
  values: AccessValues,
  { certificate }: Pick<PersoniumSignIn, 'certificate'>,
): NetworkOptions {
  return { ...readNetwork(values, process.env), ...(certificate === undefined ? {} : { certificate }) };
}
