import type { MessageTable } from '../message';

/** Why a job or a view can't reach its endpoint, before anything is sent. */
export const CONNECTION_MESSAGES = {
  'connection.removed':
    'The connection {name} was removed or its address has changed. Add it again, then import the rows again.',
  'connection.signedOut':
    'There is no sign-in for {name} on this computer. Run “Sign In…” from the Connections view, then try again.',
} as const satisfies MessageTable;
