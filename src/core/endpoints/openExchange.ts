import { openAnswerBody } from './answerBody';
import type { AnswerBody } from './answerBody';
import { Patience } from './exchange';
import { openBody } from './fileBody';
import type { OpenBody } from './fileBody';
import type { HttpRequest, HttpResponse } from './transport';

/** What an exchange has in hand besides its connection. */
export interface OpenExchange {
  readonly sent: OpenBody;
  readonly taken: AnswerBody;
  readonly patience: Patience;
}

/**
 * Opens the files that a request sends or fills, carries the exchange out, and lets go of everything however it ends.
 * Throws `TransportError` with `none` when the exchange can't begin.
 */
export async function openExchange(
  request: HttpRequest,
  carryOut: (open: OpenExchange) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const patience = new Patience(request);
  const moved = (bytes: number): void => {
    patience.renew();
    request.onBytes?.(bytes);
  };
  try {
    const sent = await openBody(request.body, moved);
    try {
      const taken = await openAnswerBody(request.saveTo, moved);
      try {
        patience.throwIfOver();
        return await carryOut({ sent, taken, patience });
      } catch (error) {
        await taken.discard();
        throw error;
      }
    } finally {
      sent.close();
    }
  } finally {
    patience.stop();
  }
}
