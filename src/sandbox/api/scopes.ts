import { ApiError } from '../apiError';
import type { Caller } from '../auth';
import type { Scope } from '../oauth';
import type { OAuthRefusal } from '../options';
import { TEXTS } from '../texts';

/** The scope a call needs of an OAuth token, after the list in cybozu's documentation; undefined: it takes none. */
function scopeOf(method: string, name: string): Scope | undefined {
  if (name === 'bulkRequest' || name === 'records/cursor') {
    return undefined;
  }
  if (name === 'file') {
    return method === 'GET' ? 'k:file:read' : 'k:file:write';
  }
  if (/^(?:preview\/|app(?:s|\/|$)|(?:record|field)\/acl$)/.test(name)) {
    return method === 'GET' ? 'k:app_settings:read' : 'k:app_settings:write';
  }
  return method === 'GET' ? 'k:app_record:read' : 'k:app_record:write';
}

/**
 * Refuses a call for which an OAuth token was not given the scope (403 `CB_OA01`, as clients report it), and one that
 * takes no OAuth at all. Other sign-ins pass.
 */
export function requireScope(caller: Caller, method: string, name: string, refusal: OAuthRefusal): void {
  const { scopes } = caller;
  if (scopes === undefined) {
    return;
  }
  const scope = scopeOf(method, name);
  if (scope === undefined) {
    throw new ApiError(refusal.status, refusal.code, TEXTS.protectedResource);
  }
  if (!scopes.has(scope)) {
    throw new ApiError(403, 'CB_OA01', TEXTS.protectedResource);
  }
}
