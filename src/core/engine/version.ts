import { version } from '../../../package.json';

/** Version of the engine that wrote a job or a journal. */
export const ENGINE_VERSION = version;
