import { describe, expect, it } from '@jest/globals';
import { readConnectionString } from './connection-string.js';

const read = (text: string) => readConnectionString(text, 'masar api');

describe('KURRENTDB_URL', () => {
  it.each([
    ['kurrentdb://h:2113?tls=false', 'kurrentdb://h:2113?tls=false&connectionName=masar%20api', 'h:2113'],
    ['kurrentdb://h', 'kurrentdb://h?connectionName=masar%20api', 'h'],
    [
      'kurrentdb+discover://admin:p%40ss@cluster.internal:2113/?tls=true&node_preference=Leader',
      'kurrentdb+discover://admin:p%40ss@cluster.internal:2113?tls=true&nodePreference=leader&connectionName=masar%20api',
      'cluster.internal:2113',
    ],
    [
      'esdb://a:1,b:2,c:3?tlsCAFile=/etc/ca.crt&keepalive-interval=20000&connectionName=x',
      'kurrentdb://a:1,b:2,c:3?tlsCAFile=/etc/ca.crt&keepAliveInterval=20000&connectionName=masar%20api',
      'a:1, b:2, c:3',
    ],
    ['esdb+discover://h?throwOnAppendFailure=true', 'kurrentdb+discover://h?connectionName=masar%20api', 'h'],
  ])('reads %s', (text, url, place) => {
    expect(read(text)).toEqual({ url, place });
  });

  it.each([
    ['throwOnAppendFailure', 'throw_on_append_failure=false'],
    ['gossipTimeout', 'gossipTimeout=5'],
    ['nodePreference', 'nodePreference=follower'],
    ['colour', 'colour=blue'],
    ['tls', 'tls='],
  ])('refuses %s where it is set as it may not be, and says so without the password', (option, query) => {
    expect(refusalOf(`kurrentdb://admin:secret@h:2113?${query}`)).toMatchObject({
      code: 'UNSAFE_STORE',
      message: expect.stringMatching(new RegExp(`^KURRENTDB_URL (?!.*secret).*${option}`)),
    });
  });

  it.each([
    '',
    'postgres://admin:secret@h/db',
    'kurrentdb://',
    'kurrentdb://admin:secret@',
    'kurrentdb://admin:secret@h:port',
    'kurrentdb://admin:secret@h:2113/path',
    'kurrentdb://admin:se@cret@h:2113',
  ])('refuses %j, and quotes nothing of it', (text) => {
    const { message, code } = refusalOf(text);
    expect(code).toBe('UNSAFE_STORE');
    expect(message).not.toContain('secret');
    expect(message).not.toContain('cret');
  });
});

function refusalOf(text: string): { readonly code: string; readonly message: string } {
  try {
    return { code: 'none', message: read(text).url };
  } catch (error) {
    return error as { code: string; message: string };
  }
}
