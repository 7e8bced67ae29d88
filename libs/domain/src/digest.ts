/** Whether a text is the SHA-256 of something as Masar takes it: 64 hexadecimal digits in lower case. */
export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
