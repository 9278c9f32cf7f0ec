import type { App } from '../records/app';
import { fieldValue } from '../records/recordJson';
import { newestRecords } from '../api/readRecords';
import type { Language } from '../texts';

const MOST_ROWS = 100;

export interface Page {
  readonly status: number;
  readonly html: string;
}

/** The pages a browser is led to: `/`, `/k/`, `/k/{app}/`, `/k/guest/{space}/{app}/`. Undefined for other paths. */
export function pageFor(
  pathname: string,
  apps: ReadonlyMap<string, App>,
  language: Language,
): Page | undefined {
  if (/^\/(k\/?)?$/.test(pathname)) {
    return { status: 200, html: listPage([...apps.values()], language) };
  }
  const [, guestSpaceId, id] = /^\/k\/(?:guest\/(\d+)\/)?(\d+)(?:\/(?:show\/?)?)?$/.exec(pathname) ?? [];
  if (id === undefined) {
    return undefined;
  }
  const app = apps.get(id);
  if (app === undefined || app.definition.guestSpaceId !== guestSpaceId) {
    return messagePage(
      404,
      language === 'ja' ? 'アプリが見つかりません。' : 'The app was not found.',
      language,
    );
  }
  if (app.definition.hidden === true) {
    return messagePage(403, language === 'ja' ? '権限がありません。' : 'No permission.', language);
  }
  return { status: 200, html: recordsPage(app, language) };
}

function listPage(apps: readonly App[], language: Language): string {
  const items = apps
    .filter(({ definition }) => definition.hidden !== true)
    .map(({ definition: { id, name, guestSpaceId } }) => {
      const space = guestSpaceId === undefined ? '' : `guest/${guestSpaceId}/`;
      return `<li><a href="/k/${space}${id}/">${escapeHtml(name)}</a></li>`;
    });
  return page(language === 'ja' ? 'アプリ' : 'Apps', `<ul>${items.join('')}</ul>`, language);
}

function recordsPage(app: App, language: Language): string {
  const fields = app.definition.fields.filter(({ type }) => !NOT_SHOWN.has(type));
  const head = fields.map(({ label }) => `<th scope="col">${escapeHtml(label[language])}</th>`).join('');
  const rows = newestRecords(app, MOST_ROWS).map((record) => {
    const cells = fields.map(({ code }) => {
      const value = fieldValue(app, record, code);
      const text = typeof value === 'string' ? value : (value ?? []).join(', ');
      return `<td>${escapeHtml(text)}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const { count } = app.records;
  const shown = Math.min(count, MOST_ROWS);
  const sum =
    language === 'ja'
      ? `${count}件中、新しい${shown}件を表示しています。`
      : `The newest ${shown} of ${count} records.`;
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  return page(app.definition.name, `<p>${sum}</p>${table}<p><a href="/k/">↑</a></p>`, language);
}

const NOT_SHOWN: ReadonlySet<string> = new Set([
  'CREATOR',
  'MODIFIER',
  'UPDATED_TIME',
  'STATUS',
  'STATUS_ASSIGNEE',
  'CATEGORY',
]);

function messagePage(status: number, text: string, language: Language): Page {
  return { status, html: page(text, '<p><a href="/k/">↑</a></p>', language) };
}

const STYLE = `body{font:14px/1.5 system-ui,sans-serif;margin:1.5rem;color:#222;background:#fff}
table{border-collapse:collapse}th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:start;white-space:pre-wrap;
vertical-align:top}th{background:#f2f2f2;position:sticky;top:0}`;

function page(title: string, body: string, language: Language): string {
  const safe = escapeHtml(title);
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${safe}</title>` +
    `<style>${STYLE}</style></head><body><h1>${safe}</h1>${body}</body></html>`
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
