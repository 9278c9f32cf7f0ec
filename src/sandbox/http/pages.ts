import type { App } from '../records/app';
import type { Json } from '../apps/properties';
import { isObject } from '../export/columns';
import { recordJson } from '../records/recordJson';
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
  const [, space, id] = /^\/k\/(guest\/\d+\/)?(\d+)(?:\/(?:show\/?)?)?$/.exec(pathname) ?? [];
  if (id === undefined) {
    return undefined;
  }
  const app = appAt(apps, space, id);
  if (app === undefined) {
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

/** The app whose file a page's link asks for: `/k/{app}/export.csv`, of a guest space by its path. */
export function appToExport(pathname: string, apps: ReadonlyMap<string, App>): App | undefined {
  const [, space, id] = /^\/k\/(guest\/\d+\/)?(\d+)\/export\.csv$/.exec(pathname) ?? [];
  const app = id === undefined ? undefined : appAt(apps, space, id);
  return app?.definition.hidden === true ? undefined : app;
}

function appAt(apps: ReadonlyMap<string, App>, space: string | undefined, id: string): App | undefined {
  const app = apps.get(id);
  return app !== undefined && spacePath(app) === (space ?? '') ? app : undefined;
}

function spacePath({ definition: { guestSpaceId } }: App): string {
  return guestSpaceId === undefined ? '' : `guest/${guestSpaceId}/`;
}

function listPage(apps: readonly App[], language: Language): string {
  const items = apps
    .filter(({ definition }) => definition.hidden !== true)
    .map((app) => `<li><a href="/k/${spacePath(app)}${app.id}/">${escapeHtml(app.definition.name)}</a></li>`);
  return page(language === 'ja' ? 'アプリ' : 'Apps', `<ul>${items.join('')}</ul>`, language);
}

function recordsPage(app: App, language: Language): string {
  const fields = app.definition.fields.filter(({ type }) => !NOT_SHOWN.has(type));
  const head = fields.map(({ label }) => `<th scope="col">${escapeHtml(label[language])}</th>`).join('');
  const rows = newestRecords(app, MOST_ROWS).map((record) => {
    const values = recordJson(app, record);
    const cells = fields.map(({ code }) => `<td>${escapeHtml(cellText(valueIn(values[code])))}</td>`);
    return `<tr>${cells.join('')}</tr>`;
  });
  const { count } = app.records;
  const shown = Math.min(count, MOST_ROWS);
  const sum =
    language === 'ja'
      ? `${count}件中、新しい${shown}件を表示しています。`
      : `The newest ${shown} of ${count} records.`;
  const table = `<table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
  const file = `<a href="/k/${spacePath(app)}${app.id}/export.csv">${
    language === 'ja' ? 'ファイルに書き出す' : 'Export to file'
  }</a>`;
  return page(app.definition.name, `<p>${sum} ${file}</p>${table}<p><a href="/k/">↑</a></p>`, language);
}

/** A value as people read it: rows of tables in lines, people and files by name. */
function cellText(value: Json): string {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const isTable = list.some((one) => isObject(one) && isObject(one.value));
    return list.map(cellText).join(isTable ? '\n' : ', ');
  }
  if (!isObject(value)) {
    return typeof value === 'string' ? value : '';
  }
  return isObject(value.value)
    ? Object.values(value.value)
        .map((cell) => cellText(valueIn(cell)))
        .join(' | ')
    : cellText(value.name ?? '');
}

function valueIn(cell: Json | undefined): Json {
  return isObject(cell) ? (cell.value ?? null) : null;
}

const NOT_SHOWN: ReadonlySet<string> = new Set([
  'CREATOR',
  'MODIFIER',
  'UPDATED_TIME',
  'STATUS',
  'STATUS_ASSIGNEE',
  'CATEGORY',
  'GROUP',
  'REFERENCE_TABLE',
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
