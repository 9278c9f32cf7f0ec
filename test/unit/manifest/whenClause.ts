/**
 * Whether a `when` clause holds, for the part of its language that the manifest uses: `&&`, `!key`, `key`,
 * `key == value`, `key != value` and `key =~ /pattern/flags`. Throws for anything else.
 */
export function holds(clause: string, context: Readonly<Record<string, string | boolean>>): boolean {
  return clause.split(/ && /).every((term) => termHolds(term.trim(), context));
}

function termHolds(term: string, context: Readonly<Record<string, string | boolean>>): boolean {
  const match = /^([\w.]+) =~ \/(.+)\/(\w*)$/.exec(term);
  if (match) return new RegExp(match[2] ?? '', match[3]).test(String(context[match[1] ?? ''] ?? ''));
  const compared = /^([\w.]+) (==|!=) (\S+)$/.exec(term);
  if (compared) return (String(context[compared[1] ?? ''] ?? '') === compared[3]) === (compared[2] === '==');
  const flag = /^(!?)([\w.]+)$/.exec(term);
  if (flag) return (context[flag[2] ?? ''] === true) !== (flag[1] === '!');
  throw new Error(`this part of a when clause is not understood: ${term}`);
}
