/** Where one Kintone is; `guestSpaceId` changes every path of its API. */
export interface KintonePlace {
  readonly baseUrl: string;
  readonly guestSpaceId?: string;
}

/** Path of an API as a bulk request names it: from the origin of Kintone, whatever stands in front of it. */
export function apiPath({ guestSpaceId }: KintonePlace, name: string): string {
  return guestSpaceId === undefined
    ? `/k/v1/${name}.json`
    : `/k/guest/${encodeURIComponent(guestSpaceId)}/v1/${name}.json`;
}

export function apiUrl(place: KintonePlace, name: string, query?: Readonly<Record<string, string>>): string {
  const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
  return `${place.baseUrl}${apiPath(place, name)}${search}`;
}

/** Where a browser shows an app. */
export function appUrl({ baseUrl, guestSpaceId }: KintonePlace, appId: string): string {
  const space = guestSpaceId === undefined ? '' : `guest/${encodeURIComponent(guestSpaceId)}/`;
  return `${baseUrl}/k/${space}${encodeURIComponent(appId)}/`;
}
