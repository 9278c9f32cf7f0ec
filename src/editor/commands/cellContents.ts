import * as vscode from 'vscode';
import { CELL_CONTENTS, type CellContentKind, type CellContents } from '../../core/endpoints/cellSnapshots';
import { formatNumber } from '../text';

/** How much of each kind there is, such as `boxes: 2 · accounts: 3`. */
export function contentsText(contents: CellContents): string {
  const names = kindNames();
  return CELL_CONTENTS.flatMap((kind) => {
    const count = contents[kind];
    return count === undefined ? [] : [`${names[kind]}: ${formatNumber(count)}`];
  }).join(' · ');
}

function kindNames(): Readonly<Record<CellContentKind, string>> {
  return {
    boxes: vscode.l10n.t('boxes'),
    accounts: vscode.l10n.t('accounts'),
    roles: vscode.l10n.t('roles'),
    relations: vscode.l10n.t('relations'),
    externalCells: vscode.l10n.t('external cells'),
    entityTypes: vscode.l10n.t('entity types'),
    entities: vscode.l10n.t('entities'),
  };
}
