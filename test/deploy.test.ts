/** The files of deploy/ are not run by any test: what they name has to be there. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { VARIABLES } from '../src/config.js';

const root = new URL('../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), 'utf8');
const packed = (JSON.parse(read('package.json')) as { files: string[]; scripts: Record<string, string> }).files;

interface Service {
  environment: Record<string, string>;
  read_only: boolean;
  security_opt: string[];
  cap_drop?: string[];
  build?: { context: string; dockerfile: string };
  user?: string;
  ports?: string[];
}
const { services } = parse(read('deploy/compose.yaml'), { merge: true }) as { services: Record<string, Service> };

describe('the Dockerfile', () => {
  const file = read('deploy/Dockerfile');
  const copied = [...file.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));

  test('copies what is there, and nothing that .dockerignore keeps out', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(copied.length).toBeGreaterThan(5);
    for (const name of copied) {
      expect([name, existsSync(new URL(name, root))]).toEqual([name, true]);
      expect(ignored).not.toContain(name);
    }
  });

  test('brings into the image what a package of ours holds and a service reads', () => {
    const brought = [...file.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, name]) => name);
    for (const name of packed.filter((one) => !/\.md$|^docs$|^LICENSE$|^\.env|^deploy$/.test(one)))
      expect(brought).toContain(name);
  });

  test('runs as nobody special, says how it is, and is told apart from what was tried', () => {
    expect(file.indexOf('USER node')).toBeLessThan(file.indexOf('CMD ["node", "dist/cli.js", "serve"]'));
    expect(file).toContain('/healthz');
    expect(file).toContain('NOT RUN YET');
  });
});

describe('the compose file', () => {
  test('has two services and a database that they share', () => {
    const urls = ['app-1', 'app-2'].map((name) => services[name]?.environment.DATABASE_URL);
    expect(new Set(urls).size).toBe(1);
    expect(urls[0]).toMatch(/^postgres:\/\/pos:.*@postgres:5432\/pos$/);
  });

  test('sets variables that the service reads', () => {
    for (const name of Object.keys(services['app-1']?.environment ?? {})) expect(VARIABLES).toContain(name);
  });

  test('lets nobody write to its root or gain rights', () => {
    for (const [name, one] of Object.entries(services))
      expect([name, one.read_only, one.security_opt]).toEqual([name, true, ['no-new-privileges:true']]);
  });
});

test('the balancer knows the services by their names', () => {
  const names = [...read('deploy/nginx.conf').matchAll(/server (\S+):3000/g)].map(([, name]) => name);
  expect(new Set(names)).toEqual(new Set(['app-1', 'app-2']));
});

describe('what is open to the machine that it runs on', () => {
  const nginx = read('deploy/nginx.conf');
  const handbook = read('docs/operations.zh-CN.md');
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => `${name} ${port}`),
  );

  test('is the balancer alone, and only under a loopback address', () => {
    const listened = [...nginx.matchAll(/^ {2}listen (\d+);$/gm)].map(([, port]) => `nginx 127.0.0.1:${port}:${port}`);
    expect(listened).toHaveLength(3);
    expect(published).toEqual(listened);
  });

  test('leads to the figures and the health of each service, which the world does not see', () => {
    const [world = '', ...each] = nginx.split(/^server \{$/m).slice(1);
    expect(world).toMatch(/location = \/metrics \{\s+deny all;/);
    expect(each.map((one) => /proxy_pass http:\/\/(\S+):3000;/.exec(one)?.[1])).toEqual(['app-1', 'app-2']);
    for (const one of each) {
      const [, open = ''] = /location ~ (\S+) \{/.exec(one) ?? [];
      const pattern = new RegExp(open);
      for (const path of ['/metrics', '/readyz', '/readyz/http', '/healthz']) expect(path).toMatch(pattern);
      for (const path of ['/', '/api/messages', '/wecom/app', '/metrics/']) expect(path).not.toMatch(pattern);
    }
  });

  test('stands in the handbook, with commands that name the files', () => {
    for (const port of [8081, 8082]) expect(handbook).toContain(`http://127.0.0.1:${port}/readyz`);
    expect(handbook).toContain("alias dc='docker compose -f deploy/compose.yaml --env-file .env'");
    const bare = [...handbook.matchAll(/docker compose (?!-f deploy\/compose\.yaml --env-file \.env)\S+/g)];
    expect(bare.map(([command]) => command)).toEqual([]);
    const used = [...handbook.matchAll(/\bdc (?:exec|restart|run --rm --no-deps)(?: -T)? ([\w-]+)/g)].map(
      ([, name]) => name,
    );
    expect(used.length).toBeGreaterThan(3);
    for (const name of used) expect(Object.keys(services)).toContain(name);
  });
});

test('a balancer is told to ask what messages depend on, not whether the process lives', () => {
  for (const line of read('docs/configuration.md')
    .split('\n')
    .filter((one) => /balancer/.test(one)))
    expect(line).not.toContain('/healthz');
});

test('the unit of the guide is the one in deploy/', () => {
  const [, shown] = /```ini\n([\s\S]*?)```/.exec(read('docs/deploy-wecom.zh-CN.md')) ?? [];
  const unit = read('deploy/pos-doctor.service');
  expect(unit.slice(unit.indexOf('[Unit]'))).toBe(shown);
  expect(unit).toMatch(/^User=posdoctor$/m);
});
