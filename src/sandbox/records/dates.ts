const DATE = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const TIME = /^(\d{1,2}):(\d{2})$/;
const DATE_TIME = /^([^T]+)(?:T(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** `YYYY-MM-DD`; a missing day or month is the first, unpadded parts are padded. `undefined`: not a date it takes. */
export function readDate(text: string): string | undefined {
  const [, year = '', month = '1', day = '1'] = DATE.exec(text) ?? [];
  if (Number(year) < 1000) {
    return undefined;
  }
  const monthNumber = Number(month);
  const dayNumber = Number(day);
  if (monthNumber < 1 || monthNumber > 12 || dayNumber < 1 || dayNumber > daysIn(Number(year), monthNumber)) {
    return undefined;
  }
  return text.length === 10 ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** `HH:MM`. */
export function readTime(text: string): string | undefined {
  const [, hour = '', minute = ''] = TIME.exec(text) ?? [];
  return hour !== '' && isClock(hour, minute) ? `${hour.padStart(2, '0')}:${minute}` : undefined;
}

/** ISO 8601 in UTC to the minute, `2026-01-02T03:04:00Z`. Without a zone the text is taken as UTC; seconds are dropped. */
export function readDateTime(text: string): string | undefined {
  const [, dateText = '', hour = '0', minute = '00', second = '00', zone = 'Z'] = DATE_TIME.exec(text) ?? [];
  const date = readDate(dateText);
  if (date === undefined || !isClock(hour, minute) || Number(second) > 59) {
    return undefined;
  }
  const offset = zoneOffset(zone);
  if (offset === undefined) {
    return undefined;
  }
  if (offset === 0) {
    return `${date}T${hour.padStart(2, '0')}:${minute}:00Z`;
  }
  const moment = Date.parse(`${date}T${hour.padStart(2, '0')}:${minute}:00Z`) - offset * 60_000;
  return minuteText(moment);
}

/** A moment as replies give it: UTC, seconds dropped. */
export function minuteText(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 16)}:00Z`;
}

/** Minutes east of UTC. */
function zoneOffset(zone: string): number | undefined {
  if (zone === 'Z') {
    return 0;
  }
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) {
    return undefined;
  }
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function isClock(hour: string, minute: string): boolean {
  return Number(hour) < 24 && Number(minute) < 60;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) {
    return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  }
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
