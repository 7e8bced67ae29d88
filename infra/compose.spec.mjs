import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { readConnectionString } from '../libs/event-store/src/kurrentdb/connection-string.js';

const here = (path) => new URL(path, import.meta.url);
const read = (path) => readFile(here(path), 'utf8');
const { version } = JSON.parse(await read('../package.json'));
const files = ['compose.yaml', 'compose.dev.yaml'];
const texts = new Map(await Promise.all(files.map(async (file) => [file, await read(file)])));
const composed = (file) => parse(texts.get(file), { merge: true });
const services = (file) => Object.entries(composed(file).services);

/** The JSON Schema of the compose specification (Apache-2.0, github.com/compose-spec/compose-spec), as dclint carries it. */
async function composeSchema() {
  const dclint = dirname(createRequire(import.meta.url).resolve('dclint/package.json'));
  const { $schema: _, ...schema } = JSON.parse(
    await readFile(join(dclint, 'schemas/compose.schema.json'), 'utf8'),
  );
  return schema;
}

// Its formats (`duration`, `ports`, …) are the specification's own, and said in words only.
const valid = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
  await composeSchema(),
);

describe.each(files)('%s', (file) => {
  it('is as the compose specification has it', () => {
    valid(composed(file));
    expect(valid.errors).toBeNull();
  });

  it('is refused by that schema with a key that is none', () => {
    const document = composed(file);
    Object.values(document.services)[0].heathcheck = {};
    expect(valid(document)).toBe(false);
  });

  it.each(services(file))('%s runs one fixed version of its image', (_, { image }) => {
    expect(image).toMatch(/:\d+\.\d+\.\d+$|:\d+\.\d+-[a-z]+$/);
    if (image.startsWith('masar:')) expect(image).toBe(`masar:${version}`);
  });

  it.each(services(file))('%s says whether it is well, and is held within limits', (_, service) => {
    expect(service.healthcheck.test[0]).toMatch(/^CMD/);
    expect(service.deploy.resources.limits).toMatchObject({
      cpus: expect.stringMatching(/^\d/),
      memory: expect.stringMatching(/^\d+[GM]$/),
    });
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.privileged).toBeUndefined();
  });

  it.each(services(file))('%s writes to named volumes alone', (_, service) => {
    for (const volume of service.volumes) {
      const [source, , mode] = volume.split(':');
      if (source.startsWith('.')) expect(mode).toBe('ro');
      else expect(composed(file).volumes).toHaveProperty([source]);
    }
  });

  it.each(services(file))('%s is reached from this machine only', (_, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    if (service.network_mode === 'host') expect(service.environment.HOST).toBe('127.0.0.1');
  });

  it('holds no secret: what is one comes from the environment', () => {
    for (const [, { environment }] of services(file)) {
      for (const [name, value] of Object.entries(environment)) {
        if (/PASSWORD|SECRET|_KEY$/.test(name)) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
        for (const [, password] of value.matchAll(/:\/\/(?:\$\{[^}]*\}|[^:@])*:((?:\$\{[^}]*\}|[^@])*)@/g)) {
          expect(password).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
        }
      }
    }
  });

  it('schedules no scavenge and runs no projection', () => {
    expect(texts.get(file)).not.toMatch(/auto.?scavenge|admin\/scavenge/i);
    for (const [name, { environment }] of services(file)) {
      if (name.startsWith('kurrentdb')) expect(environment.KURRENTDB_RUN_PROJECTIONS).toBe('None');
    }
  });
});

describe('the cluster of compose.yaml', () => {
  const nodes = services('compose.yaml').filter(([name]) => name.startsWith('kurrentdb-'));

  it('is three nodes, each of which knows the two others and is known to clients by a port of its own', () => {
    expect(nodes).toHaveLength(3);
    for (const [name, { environment, hostname, ports }] of nodes) {
      const others = nodes.map(([other]) => other).filter((other) => other !== name);
      expect(hostname).toBe(name);
      expect(environment).toMatchObject({
        KURRENTDB_CLUSTER_SIZE: '3',
        KURRENTDB_NODE_HOST_ADVERTISE_AS: name,
        KURRENTDB_REPLICATION_HOST_ADVERTISE_AS: name,
        KURRENTDB_GOSSIP_SEED: others.map((other) => `${other}:2113`).join(','),
      });
      const port = environment.KURRENTDB_ADVERTISE_NODE_PORT_TO_CLIENT_AS;
      expect(ports).toEqual([`127.0.0.1:${port}:2113`]);
    }
  });

  it('speaks TLS alone, with a certificate a node and nobody given the key of the authority', () => {
    for (const [name, { environment, volumes }] of nodes) {
      expect(Object.keys(environment).filter((key) => /INSECURE|DISABLE_.*TLS/.test(key))).toEqual([]);
      expect(volumes).toContain(`./certificates/${name}:/etc/kurrentdb/certificates/node:ro`);
    }
    for (const [, { volumes }] of services('compose.yaml')) {
      expect(volumes.filter((volume) => /^\.\/certificates(\/authority)?:/.test(volume))).toEqual([]);
    }
  });

  it('is what both api nodes are given to connect to, and they share the keys of one data folder', () => {
    const [first, second] = ['api-1', 'api-2'].map((name) => composed('compose.yaml').services[name]);
    const { PORT: port, ...settings } = first.environment;
    const { PORT: otherPort, ...otherSettings } = second.environment;
    expect(port).not.toBe(otherPort);
    expect(otherSettings).toEqual(settings);
    expect(second.volumes).toEqual(first.volumes);
    for (const [, { ports }] of nodes) {
      expect(settings.KURRENTDB_URL).toContain(ports[0].replace(/:2113$/, ''));
    }
    expect(settings.KURRENTDB_URL).toContain('?tls=true&');
    const filledIn = settings.KURRENTDB_URL.replace(/\$\{[^}]*\}/g, 'abc123');
    expect(readConnectionString(filledIn, 'masar').place.split(', ')).toHaveLength(3);
    expect(Object.keys(first.depends_on).sort()).toEqual([...nodes.map(([name]) => name), 'postgres'].sort());
  });
});

describe('the settings a person fills in', () => {
  it('are those the files ask for, with no password among them', async () => {
    const lines = (await read('settings.env')).split('\n').filter((line) => /^[A-Z]/.test(line));
    const given = lines.map((line) => line.split('='));
    const asked = new Set(
      [...texts.values()].flatMap((text) => [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name)),
    );
    expect(new Set(given.map(([name]) => name))).toEqual(asked);
    for (const [name, value] of given) if (name.endsWith('PASSWORD')) expect(value).toBe('');
  });

  it('stay out of the repository and of the image once they are', async () => {
    expect((await read('../.gitignore')).split('\n')).toEqual(
      expect.arrayContaining(['.env', '/infra/certificates/']),
    );
    expect((await read('../.dockerignore')).split('\n')).toEqual(expect.arrayContaining(['*', '**/.env*']));
  });
});
