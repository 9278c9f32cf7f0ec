/** Requests that one app takes in a day. */
export const DAILY_REQUESTS = 10_000;

/** What an import's requests mean for the others of the day: more than half of them is worth a second look. */
export function shareOfDay(requests: number): 'fine' | 'moreThanHalf' | 'tooMany' {
  if (requests > DAILY_REQUESTS) return 'tooMany';
  return requests > DAILY_REQUESTS / 2 ? 'moreThanHalf' : 'fine';
}
