import type { ConnectionString } from '../connection-string.js';
import type { StoreFinding } from './store-finding.js';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/i;

/** Who else may read along, or stand in for the server. */
export function judgeTransport({ url, place }: ConnectionString): StoreFinding {
  const check = 'transport';
  const options = new Map(
    (url.split('?')[1] ?? '').split('&').map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name.toLowerCase(), value.trim().toLowerCase()];
    }),
  );
  const near = place.split(', ').every((host) => loopback.test(host));
  if (options.get('tls') === 'false') {
    const open =
      'without TLS neither a user nor a password is sent, and whoever reaches the port may read and write everything';
    return near
      ? { check, level: 'ok', detail: `no TLS, on this machine alone (${open})` }
      : { check, level: 'warn', detail: `tls=false in KURRENTDB_URL, to ${place}: ${open}. Use TLS` };
  }
  if (options.get('tlsverifycert') === 'false') {
    return {
      check,
      level: 'warn',
      detail: `tlsVerifyCert=false in KURRENTDB_URL: whoever stands between can take the place of ${place}. Name its authority with tlsCAFile instead`,
    };
  }
  return { check, level: 'ok', detail: 'TLS, with the certificate checked' };
}
