import type { DestinationStream } from 'pino';

import type { ErrorFields } from './error-fields.js';

const LEVELS: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'ERROR',
  60: 'FATAL',
};
const LEFT_OUT = new Set(['level', 'time', 'msg', 'err']);

/** A log line for people: `12:00:01 info  listening url=…`, the stack of an error below it. */
function readableLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown> & { msg?: string; err?: ErrorFields };
  const time = new Date(Number(line['time'])).toISOString().slice(11, 19);
  const level = (LEVELS[Number(line['level'])] ?? String(line['level'])).padEnd(5);
  const fields = Object.entries(line)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${time} ${level} ${line.msg ?? ''}${fields.join('')}${ofError(line.err)}\n`;
}

function ofError(error: ErrorFields | undefined): string {
  if (!error) return '';
  const { type, code, message, stack, cause } = error;
  const kind = code === undefined ? type : `${type} ${code}`;
  return `\n    ${kind}: ${message}${stack === undefined ? '' : `\n${stack}`}${ofError(cause)}`;
}

/** Writes each line of pino's as a readable one. */
export function readable(to: DestinationStream): DestinationStream {
  return { write: (json) => to.write(readableLine(json)) };
}
