const TEXT = 0x81;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/**
 * The beginning of a text frame as a server sends it (RFC 6455, 5.2: whole, not masked): the header, and the first bytes
 * of its payload, of which `rest` more follow. So one buffer of the rest does for all it is sent to.
 */
export function textFrameStart(first: Buffer, rest: number): Buffer {
  const length = first.length + rest;
  const header = length < LENGTH_16 ? 2 : length <= 0xffff ? 4 : 10;
  const start = Buffer.allocUnsafe(header + first.length);
  start[0] = TEXT;
  if (header === 2) {
    start[1] = length;
  } else if (header === 4) {
    start[1] = LENGTH_16;
    start.writeUInt16BE(length, 2);
  } else {
    start[1] = LENGTH_64;
    start.writeUInt32BE(0, 2);
    start.writeUInt32BE(length, 6);
  }
  first.copy(start, header);
  return start;
}
