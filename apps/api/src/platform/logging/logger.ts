import pino, { type DestinationStream, type Logger } from 'pino';

import type { LogLevel } from '../settings.js';
import { errorFields } from './error-fields.js';
import { readable } from './readable-line.js';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** JSON lines, for machines; otherwise readable ones. */
  readonly json: boolean;
  /** Where to. Default: standard output. */
  readonly destination?: DestinationStream;
}

/** Paths that never reach the output, whoever logs them: the second line of defence, the first is not to log them. */
const REDACTED = [
  'authorization',
  'headers',
  'token',
  'variables',
  'password',
  'connectionString',
  'people',
  '*.authorization',
  '*.headers',
  '*.token',
  '*.variables',
  '*.password',
  '*.connectionString',
  '*.people',
];

/**
 * The log of the process. Requests show as method, route pattern and status: no header, no body, no variable, no address
 * with its parameters. Errors show as `errorFields` has them.
 */
export function createLogger({ level, json, destination }: LoggerOptions): Logger {
  const to = destination ?? pino.destination({ fd: 1, sync: true });
  return pino(
    {
      level,
      base: null,
      redact: { paths: REDACTED, censor: '[redacted]' },
      serializers: {
        err: (error: unknown) => errorFields(error),
        error: (error: unknown) => errorFields(error),
        req: () => undefined,
        res: () => undefined,
      },
    },
    json ? to : readable(to),
  );
}
