import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export interface SourceText {
  readonly text: string;
  /** Path and line, for the message of a failing test. */
  readonly place: string;
}

const root = join(import.meta.dirname, '../../..');

/** Every text handed to `l10n.t(…)` under a folder; a text that is not a plain literal is returned as `null`. */
export function l10nTexts(folder: string): { texts: SourceText[]; dynamic: string[] } {
  const texts: SourceText[] = [];
  const dynamic: string[] = [];
  for (const file of sourceFiles(join(root, folder))) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isL10nCall(node.expression)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        const place = `${file.slice(root.length + 1)}:${String(line)}`;
        const key = keyOf(node.arguments[0]);
        if (key === undefined) dynamic.push(place);
        else texts.push({ text: key, place });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { texts, dynamic };
}

/** The bundle's key: the text, or for a text with a comment, both joined by a slash. */
function keyOf(argument: ts.Expression | undefined): string | undefined {
  if (argument === undefined) return undefined;
  if (ts.isStringLiteralLike(argument)) return argument.text;
  if (!ts.isObjectLiteralExpression(argument)) return undefined;
  const member = (name: string): ts.Expression | undefined =>
    argument.properties.filter(ts.isPropertyAssignment).find((property) => property.name.getText() === name)
      ?.initializer;
  const message = keyOf(member('message'));
  const comment = member('comment');
  if (message === undefined || comment === undefined) return message;
  const comments = ts.isArrayLiteralExpression(comment) ? [...comment.elements] : [comment];
  return `${message}/${comments.map((one) => keyOf(one) ?? '').join('')}`;
}

function isL10nCall(expression: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(expression) &&
    expression.name.text === 't' &&
    /(^|\.)l10n$/.test(expression.expression.getText())
  );
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The `{named}` places of a text, sorted. */
export function placeholders(text: string): string[] {
  return [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
}
