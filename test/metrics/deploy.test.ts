/** The alerts, the dashboard and the handbook name only what there is, and everything that there is to alert on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ERROR_KINDS, OUTAGES } from '../../src/errors.js';
import { LOG_EVENTS } from '../../src/metrics/log-events.js';
import { Metrics } from '../../src/metrics/metrics.js';
import { OutboxLook } from '../../src/metrics/outbox.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { fixtureKnowledge } from '../pages/fixture.js';
import { testClock } from '../support/clock.js';

interface Rule {
  alert: string;
  expr: string;
  for: string;
  labels: { severity: string };
  annotations: { summary: string; description: string; runbook: string };
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const file = parse(read('deploy/prometheus-alerts.yaml')) as { groups: { rules: Rule[] }[] };
const rules = file.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('deploy/grafana-dashboard.json')) as {
  panels: { id: number; title: string; targets: { expr: string; legendFormat: string }[] }[];
};
const handbook = read('docs/operations.zh-CN.md');

/** Labels that Prometheus puts on whatever it reads. */
const OUTSIDE = ['job', 'instance'];
const SUFFIXES = ['_bucket', '_sum', '_count'];
const known = new Map<string, readonly string[]>([['up', OUTSIDE]]);

beforeAll(async () => {
  const metrics = new Metrics({ version: '1', knowledge: fixtureKnowledge, process: true });
  const bot = { name: 'wecom-bot', ready: () => ({ ok: true }), serves: () => true, holdsLease: () => true };
  metrics.watch({
    channels: [bot],
    outbox: new OutboxLook(createMemoryStore(), testClock()),
    storeKeeps: () => true,
    lookout: { leads: true, lagMs: 0 },
  });
  metrics.committed('web', [], 1);
  for (const metric of await metrics.registry.getMetricsAsArray()) {
    const { name, labelNames = [], type } = metric as unknown as { name: string; labelNames?: string[]; type: string };
    const labels = [...OUTSIDE, ...labelNames];
    known.set(name, labels);
    if (type === 'histogram') for (const suffix of SUFFIXES) known.set(name + suffix, [...labels, 'le']);
  }
  metrics.registry.clear();
});

/** Every metric of a query that exists in no registry, every label that its metrics do not have. */
function unknownIn(expr: string): string[] {
  const bare = expr.replace(/"[^"]*"/g, '""').replace(/\[[^\]]*\]/g, '');
  const names = [...bare.matchAll(/\b(?:(?:pos_doctor|process|nodejs)_\w+|up\b)/g)].map(([name]) => name);
  const labels = [
    ...[...bare.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) =>
      [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    ),
    ...[...bare.matchAll(/\b(?:by|on|without|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, inside = '']) =>
      inside.split(',').map((label) => label.trim()),
    ),
  ].filter((label) => label !== '');
  const has = new Set(names.flatMap((name) => known.get(name) ?? []));
  const missing = names.filter((name) => !known.has(name));
  return [
    ...(names.length === 0 ? ['no metric at all'] : []),
    ...missing,
    ...labels.filter((label) => !has.has(label)),
  ];
}

test('the check finds a metric and a label that do not exist', () => {
  expect(unknownIn('sum by (user) (rate(pos_doctor_turns{door="web"}[5m]))')).toEqual([
    'pos_doctor_turns',
    'door',
    'user',
  ]);
  expect(unknownIn('sum by (user) (pos_doctor_turns_total)')).toEqual(['user']);
  expect(unknownIn('pos_doctor_turns_total{outcome="failed"}')).toEqual([]);
});

describe('alerts', () => {
  test('there are some, each with a name of its own', () => {
    expect(rules.length).toBeGreaterThan(30);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  test('each asks for metrics and labels that exist', () => {
    expect(rules.flatMap(({ alert, expr }) => unknownIn(expr).map((what) => `${alert}: ${what}`))).toEqual([]);
  });

  test('each says in Chinese what it means, how urgent it is, and where to read on', () => {
    for (const { alert, labels, annotations, for: wait } of rules) {
      expect(annotations.summary).toMatch(/\p{Script=Han}/u);
      expect(annotations.description).toMatch(/\p{Script=Han}/u);
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(wait).toMatch(/^\d+[smh]$/);
      expect(annotations.runbook).toBe(`docs/operations.zh-CN.md#${alert.toLowerCase()}`);
    }
  });

  test('a label that a summary shows is left by the query', () => {
    for (const { expr, annotations } of rules)
      for (const [, label = ''] of annotations.summary.matchAll(/\$labels\.(\w+)/g)) {
        const by = /^(?:sum|max|min|count) by \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/);
        const quantile = /sum by \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/);
        expect(by ?? quantile ?? OUTSIDE.concat('door')).toContain(label);
      }
  });

  test('an event that they wait for is one that is logged', () => {
    const events = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/event=~"([^"]*)"/g)].flatMap(([, all = '']) => all.split('|')),
    );
    expect(events.length).toBeGreaterThan(10);
    expect(events.filter((event) => !(Object.values(LOG_EVENTS) as string[]).includes(event))).toEqual([]);
  });
});

describe('the handbook', () => {
  test('has for each alert its metrics, its lines of the log and numbered steps', () => {
    for (const { alert, expr } of rules) {
      const [, section = ''] = new RegExp(`^### ${alert}\n([^]*?)(?=^##)`, 'm').exec(handbook) ?? [];
      expect(section).toContain('- 日志：');
      expect(section).toMatch(/^1\. /m);
      for (const [name] of expr.matchAll(/\b(?:pos_doctor|process|nodejs)_\w+/g))
        expect(section).toContain(`\`${name.replace(/_bucket$/, '')}\``);
    }
  });

  test('speaks of no alert and no metric that does not exist', () => {
    const named = new Set([...handbook.matchAll(/PosDoctor\w+/g)].map(([name]) => name));
    expect([...named].sort()).toEqual(rules.map(({ alert }) => alert).sort());
    const metrics = [...handbook.matchAll(/`((?:pos_doctor|process|nodejs)_\w+)`/g)].map(([, name = '']) => name);
    expect(metrics.filter((name) => !known.has(name))).toEqual([]);
  });

  test('says of whom it speaks where an alert names it by a label', () => {
    const labelled = rules.filter(({ annotations }) => annotations.summary.replace(/（[^）]*）/g, '').includes('{{'));
    expect(labelled.length).toBeGreaterThan(10);
    for (const { alert, annotations } of labelled) {
      const [, first = ''] = new RegExp(`^### ${alert}\n\n([^。，]*)`, 'm').exec(handbook) ?? [];
      const bare = annotations.summary.replace(/（[^）]*）/g, '').replace(/\{\{[^}]*\}\}\s*/g, '');
      expect([alert, first.replace(/（[^）]*）/g, '')]).not.toEqual([alert, bare.split(/[，。]/)[0]]);
      expect(first).not.toMatch(/\{\{|\p{Script=Han} \p{Script=Han}/u);
    }
  });

  test('tells what to do about each way in which the store refuses', () => {
    const [, section = ''] = /^### PosDoctorStoreRefuses\n([\s\S]*?)(?=^##)/m.exec(handbook) ?? [];
    for (const code of OUTAGES) {
      expect(section).toContain(`（\`${code}\`）`);
      // What /readyz says of it, up to the reason.
      expect(section).toContain(`\`${ERROR_KINDS[code].message.split(':')[0]}\``);
    }
  });

  test('lists each event with its line', () => {
    for (const [line, event] of Object.entries(LOG_EVENTS))
      expect(handbook).toContain(`| \`${event}\` | \`${line}\` |`);
  });
});

test('each line that is counted by name is one that the program writes', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('log-events.ts'))
    .map((name) => read(join('src', name)))
    .join('\n');
  expect(Object.keys(LOG_EVENTS).filter((line) => !sources.includes(`'${line}'`))).toEqual([]);
});

describe('the dashboard', () => {
  const targets = dashboard.panels.flatMap(({ title, targets: all }) => all.map((target) => ({ title, ...target })));

  test('each query asks for metrics and labels that exist', () => {
    expect(targets.flatMap(({ title, expr }) => unknownIn(expr).map((what) => `${title}: ${what}`))).toEqual([]);
  });

  test('each of our metrics is on it', () => {
    const shown = targets.map(({ expr }) => expr).join(' ');
    const ours = [...known.keys()].filter(
      (name) => name.startsWith('pos_doctor_') && !/_(?:bucket|sum|count)$/.test(name),
    );
    const missing = ours.filter((name) => !shown.includes(name));
    expect(missing).toEqual(['pos_doctor_outbox_looked_timestamp_seconds']);
  });

  test('panels have ids of their own and titles in Chinese or Latin words', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.panels.every(({ title }) => title.trim() !== '')).toBe(true);
  });
});
