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

test('the unit of the guide is the one in deploy/', () => {
  const [, shown] = /```ini\n([\s\S]*?)```/.exec(read('docs/deploy-wecom.zh-CN.md')) ?? [];
  const unit = read('deploy/pos-doctor.service');
  expect(unit.slice(unit.indexOf('[Unit]'))).toBe(shown);
  expect(unit).toMatch(/^User=posdoctor$/m);
});
