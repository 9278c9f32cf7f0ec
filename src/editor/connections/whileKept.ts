import { TransportError, type Transport } from '../../core/endpoints/transport';

/**
 * The transport as long as `isKept`: each request of an import that is running asks anew, so that a sign-in which was
 * deleted is not used once more. Throws `TransportError`, with nothing sent.
 */
export function whileKept(transport: Transport, isKept: () => boolean): Transport {
  return {
    request: async (request) => {
      if (!isKept()) throw new TransportError('ERR_CONNECTION_REMOVED', 'none');
      return transport.request(request);
    },
  };
}
