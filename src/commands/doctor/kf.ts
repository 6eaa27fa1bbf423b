/** 微信客服: corp id and secret, the accounts, who receives, the callback. */
import { z } from 'zod';
import type { WecomApi } from '../../channels/wecom/api.js';
import type { KfConfig } from '../../config-wecom.js';
import { checkCallback } from './callback.js';
import { Calls } from './calls.js';
import { type Checks, type Desk, note, type Outcome, ok, wrong } from './desk.js';

interface Account {
  id: string;
  name: string;
}

/** Accounts a page, and pages read. */
const PAGE = 100;
const PAGES_MAX = 5;
/** Accounts whose servicers are asked for; more than that nobody reads. */
const ASKED_MAX = 20;
/** Status of a servicer who takes customers; in events the numbers are others (protocol page, 5.4). */
const RECEIVING = 0;

const accountsAnswer = z.object({
  account_list: z.array(z.object({ open_kfid: z.string(), name: z.string().catch('') })).default([]),
});
const servicersAnswer = z.object({
  servicer_list: z.array(z.object({ userid: z.string().optional(), status: z.number().optional() })).default([]),
});

export async function* kf(desk: Desk, config: KfConfig): Checks {
  const { word } = desk;
  const { corpId, token, aesKey } = config;
  const calls = new Calls(desk);
  const called = await calls.token(corpId, config.secret);
  if ('outcome' in called) yield { id: 'token', ...called.outcome };
  else {
    yield { id: 'token', ...ok(word('doctor.token.ok')) };
    yield* accounts(desk, calls, config.accounts);
  }
  // Since December 2023 its messages come to the callback of the app that may call its interface (page 97712): not one more URL.
  if (desk.config.wecom.app?.secret === config.secret) {
    const url = `${desk.config.publicUrl}/wecom/kf`;
    yield { id: 'shared', ...note(word('doctor.kf.shared'), word('doctor.kf.sharedFix', { url })) };
  }
  const place = word('doctor.place.kf');
  const secrets = { token, aesKey, receiveId: corpId };
  yield { id: 'callback', ...(await checkCallback(desk, { path: '/wecom/kf', secrets, place })) };
}

async function* accounts(desk: Desk, calls: Calls, wanted: readonly string[]): Checks {
  const listed = await calls.call(listAccounts);
  if ('outcome' in listed) {
    yield { id: 'accounts', ...listed.outcome };
    return;
  }
  const served = listed.value.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  yield { id: 'accounts', ...judge(desk, listed.value, served, wanted) };
  for (const account of served.slice(0, ASKED_MAX))
    yield { id: 'servicers', ...(await servicers(desk, calls, account)) };
}

function judge({ word }: Desk, all: readonly Account[], served: readonly Account[], wanted: readonly string[]) {
  const comma = word('kb.listComma');
  const names = (some: readonly Account[]) => some.map(({ id, name }) => (name === '' ? id : `${name} ${id}`));
  const missing = wanted.filter((id) => !all.some((account) => account.id === id));
  if (all.length === 0) return wrong(word('doctor.kf.none'), word('doctor.kf.noneFix'));
  if (missing.length === 0) return ok(word('doctor.kf.accounts', { list: names(served).join(comma) }));
  const list = names(all).join(comma);
  return wrong(word('doctor.kf.foreign', { missing: missing.join(comma), list }), word('doctor.kf.foreignFix'));
}

async function servicers({ word }: Desk, calls: Calls, { id, name }: Account): Promise<Outcome> {
  const query = { open_kfid: id };
  const listed = await calls.call((api) => api.get('/cgi-bin/kf/servicer/list', query, { schema: servicersAnswer }));
  if ('outcome' in listed) return listed.outcome;
  // Departments are in the list too; who of them receives is not said.
  const receiving = listed.value.servicer_list.filter(
    ({ userid, status }) => userid !== undefined && status === RECEIVING,
  );
  const account = name || id;
  if (receiving.length > 0) return ok(word('doctor.kf.receiving', { account, n: receiving.length }));
  return note(word('doctor.kf.nobody', { account }), word('doctor.kf.nobodyFix'));
}

async function listAccounts(api: WecomApi): Promise<Account[]> {
  const all: Account[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const body = { offset: all.length, limit: PAGE };
    const { account_list } = await api.post('/cgi-bin/kf/account/list', body, { schema: accountsAnswer });
    all.push(...account_list.map(({ open_kfid, name }) => ({ id: open_kfid, name })));
    if (account_list.length < PAGE) break;
  }
  return all;
}
