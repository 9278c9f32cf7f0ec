import { DAILY_REQUESTS } from '../../core/endpoints/kintone/dailyRequests';

/** What an import's requests mean for the others of the day: more than half of them is worth a second look. */
export function shareOfDay(requests: number): 'fine' | 'moreThanHalf' | 'tooMany' {
  if (requests > DAILY_REQUESTS) return 'tooMany';
  return requests > DAILY_REQUESTS / 2 ? 'moreThanHalf' : 'fine';
}
