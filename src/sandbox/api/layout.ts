import type { AppDefinition, FieldDefinition, GroupField } from '../apps/definition';
import type { Json } from '../apps/properties';
import { requireAnyRight } from '../auth';
import { APP_REVISION } from './apps';
import type { ApiCall, ApiReply } from './context';
import { targetApp } from './context';

/** `GET app/form/layout`: what stands where in the form, from top to bottom. */
export function getLayout(call: ApiCall): ApiReply {
  const app = targetApp(call);
  requireAnyRight(call.caller, app, 'view', 'add');
  return { layout: formLayout(app.definition), revision: APP_REVISION };
}

/** A row for each field, a table and a group for themselves. */
function formLayout({ fields }: AppDefinition): Json[] {
  const grouped = new Set(fields.flatMap((field) => (field.type === 'GROUP' ? field.members : [])));
  return fields.filter(({ code }) => !grouped.has(code)).flatMap((field) => places(field, fields));
}

function places(field: FieldDefinition, all: readonly FieldDefinition[]): Json[] {
  switch (field.type) {
    case 'STATUS':
    case 'STATUS_ASSIGNEE':
    case 'CATEGORY':
      return [];
    case 'SUBTABLE':
      return [{ type: 'SUBTABLE', code: field.code, fields: field.fields.map(place) }];
    case 'GROUP':
      return [{ type: 'GROUP', code: field.code, layout: rowsOf(field, all) }];
    default:
      return [{ type: 'ROW', fields: [place(field)] }];
  }
}

function rowsOf({ members }: GroupField, all: readonly FieldDefinition[]): Json[] {
  return all
    .filter(({ code }) => members.includes(code))
    .map((field) => ({ type: 'ROW', fields: [place(field)] }));
}

function place({ type, code }: FieldDefinition): Json {
  const height = type === 'MULTI_LINE_TEXT' || type === 'RICH_TEXT' ? { innerHeight: '120' } : {};
  return { type, code, size: { width: '200', ...height } };
}
