/** Someone or something a selection field can name. */
export interface Entry {
  readonly code: string;
  readonly name: string;
}

/** People, organisations and groups of the sandbox, always the same. */
export const DIRECTORY = {
  users: entries({
    admin: 'サンドボックス管理者',
    sato: '佐藤 花子',
    suzuki: '鈴木 一郎',
    tanaka: '田中 美咲',
    ito: '伊藤 健',
  }),
  organizations: entries({ sales: '営業部', support: 'サポート部', dev: '開発部' }),
  groups: entries({ everyone: 'Everyone', partners: '協力会社', managers: '管理職' }),
};

/** Who is recorded as the doer of what an API token did. */
export const ADMINISTRATOR: Entry = { code: 'Administrator', name: 'Administrator' };

/** The entry of a user code, a bare one when the code is not in the directory (sign-ins made by tests). */
export function userEntry(code: string): Entry {
  return code === ADMINISTRATOR.code ? ADMINISTRATOR : (DIRECTORY.users.get(code) ?? { code, name: code });
}

function entries(names: Readonly<Record<string, string>>): ReadonlyMap<string, Entry> {
  return new Map(Object.entries(names).map(([code, name]) => [code, { code, name }]));
}
