import type { Text } from '../texts';

/** Sentences of the service about lookups, tables, files, cursors and the rights of records. */
export const RECORD_TEXTS = {
  lookupMissing: (code: string, value: string) =>
    text(
      `フィールド「${code}」の値「${value}」が、ルックアップの参照先のフィールドにないか、またはアプリやフィールドの閲覧権限がありません。`,
      `A value ${value} in the field ${code} does not exist in the datasource app for lookup, or you do not have permission to view the app or the field.`,
    ),
  lookupNotUnique: text(
    'ルックアップの参照先から値をコピーできません。「コピー元のフィールド」に指定したフィールドの設定で「値の重複を禁止する」を選択しておく必要があります。',
    'Failed to copy the value from the datasource app for lookup. "Prohibit duplicate values" must be selected in the key field of the datasource app.',
  ),
  keyInside: text(
    '更新キーに指定したフィールドは、レコードの値に指定できません。',
    'The field specified as the update key cannot be specified in the record.',
  ),
  rowTwice: (table: string) =>
    text(
      `テーブル（code: ${table}）の行IDが重複しています。`,
      `Raw ID (code: ${table}) in a table is duplicated.`,
    ),
  fileMissing: (key: string) =>
    text(`指定したファイル（id: ${key}）が見つかりません。`, `The specified file (id: ${key}) not found.`),
  fileTooLarge: text(
    'アップロードできるファイルのサイズを超えています。',
    'The file is larger than the size that can be uploaded.',
  ),
  fieldNotEditable: (code: string) =>
    text(
      `フィールド「${code}」の編集権限がありません。`,
      `Edit permissions are required to edit field "${code}".`,
    ),
  cursorMissing: text(
    '指定したカーソルは存在しないか、既に有効期限が切れています。',
    'The specified cursor does not exist or has expired.',
  ),
  tooManyCursors: text(
    '作成できるカーソルの上限に達しているため、カーソルを作成できません。時間をおいて再度お試しください。',
    'The number of cursors has reached the limit. Try again later.',
  ),
  tableOperator: (code: string, operator: string) =>
    text(
      `${code}フィールドをテーブルに設定している場合、演算子${operator}を使用できません。`,
      `The operator ${operator} cannot be used with the field ${code}, which is in a table.`,
    ),
  notSortable: (code: string) =>
    text(
      `フィールド「${code}」は並び替えに使用できません。`,
      `The field ${code} cannot be used to sort records.`,
    ),
  tooManyRightsAsked: text(
    '一度に100件までのレコードを指定できます。',
    'A maximum of 100 records can be specified at one time.',
  ),
};

function text(ja: string, en: string): Text {
  return { ja, en };
}
