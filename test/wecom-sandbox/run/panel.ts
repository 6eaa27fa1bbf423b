/** What WeCom sees of the service: the panel beside the chats. */
import type { Callbacks, Delivery } from '../callbacks.js';
import type { Sandbox } from '../index.js';
import type { Violation, Warning } from '../ledger.js';
import type { Breach, Call, PanelView } from '../page/types.js';
import { ruleText } from '../rules.js';
import { CUSTOMER, nameOf, SERVICER } from './corp.js';

/** Lines of a list; older ones are left out. */
const KEEP = 60;

export type ServiceView = Pick<PanelView, 'service' | 'address'>;

export function panelOf(sandbox: Sandbox, service: ServiceView, callbackMode: boolean): PanelView {
  const { ledger, faults, bot, kf } = sandbox;
  const session = kf.customer(CUSTOMER.id).session;
  return {
    ...service,
    connected: callbackMode ? null : bot.socket.connected,
    violations: ledger.violations.slice(-KEEP).map(breach),
    warnings: ledger.warnings.slice(-KEEP).map(warning),
    crashes: ledger.crashes.slice(-KEEP).map((error) => (error instanceof Error ? String(error.stack) : String(error))),
    calls: calls(sandbox),
    waiting: faults.waiting.map(({ name, left }) => (left === 1 ? name : `${name} ×${left}`)),
    kf: {
      state: session.state,
      servicer: session.servicer === undefined ? '' : nameOf(session.servicer),
      sent: session.sent,
      receives: kf.sessions.servicers.get(SERVICER.id) === true,
    },
  };
}

const breach = ({ at, door, api, rule, errcode, detail }: Violation): Breach => ({
  at,
  where: `${door} ${api}`,
  rule,
  errcode,
  what: `${ruleText(rule).what}; ${detail}`,
});

const warning = ({ at, door, api, field, detail }: Warning): Breach => ({
  at,
  where: `${door} ${api}`,
  rule: field,
  errcode: 0,
  what: detail,
});

function calls({ http, bot, botHttp, app, kf }: Sandbox): Call[] {
  const outgoing = [
    ...http.calls.slice(-KEEP).map(({ at, api, errcode }) => ({ at, api, errcode })),
    ...bot.socket.frames
      .slice(-KEEP)
      .filter(({ cmd }) => cmd !== 'ping')
      .map(({ at, cmd, errcode }) => ({ at, api: cmd, errcode })),
  ].map(({ at, api, errcode }) => call(at, 'out', api, String(errcode), errcode !== 0));
  const incoming = [
    ...callbacks('/wecom/bot', botHttp.callbacks),
    ...callbacks('/wecom/app', app.callbacks),
    ...callbacks('/wecom/kf', kf.callbacks),
  ];
  const all = [...outgoing, ...incoming].sort((a, b) => a.at - b.at);
  const lines: Call[] = [];
  for (const one of all) {
    const last = lines.at(-1);
    if (last && last.way === one.way && last.api === one.api && last.result === one.result) last.times += 1;
    else lines.push(one);
  }
  return lines.slice(-KEEP);
}

const callbacks = (path: string, { deliveries }: Callbacks): Call[] =>
  deliveries.slice(-KEEP).map((delivery) => called(path, delivery));

/** A callback, with every try at it. */
function called(path: string, { at, tries }: Delivery): Call {
  return call(at, 'in', path, tries.length === 0 ? '…' : tries.join(', '), tries.length > 0 && tries.at(-1) !== 200);
}

const call = (at: number, way: Call['way'], api: string, result: string, bad: boolean): Call => ({
  at,
  way,
  api,
  result,
  bad,
  times: 1,
});
