/** What a unit takes; each is a setting of the server, and nothing tells a client of it. */
export interface UnitLimits {
  /** Operations of one `$batch`. */
  readonly batchOperations: number;
  /** Most rows of one answer, and of all answers of one `$batch`. */
  readonly top: number;
  readonly defaultTop: number;
  readonly skip: number;
  /** Bytes of a text in UTF-8. */
  readonly textBytes: number;
  /** Characters of a text that are compared. */
  readonly comparedCharacters: number;
  readonly properties: number;
  readonly entityTypes: number;
  /** Bytes of a request, as the front end takes them. */
  readonly bodyBytes: number;
  /** Seconds. */
  readonly tokenSeconds: number;
  readonly refreshTokenSeconds: number;
  /** Milliseconds after a failed sign-in in which another fails whatever it says. */
  readonly signInIntervalMs: number;
}

export const USUAL_UNIT_LIMITS: UnitLimits = {
  batchOperations: 1000,
  top: 10_000,
  defaultTop: 25,
  skip: 100_000,
  textBytes: 51_200,
  comparedCharacters: 4096,
  properties: 400,
  entityTypes: 100,
  bodyBytes: 100 * 1024 * 1024,
  tokenSeconds: 3600,
  refreshTokenSeconds: 86_400,
  signInIntervalMs: 1000,
};
