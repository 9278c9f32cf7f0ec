/** Thrown by a handler: the connection has to end without an answer. */
export class ConnectionDropped extends Error {}
