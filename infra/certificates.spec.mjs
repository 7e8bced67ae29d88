import { execFile, spawnSync } from 'node:child_process';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const run = promisify(execFile);
const script = fileURLToPath(new URL('certificates.sh', import.meta.url));
const has = (program, ...args) => spawnSync(program, args).status === 0;
const able = has('bash', '--version') && has('openssl', 'version');
if (!able) console.warn('skipped: bash and openssl are not both here, and infra/certificates.sh needs them');

(able ? describe : describe.skip)('certificates.sh', () => {
  let folder;
  const make = (...args) => run('bash', [script, ...args]);
  const certificate = async (path) => new X509Certificate(await readFile(join(folder, path)));
  const mode = async (path) => ((await stat(join(folder, path))).mode & 0o777).toString(8);

  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'masar-certificates-')), 'made');
    await make('--days', '30', folder);
  });
  afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

  it('is a script bash can read', async () => {
    await expect(run('bash', ['-n', script])).resolves.toMatchObject({ stderr: '' });
  });

  it('makes an authority whose key nobody else can read', async () => {
    const authority = await certificate('ca/ca.crt');
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(await mode('authority')).toBe('700');
    expect(await mode('authority/ca.key')).toBe('600');
    expect(await mode('.')).toBe('700');
  });

  it.each(['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3'])(
    'makes a certificate for %s by the rules nodes hold each other to',
    async (node) => {
      const authority = await certificate('ca/ca.crt');
      const own = await certificate(`${node}/node.crt`);
      expect(own.checkIssued(authority)).toBe(true);
      expect(own.verify(authority.publicKey)).toBe(true);
      expect(own.checkPrivateKey(createPrivateKey(await readFile(join(folder, node, 'node.key'))))).toBe(
        true,
      );
      // One common name for all nodes: a node lets in who has its own.
      expect(own.subject).toContain('CN=kurrentdb-node');
      for (const host of [node, 'localhost']) expect(own.checkHost(host)).toBe(host);
      for (const address of ['127.0.0.1', '::1']) expect(own.checkIP(address)).toBe(address);
      expect(own.checkHost('another-node')).toBeUndefined();
      const days = (Date.parse(own.validTo) - Date.parse(own.validFrom)) / 86_400_000;
      expect(days).toBe(30);
      for (const purpose of ['sslserver', 'sslclient']) {
        const paths = [join(folder, 'ca/ca.crt'), join(folder, node, 'node.crt')];
        const { stdout } = await run('openssl', ['verify', '-purpose', purpose, '-CAfile', ...paths]);
        expect(stdout).toContain('OK');
      }
      const { stdout: all } = await run('openssl', [
        'x509',
        '-noout',
        '-text',
        '-in',
        join(folder, node, 'node.crt'),
      ]);
      expect(all).toContain('Digital Signature, Key Encipherment');
    },
  );

  it('leaves what is there, and adds a node that is named', async () => {
    const before = await readFile(join(folder, 'kurrentdb-1/node.crt'));
    const { stdout } = await make(folder, 'kurrentdb-1', 'kurrentdb-4');
    expect(stdout).toContain('kurrentdb-1 has a certificate: left as it is');
    expect(await readFile(join(folder, 'kurrentdb-1/node.crt'))).toEqual(before);
    const added = await certificate('kurrentdb-4/node.crt');
    expect(added.verify((await certificate('ca/ca.crt')).publicKey)).toBe(true);
  });

  it('names a certificate that is another authority’s, and refuses what is no name of a host', async () => {
    const other = join(folder, '../other');
    await make(other, 'kurrentdb-1');
    await writeFile(
      join(other, 'kurrentdb-1/node.crt'),
      await readFile(join(folder, 'kurrentdb-1/node.crt')),
    );
    await expect(make(other, 'kurrentdb-1')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('kurrentdb-1/node.crt has expired or is another authority'),
    });
    await expect(make(other, '../elsewhere')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('../elsewhere is no host name'),
    });
  });

  it('says that the authority’s key is kept elsewhere, where a node is to be added without it', async () => {
    const away = join(folder, '../away');
    await make(away, 'kurrentdb-1');
    await rm(join(away, 'authority/ca.key'));
    await expect(make(away, 'kurrentdb-2')).rejects.toMatchObject({
      stderr: expect.stringContaining('authority/ca.key is needed for kurrentdb-2, and is not there'),
    });
  });
});
