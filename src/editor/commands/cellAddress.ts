import { normalizeCellUrl, type CellAddress } from '../../core/endpoints/personium/address';
import { show } from '../text';

/** Where a cell may be, by what a person typed; or what is wrong with it, in their language. */
export function readCellUrl(text: string): CellAddress | { readonly fault: string } {
  const address = normalizeCellUrl(text);
  return 'code' in address ? { fault: show(address) } : address;
}

/** What is wrong with a cell's URL as it was typed; undefined when nothing is. */
export function cellUrlFault(text: string): string | undefined {
  const address = readCellUrl(text);
  return 'fault' in address ? address.fault : undefined;
}

/** As connections keep it. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
