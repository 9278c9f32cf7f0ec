import * as vscode from 'vscode';
import type { Connection, EntranceKind, KintoneWay, PersoniumWay } from './connection';

/** How a connection signs in, such as `API token · Basic authentication`. */
export function wayText({ signIn, entrance = [] }: Connection): string {
  return [signInText(signIn), ...entrance.map(entranceText)].join(' · ');
}

/** A way of signing in, in words. */
export function signInText(way: KintoneWay | PersoniumWay): string {
  switch (way) {
    case 'password':
      return vscode.l10n.t('User name and password');
    case 'apiToken':
      return vscode.l10n.t('API token');
    case 'oauth':
      return vscode.l10n.t('OAuth');
    case 'account':
      return vscode.l10n.t('Account of the cell');
    case 'unitUser':
      return vscode.l10n.t('Unit user');
    case 'bearer':
      return vscode.l10n.t('Access token');
    case 'cookie':
      return vscode.l10n.t('Cookie');
  }
}

/** What is asked for before the sign-in, in words. */
export function entranceText(kind: EntranceKind): string {
  switch (kind) {
    case 'basic':
      return vscode.l10n.t('Basic authentication');
    case 'certificate':
      return vscode.l10n.t('Client certificate');
  }
}
