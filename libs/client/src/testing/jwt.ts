/** A token that looks like a JWT and expires then; nobody signed it. */
export function jwt(expires: number, name = 'token'): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part({ sub: name, exp: expires / 1000 })}.${name}`;
}
