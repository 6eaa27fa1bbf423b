/** What the fake assistant says in a browser: one reply of every type. */
import type { Reply } from '../../src/dialogue/reply.js';
import type { Answer } from '../channels/fake-assistant.js';

const text = (words: string): Reply => ({ type: 'text', text: words, options: [], links: [] });

export const QUESTION: Reply = {
  type: 'question',
  question: 'charged',
  text: '刚才这一笔，顾客手机上有没有扣款，或者机器显示「处理中」？\n先弄清这个，是为了不让顾客付两次。',
  options: [
    { id: 'yes', label: '扣了或处理中' },
    { id: 'no', label: '没有扣款' },
    { id: 'unknown', label: '不清楚' },
  ],
  links: [],
};

export const FIX: Reply = {
  type: 'fix',
  question: 'fix',
  text: '可能是流量卡停了：换热点能用。\n1. 打开自己手机的「个人热点」。\n2. 在机器上连这个热点，点一次「签到」。\n不要做：\n· 自己拔卡换到别的机器',
  options: [
    { id: 'solved', label: '好了' },
    { id: 'not-solved', label: '还是不行' },
    { id: 'human', label: '转人工' },
  ],
  links: [{ title: '步骤和来源', url: '/kb/fixes/restart-line' }],
};

export const CONTACT: Reply = {
  type: 'contact',
  text: '打银联商务的电话 95534，报商户号。\n要你先转账的是骗子，打 96110。',
  options: [],
  links: [
    { title: '银联商务', url: 'tel:95534' },
    { title: '其他电话', url: '/kb/contacts' },
  ],
};

const CODE: Reply = {
  type: 'code',
  question: 'pay-method',
  text: '代码 96 在不同系统里意思不同：\n· 刷卡：系统异常，先查这一笔\n· 扫码：营业执照撤销',
  options: [
    { id: 'card', label: '刷卡' },
    { id: 'scan', label: '扫码' },
  ],
  links: [{ title: '代码 96', url: '/kb/codes/96' }],
};

const SUMMARY: Reply = { type: 'summary', text: '情况小结\n· 没有扣款\n· 签到失败', options: [], links: [] };
const ERROR: Reply = { type: 'error', text: '刚才没处理成功，请再说一次。', options: [], links: [] };
const LONG = text(`${'ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR'.repeat(3)} <b>不是标签</b> & 'x'`);

export const ANSWERS: Readonly<Record<string, Answer>> = {
  问: { replies: [QUESTION], state: { status: 'asking', question: 'charged' } },
  no: { replies: [FIX], state: { status: 'fixing', fix: 'restart-line' } },
  'not-solved': { replies: [CONTACT, SUMMARY], state: { status: 'escalated' } },
  solved: { replies: [text('太好了。')], state: { status: 'resolved' } },
  都来: {
    replies: [LONG, QUESTION, FIX, CONTACT, SUMMARY, ERROR, CODE],
    state: { status: 'asking', question: 'pay-method' },
  },
};

export const LABELS: Readonly<Record<string, string>> = Object.fromEntries(
  [QUESTION, FIX, CODE].flatMap(({ options }) => options.map(({ id, label }) => [id, label])),
);
