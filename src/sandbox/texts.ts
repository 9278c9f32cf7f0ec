/** A sentence in the languages the sandbox speaks; English stands in where the Chinese is missing. */
export interface Text {
  readonly ja: string;
  readonly en: string;
  readonly zh?: string;
}

/** The languages in which apps and their fields are named. */
export type Language = 'ja' | 'en';

/** The languages of messages. */
export type SpokenLanguage = Language | 'zh';

/** The sentence in that language. */
export function inLanguage(text: Text, language: SpokenLanguage): string {
  return language === 'zh' ? (text.zh ?? text.en) : text[language];
}

/** The language of names for a reader: Chinese names are not kept here. */
export function labelLanguage(language: SpokenLanguage): Language {
  return language === 'ja' ? 'ja' : 'en';
}

/** The sentences of the service, worded as it words them; clients must read the codes, never these. */
export const TEXTS = {
  invalidInput: text('入力内容が正しくありません。', 'Missing or invalid input.', '输入内容不正确。'),
  fieldRequired: text('必須です。', 'Required.', '必填。'),
  parameterRequired: text('必須です。', 'Required field.', '必填。'),
  notAnInteger: text('整数で指定してください。', 'Enter an integer value.'),
  atLeastOne: text('最小でも1以上です。', 'must be greater than or equal to 1'),
  notANumber: text('数字でなければなりません。', 'Only numbers are allowed.', '只能输入数字。'),
  duplicate: text('値がほかのレコードと重複しています。', 'This value already exists in another record.'),
  badLink: {
    WEB: text('URLの形式が正しくありません。', 'Invalid URL format.'),
    MAIL: text('メールアドレスの形式が正しくありません。', 'Invalid email address format.'),
    CALL: text('電話番号の形式が正しくありません。', 'Invalid phone number format.'),
  },
  badDate: text(
    '日付の形式が正しくありません。1000-01-01から9999-12-31までの日付を指定してください。',
    'The date format is invalid. Specify a date from 1000-01-01 to 9999-12-31.',
  ),
  badTime: text('時刻の形式が正しくありません。', 'The time format is invalid.'),
  badDateTime: text('日時の形式が正しくありません。', 'The date and time format is invalid.'),
  badQuery: text('クエリ記法が間違っています。', 'Invalid query.'),
  badJson: text('不正なJSON文字列です。', 'The JSON string in the request is invalid.', '无效的JSON字符串。'),
  badRequest: text('不正なリクエストです。', 'Illegal request.'),
  notSignedIn: text('ログインしてください。', 'Please log in.', '请登录。'),
  wrongPassword: text('ユーザーの認証に失敗しました。', 'Password authentication failed.', '用户认证失败。'),
  lockedOut: text('アカウントがロックされています。', 'This account is locked.', '账户已被锁定。'),
  twoFactor: text(
    '2要素認証を有効にしているため、認証できません。REST APIでは2要素認証はサポートされていません。',
    'Authentication failed because two-factor authentication is enabled. The REST API does not support it.',
  ),
  protectedResource: text(
    '保護されたリソースにアクセスできません。',
    'Cannot access protected resource.',
    '无法访问受保护的资源。',
  ),
  processManagementOff: text(
    'プロセス管理が有効になっていません。',
    'Process management is not enabled.',
    '流程管理未启用。',
  ),
  fieldRemoved: text(
    '指定したフィールドが見つかりません。',
    'The specified field was not found.',
    '找不到指定的字段。',
  ),
  nameTooLong: text('64文字以下で指定してください。', 'Enter 64 or fewer characters.'),
  notOneOfThem: text('Enum値のいずれかでなければなりません。', 'must be one of the enum value'),
  tooManyValues: text('最大100件まで指定できます。', 'Up to 100 values can be specified.'),
  bodyTooLarge: text('リクエストが大きすぎます。', 'The request is too large.', '请求过大。'),
  wrongToken: text(
    '指定したAPIトークンは、生成されたAPIトークンと一致しません。',
    'The specified API token does not match the generated API token.',
  ),
  tooManyTokens: text(
    '一度に指定できるAPIトークンは9個までです。',
    'Up to nine API tokens can be specified at one time.',
  ),
  twoTokensOfOneApp: text(
    '1つのアプリに対して複数のAPIトークンを指定することはできません。',
    'You cannot specify more than one API token for the same app.',
  ),
  tokenMayNot: text(
    '指定したAPIトークンでは、指定したAPIを実行できません。',
    'Using this API token, you cannot run the specified API.',
  ),
  noRight: text('権限がありません。', 'No privilege to proceed.', '没有权限。'),
  wrongGuestPath: text(
    'ゲストスペース内のアプリへのリクエストのURLが正しくありません。',
    'The URL of a request to an app in a guest space is incorrect.',
  ),
  tooManyCalls: text(
    '同時接続数が上限を超えました。',
    'The number of concurrent API requests has exceeded the limit.',
    '同时连接数已超过上限。',
  ),
  notFound: text('指定したAPIが見つかりません。', 'The specified API was not found.'),
  revisionMoved: text(
    '指定したrevisionは最新ではありません。ほかのユーザーがレコードを更新した可能性があります。',
    'The revision is not the latest. Someone may update a record.',
    '指定的revision不是最新版本。',
  ),
  twice: text('同じレコードが2回指定されています。', 'The same record is specified more than once.'),
  keyAndIdTogether: text(
    'idとupdateKeyのどちらか一方を指定してください。',
    'Specify either id or updateKey.',
  ),
  keyNotUsable: text(
    '指定したフィールドは更新キーに使用できません。',
    'The specified field cannot be used as an update key.',
  ),
  badApi: text('このAPIは一括処理に使用できません。', 'This API cannot be used in a bulk request.'),
  limitTooLarge: text('limitには500以下の値を指定してください。', 'The value of limit must be 500 or less.'),
  offsetTooLarge: text(
    'offsetには10000以下の値を指定してください。',
    'The value of offset must be 10000 or less.',
  ),
  sandboxFault: text('サンドボックスが起こした障害です。', 'A fault made by the sandbox.'),
  shorterThan: (length: number) =>
    text(`${length}文字より短くなければなりません。`, `Enter less than ${length} characters.`),
  longerThan: (length: number) =>
    text(`${length}文字より長くなければなりません。`, `Enter more than ${length} characters.`),
  atMost: (limit: string) =>
    text(`${limit}以下である必要があります。`, `The value must be ${limit} or less.`),
  atLeast: (limit: string) =>
    text(`${limit}以上である必要があります。`, `The value must be ${limit} or more.`),
  integerDigits: (digits: number) =>
    text(`整数部は${digits}桁以内で入力してください。`, `Enter ${digits} or fewer integer digits.`),
  notAnOption: (value: string) =>
    text(`"${value}"は選択肢にありません。`, `The value, "${value}", is not in options.`),
  unknownUser: (code: string) =>
    text(
      `指定したユーザー（code：${code}）が見つかりません。`,
      `The specified user (code: ${code}) is not found.`,
    ),
  unknownGroup: (code: string) =>
    text(
      `指定したグループ（code：${code}）が見つかりません。`,
      `The specified group (code: ${code}) is not found.`,
    ),
  unknownOrganization: (code: string) =>
    text(
      `指定した組織（code：${code}）が見つかりません。`,
      `The specified department (code: ${code}) is not found.`,
    ),
  appMissing: (id: string) =>
    text(
      `指定したアプリ（id: ${id}）が見つかりません。削除されている可能性があります。`,
      `The app (ID: ${id}) not found. The app may have been deleted.`,
    ),
  recordMissing: (id: string) =>
    text(`指定したレコード（id: ${id}）が見つかりません。`, `The specified record (ID: ${id}) is not found.`),
  keyMissing: text(
    '指定したキーに一致するレコードが見つかりません。',
    'No record matches the specified update key.',
  ),
  tooManyRecords: {
    POST: text(
      '一度に100件までのレコードを追加できます。',
      'A maximum of 100 records can be added at one time.',
    ),
    PUT: text(
      '一度に100件までのレコードを更新できます。',
      'A maximum of 100 records can be updated at one time.',
    ),
    DELETE: text(
      '一度に1件から100件までのレコードを削除できます。',
      'Between 1 and 100 records can be deleted at one time.',
    ),
  },
  tooManyRequests: (most: number) =>
    text(
      `一度に${most}件までのリクエストを処理できます。`,
      `A maximum of ${most} requests can be processed at one time.`,
    ),
  unknownQueryField: (code: string) =>
    text(`指定されたフィールド（${code}）が見つかりません。`, `Specified field (${code}) not found.`),
  operatorNotAllowed: (code: string, operator: string) =>
    text(
      `フィールド「${code}」には演算子「${operator}」を使用できません。`,
      `The operator ${operator} cannot be used with the field ${code}.`,
    ),
};

/**
 * Language of the answer, by the quality values of `Accept-Language`. `*` (sent by clients that have no wish) and an
 * absent header mean Japanese, as the service was seen to answer.
 */
export function chooseLanguage(acceptLanguage: string | undefined): SpokenLanguage {
  let best: SpokenLanguage = 'ja';
  let bestQuality = 0;
  for (const part of (acceptLanguage ?? '').split(',')) {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.map((one) => /^\s*q=([0-9.]+)\s*$/.exec(one)?.[1]).find(Boolean);
    const weight = quality === undefined ? 1 : Number(quality);
    const language = /^(ja|en|zh)(-|$)/.exec(range)?.[1];
    if (language !== undefined && weight > bestQuality) {
      best = language as SpokenLanguage;
      bestQuality = weight;
    }
  }
  return best;
}

function text(ja: string, en: string, zh?: string): Text {
  return zh === undefined ? { ja, en } : { ja, en, zh };
}
