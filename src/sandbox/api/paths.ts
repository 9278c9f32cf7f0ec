export interface ApiPath {
  /** For example `records` or `app/form/fields`. */
  readonly name: string;
  readonly guestSpaceId: string | undefined;
}

/** `/k/v1/records.json` or `/k/guest/7/v1/records.json`; undefined for any other path. */
export function parseApiPath(path: string): ApiPath | undefined {
  const [, guestSpaceId, name] = /^\/k\/(?:guest\/(\d+)\/)?v1\/([a-zA-Z/]+)\.json$/.exec(path) ?? [];
  return name === undefined ? undefined : { name, guestSpaceId };
}
