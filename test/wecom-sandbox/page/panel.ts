// The panel beside the chats: what WeCom sees of the service, its servicers, and what can be made to go wrong.
import { byId, make } from '../../../web/dom.js';
import { link } from './text.js';
import type { Breach, Call, Fault, PanelView } from './types.js';

const KF_STATES = ['未处理（0）', '机器人接待中（1）', '在待接入池排队（2）', '人工接待中（3）', '已结束或未开始（4）'];
/** Messages that the API may send after one of the customer. */
const KF_SENDS = 5;

const status = byId('status', HTMLUListElement);
const verdict = byId('verdict', HTMLParagraphElement);
const violations = byId('violations', HTMLUListElement);
const warnings = byId('warnings', HTMLUListElement);
const calls = byId('calls', HTMLOListElement);
const faults = byId('faults', HTMLDivElement);
const waiting = byId('waiting', HTMLParagraphElement);
const session = byId('session', HTMLParagraphElement);
const badge = byId('badge', HTMLSpanElement);

export function drawPanel(panel: PanelView): void {
  const { connected, service, address } = panel;
  status.replaceChildren(
    ...(connected === null
      ? [light(true, '智能机器人：HTTP 回调方式')]
      : [light(connected, connected ? '智能机器人：长连接已连上' : '智能机器人：长连接没有连上')]),
    light(
      service === 'up',
      ...(service === 'up' ? ['服务：在运行，', link(address, '看它的网页')] : ['服务：正在重启']),
    ),
  );
  const bad = panel.violations.length + panel.crashes.length;
  const odd = panel.warnings.length;
  verdict.className = bad > 0 ? 'bad' : odd > 0 ? 'odd' : 'good';
  verdict.textContent =
    bad > 0 ? `${bad} 处违规：真的企业微信不会接受` : odd > 0 ? `没有违规，${odd} 处提醒` : '没有违规，没有提醒';
  badge.textContent = bad + odd > 0 ? String(bad + odd) : '';
  badge.className = bad > 0 ? 'bad' : 'odd';
  violations.replaceChildren(...panel.violations.map((one) => drawBreach(one, 'bad')), ...panel.crashes.map(drawCrash));
  warnings.replaceChildren(...panel.warnings.map((one) => drawBreach(one, 'odd')));
  waiting.textContent = panel.waiting.length === 0 ? '' : `等着发生：${panel.waiting.join('、')}`;
  calls.replaceChildren(...panel.calls.toReversed().map(drawCall));
  drawKf(panel.kf);
}

function drawKf({ state, servicer, sent, receives }: PanelView['kf']): void {
  const who = servicer === '' ? '' : `，接待的是${servicer}`;
  const left = state < 2 ? `。顾客这句话之后还能发 ${Math.max(0, KF_SENDS - sent)} 条` : '';
  session.textContent = `会话状态：${KF_STATES[state] ?? state}${who}${left}`;
  byId('take', HTMLButtonElement).disabled = state === 3 || state === 4;
  byId('end', HTMLButtonElement).disabled = state !== 3;
  byId('reply', HTMLButtonElement).disabled = state !== 3;
  byId('receives', HTMLInputElement).checked = receives;
}

/** The faults that make sense in this chat. */
export function drawFaults(all: readonly Fault[], chat: string, cause: (fault: string) => void): void {
  const here = all.filter(({ chats }) => chats.includes(chat));
  faults.replaceChildren(
    ...here.map(({ id, label, hint }) => {
      const button = make('button', { type: 'button', title: hint }, label);
      button.addEventListener('click', () => cause(id));
      return button;
    }),
  );
  byId('no-faults', HTMLParagraphElement).hidden = here.length > 0;
}

function light(on: boolean, ...words: (Node | string)[]): HTMLElement {
  return make('li', { class: on ? 'on' : 'off' }, ...words);
}

function drawBreach({ at, where, rule, errcode, what }: Breach, kind: string): HTMLElement {
  const code = errcode === 0 ? '' : ` ${errcode}`;
  return make(
    'li',
    { class: kind },
    make('b', {}, `${rule}${code}`),
    make('span', { lang: 'en' }, what),
    make('small', {}, `${clock(at)} ${where}`),
  );
}

function drawCrash(stack: string): HTMLElement {
  return make('li', { class: 'bad' }, make('b', {}, '沙箱自己出错'), make('span', { lang: 'en' }, stack));
}

function drawCall({ at, way, api, result, bad, times }: Call): HTMLElement {
  const arrow = way === 'out' ? '→' : '←';
  return make(
    'li',
    { class: bad ? 'failed' : '' },
    make('span', { title: way === 'out' ? '服务调企业微信' : '企业微信回调服务' }, arrow),
    make('code', {}, api),
    make('span', { class: 'result' }, times === 1 ? result : `${result} ×${times}`),
    make('small', {}, clock(at)),
  );
}

function clock(at: number): string {
  return new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    new Date(at),
  );
}
