/** The accounts that the app may serve, as WeCom lists them (protocol page, 5.4). */
import { z } from 'zod';
import type { WecomApi } from '../api.js';
import { ACCOUNTS_MAX } from './puller.js';

const PAGE = 100;
const answer = z.object({ account_list: z.array(z.object({ open_kfid: z.string() })).default([]) });

/**
 * open_kfid of each.
 * @throws what `WecomApi` throws
 */
export async function listAccounts(api: Pick<WecomApi, 'post'>): Promise<string[]> {
  const all: string[] = [];
  while (all.length < ACCOUNTS_MAX) {
    const body = { offset: all.length, limit: PAGE };
    const { account_list } = await api.post('/cgi-bin/kf/account/list', body, { schema: answer });
    all.push(...account_list.map(({ open_kfid }) => open_kfid));
    if (account_list.length < PAGE) break;
  }
  return all;
}
