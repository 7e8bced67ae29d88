import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = new URL('../', import.meta.url);
const text = await readFile(new URL('infra/Dockerfile', root), 'utf8');
const ignored = (await readFile(new URL('.dockerignore', root), 'utf8')).split('\n').filter(Boolean);

/** The instructions, a line each, with what continues them. */
const instructions = text
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [, verb, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim());
    return { verb, rest };
  });
const last = instructions.slice(instructions.findLastIndex(({ verb }) => verb === 'FROM'));
const saidLast = (verb) => last.filter((one) => one.verb === verb).map(({ rest }) => rest);

/** What is copied from the workspace, not from an earlier stage. */
const copied = instructions
  .filter(({ verb, rest }) => verb === 'COPY' && !rest.startsWith('--from='))
  .flatMap(({ rest }) => rest.split(/\s+/).slice(0, -1));

describe('the image of the api', () => {
  it('is built in stages, of one fixed version of Node, which the workspace takes', async () => {
    const from = instructions.filter(({ verb }) => verb === 'FROM').map(({ rest }) => rest);
    const images = new Set(from.filter((one) => one.includes(':')).map((one) => one.split(' ')[0]));
    expect([...images]).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-bookworm-slim$/)]);
    expect(from.length).toBeGreaterThan(2);
    const major = (await readFile(new URL('.nvmrc', root), 'utf8')).trim();
    expect([...images][0]).toContain(`node:${major}.`);
  });

  it.each(copied)('copies %s, which is there and is sent to the builder', (path) => {
    expect(existsSync(new URL(path, root))).toBe(true);
    const excepted = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(excepted.some((one) => path === one || path.startsWith(`${one}/`))).toBe(true);
  });

  it('copies the manifest of every workspace: npm ci refuses a lock file that names another', async () => {
    const { workspaces } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
    const manifests = [];
    for (const pattern of workspaces) {
      const [folder, star] = pattern.split('/*');
      const found =
        star === '' ? (await readdir(new URL(folder, root))).map((one) => `${folder}/${one}`) : [pattern];
      manifests.push(...found.map((one) => `${one}/package.json`));
    }
    expect(manifests.length).toBeGreaterThan(0);
    expect(copied).toEqual(expect.arrayContaining(manifests));
  });

  it('holds production dependencies alone, of the two programs', () => {
    const [, , dependencies] = text.split(/^FROM /m);
    expect(dependencies).toContain('AS dependencies');
    expect(dependencies).toContain('npm ci --omit=dev --workspace apps/api --workspace apps/cli');
    expect(saidLast('COPY').filter((rest) => /^--from=(?!dependencies|build )/.test(rest))).toEqual([]);
    expect(saidLast('RUN').join('\n')).not.toMatch(/\bnpm (ci|install)\b|apt-get/);
  });

  it('runs as a user who is not root, from the exec form, so that signals reach node', () => {
    expect(saidLast('USER')).toEqual(['node']);
    expect(JSON.parse(saidLast('ENTRYPOINT')[0])[0]).toBe('node');
    expect(JSON.parse(saidLast('CMD')[0])).toEqual(['apps/api/dist/main.js']);
  });

  it('keeps its data on a volume, listens on loopback, and has node ask whether it is well', () => {
    expect(saidLast('VOLUME')).toEqual(['/data']);
    expect(saidLast('ENV')[0]).toMatch(/HOST=127\.0\.0\.1 .*MASAR_DATA=\/data/);
    expect(saidLast('HEALTHCHECK')[0]).toMatch(/CMD \["node", "infra\/healthcheck\.mjs"\]$/);
    expect(text).not.toMatch(/PASSWORD|SECRET|_KEY=/);
  });
});

describe('the healthcheck', () => {
  const check = async (environment) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('infra/healthcheck.mjs', root))], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => (said += chunk));
    const [code] = await once(child, 'close');
    return { code, said };
  };
  const answering = async (status, body, work) => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/health/ready' ? status : 404).end(body);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      return await work(String(server.address().port));
    } finally {
      server.close();
      server.closeAllConnections();
    }
  };

  it('passes where the service is ready', async () => {
    await answering(200, '{}', async (PORT) => {
      expect(await check({ PORT })).toEqual({ code: 0, said: '' });
    });
  });

  it('fails with what is missing where it is not, and where nobody listens', async () => {
    const port = await answering(503, '{"store":"is gone"}', async (PORT) => {
      expect(await check({ PORT })).toMatchObject({ code: 1, said: expect.stringContaining('is gone') });
      return PORT;
    });
    expect(await check({ PORT: port })).toMatchObject({
      code: 1,
      said: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
