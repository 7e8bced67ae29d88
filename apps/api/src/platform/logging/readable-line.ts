import type { DestinationStream } from 'pino';

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
export function readableLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = new Date(Number(line['time'])).toISOString().slice(11, 19);
  const level = (LEVELS[Number(line['level'])] ?? String(line['level'])).padEnd(5);
  const fields = Object.entries(line)
    .filter(([key]) => !LEFT_OUT.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${time} ${level} ${String(line['msg'] ?? '')}${fields.join('')}${ofError(line['err'])}\n`;
}

function ofError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { type, code, message, stack, cause } = error as Record<string, unknown>;
  const kind = code === undefined ? String(type) : `${String(type)} ${String(code)}`;
  const below = stack === undefined ? '' : `\n${String(stack)}`;
  return `\n    ${kind}: ${String(message)}${below}${ofError(cause)}`;
}

/** Writes each line of pino's as a readable one. */
export function readable(to: DestinationStream): DestinationStream {
  return { write: (json) => to.write(readableLine(json)) };
}
