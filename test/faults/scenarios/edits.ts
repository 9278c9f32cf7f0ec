import type { Row } from '../cases';
import type { Stage } from '../scenario';

/** The field of a customer that somebody else edits. */
export const EDITED = '備考';

export const wordsOf = (id: string) => `edited ${id}`;

/** Edits the records of these rows, as another person does. */
export async function editAll({ sandbox }: Stage, rows: readonly Row[]): Promise<void> {
  const { baseUrl, username, password } = sandbox.access;
  const sign = Buffer.from(`${username}:${password}`).toString('base64');
  const response = await fetch(`${baseUrl}/k/v1/records.json`, {
    method: 'PUT',
    headers: { 'X-Cybozu-Authorization': sign, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      app: '1',
      records: rows.map(({ id }) => ({
        updateKey: { field: '顧客コード', value: id },
        record: { [EDITED]: { value: wordsOf(id) } },
      })),
    }),
  });
  if (!response.ok) throw new Error(`the edits were refused: ${await response.text()}`);
}
