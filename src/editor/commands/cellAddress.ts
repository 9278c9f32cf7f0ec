import * as vscode from 'vscode';
import { isLoopback, parseUrl } from '../../core/endpoints/exchange';

/**
 * A cell's URL as a person types it or copies it from a browser, without the slash at the end; or what is wrong with it,
 * in their language. Http leads to this computer only. What follows the cell (`__token`, a query) is left out.
 */
export function readCellUrl(text: string): { readonly baseUrl: string } | { readonly fault: string } {
  const typed = text.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`;
  const url = typed === '' ? null : parseUrl(withScheme);
  if (url === null || (!url.hostname.includes('.') && !isLoopback(url.hostname))) {
    return { fault: vscode.l10n.t('This is no URL of a cell. Write it such as https://unit.example/cell/.') };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      fault: vscode.l10n.t(
        'The address holds a user name or password. Leave them out; they are asked for in the next step.',
      ),
    };
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return {
      fault: vscode.l10n.t(
        'The address must start with https. Plain http is possible to this computer only.',
      ),
    };
  }
  return { baseUrl: `${url.origin}${url.pathname.replace(/\/__.*$/, '').replace(/\/+$/, '')}` };
}
