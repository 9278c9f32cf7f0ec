/** Requests a day that Kintone takes for one app (standard course), whoever sends them. */
export const DAILY_REQUESTS = 10_000;
