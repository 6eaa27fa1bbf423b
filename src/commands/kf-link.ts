/** `pos-doctor kf-link`: the link, and the sticker for a terminal, that opens 微信客服 with merchant and terminal known. */
import { extname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { WecomApi } from '../channels/wecom/api.js';
import { type Scene, sceneParam } from '../channels/wecom/scene.js';
import { fetchTokenThrough, TokenKeeper } from '../channels/wecom/token.js';
import { waitingClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import { PosDoctorError } from '../errors.js';
import { silentLog } from '../log.js';
import { siteOf } from '../pages/site.js';
import { createMemoryStore } from '../store/memory.js';
import { type Sticker, stickerPng, stickerSvg } from './kf-sticker.js';
import { printable } from './paint.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor kf-link --merchant 898110012345678 --terminal A9200123456              print the link
  $ pos-doctor kf-link --merchant 898110012345678 --terminal A9200123456 --out a.svg  and the sticker to print
  $ pos-doctor kf-link --merchant M1 --terminal T1 --out a.png --out a.svg --account wkAJ2GCAAAZSfhHCt7IFSvLKtMPxyJTw

Whoever scans it lands in customer service, and the case begins with the two numbers known. Needs WECOM_CORP_ID and the WECOM_KF_ variables;
the SVG has the caption in words (fonts of the machine that prints it), the PNG only the two numbers.`;

interface Flags extends Scene {
  account?: string;
  scene: string;
  out: string[];
}

/** Bytes of a scene (page of add_contact_way). */
const SCENE = /^[0-9A-Za-z_-]{1,32}$/;
const ACCOUNT = /^wk[0-9A-Za-z_-]{1,62}$/;
/** Accounts that are asked for, and named where one has to be chosen. */
const ACCOUNTS_MAX = 100;

export function addKfLinkCommand(program: Command): void {
  const form = (pattern: RegExp, what: string) => (value: string) => {
    if (!pattern.test(value)) throw new InvalidArgumentError(what);
    return value;
  };
  program
    .command('kf-link')
    .description('make the customer service link of a terminal, and its QR sticker')
    .requiredOption('--merchant <no>', 'merchant number (1 to 32 of 0-9 A-Z a-z _ -)')
    .requiredOption('--terminal <sn>', 'serial number of the terminal (the same)')
    .option('--account <open_kfid>', 'customer service account; may be left out if there is one', form(ACCOUNT, 'wk…'))
    .option('--scene <name>', 'scene that WeCom counts it under', form(SCENE, '1 to 32 of 0-9 A-Z a-z _ -'), 'sticker')
    .option(
      '--out <file>',
      'write the sticker to a .png or .svg; may be given twice',
      (file, all: string[]) => [...all, file],
      [],
    )
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      const config = readConfig(process.env);
      process.stdout.write(`${await makeLink(flags, config)}\n`);
    });
}

async function makeLink(flags: Flags, config: Config): Promise<string> {
  const param = sceneParam(flags);
  for (const file of flags.out) {
    if (!/^\.(?:png|svg)$/i.test(extname(file)))
      throw new PosDoctorError('BAD_ARGUMENTS', { what: `${file} is neither .png nor .svg` });
    expectWritable(file);
  }
  const { ui, word } = wordsOf(config);
  const api = await apiOf(config, ui);
  const account = flags.account ?? (await onlyAccount(config, api));
  const { url } = await api.post(
    '/cgi-bin/kf/add_contact_way',
    { open_kfid: account, scene: flags.scene },
    { schema: z.object({ url: z.url({ protocol: /^https?$/ }).max(2048) }) },
  );
  // Nothing else of the link may be changed (page of add_contact_way).
  const link = `${url}${url.includes('?') ? '&' : '?'}scene_param=${encodeURIComponent(param)}`;
  const sticker: Sticker = {
    link,
    title: word('wecom.sticker.title'),
    lines: [
      word('wecom.sticker.merchant', { merchant: flags.merchant }),
      word('wecom.sticker.terminal', { terminal: flags.terminal }),
    ],
  };
  for (const file of flags.out)
    writeWhole(file, /svg$/i.test(file) ? stickerSvg(sticker) : stickerPng({ ...flags, link }));
  return link;
}

function wordsOf(config: Config) {
  const knowledge = soundKnowledge(config.contentDir);
  return { ui: knowledge.ui, word: siteOf(knowledge).word };
}

/** With a token of its own: the service's store may be another process's. */
async function apiOf(config: Config, ui: Readonly<Record<string, string>>): Promise<WecomApi> {
  const { kf, apiBase } = config.wecom;
  if (kf === undefined)
    throw new PosDoctorError('BAD_CONFIG', {
      what: 'kf-link needs WECOM_CORP_ID, WECOM_KF_SECRET, WECOM_KF_TOKEN and WECOM_KF_AES_KEY',
    });
  const store = createMemoryStore();
  await store.open();
  // What has to be changed in the admin console, before the error itself.
  const alert = (text: string): void => {
    process.stderr.write(`${printable(text)}\n`);
  };
  const base = { base: apiBase, clock: waitingClock, log: silentLog, alert, ui: () => ui };
  const fetchToken = fetchTokenThrough(new WecomApi(base));
  const holder = `kf-link-${process.pid}`;
  const keeper = new TokenKeeper({
    store,
    corpId: kf.corpId,
    secret: kf.secret,
    fetchToken,
    clock: waitingClock,
    holder,
  });
  return new WecomApi({ ...base, keeper });
}

/** @throws {PosDoctorError} BAD_ARGUMENTS if there is none, or more than one */
async function onlyAccount(config: Config, api: WecomApi): Promise<string> {
  const configured = config.wecom.kf?.accounts ?? [];
  const known = configured.length > 0 ? configured.map((id) => ({ open_kfid: id, name: '' })) : await accountsOf(api);
  const [first, ...others] = known;
  if (first !== undefined && others.length === 0) return first.open_kfid;
  const names = known.map(({ open_kfid, name }) => (name === '' ? open_kfid : `${open_kfid} (${printable(name)})`));
  const what =
    first === undefined ? 'there is no customer service account yet' : `--account has to be one of ${names.join(', ')}`;
  throw new PosDoctorError('BAD_ARGUMENTS', { what });
}

async function accountsOf(api: WecomApi) {
  const account = z.object({ open_kfid: z.string().regex(ACCOUNT), name: z.string().default('') });
  const schema = z.object({ account_list: z.array(account).default([]) });
  const { account_list } = await api.post('/cgi-bin/kf/account/list', { offset: 0, limit: ACCOUNTS_MAX }, { schema });
  return account_list;
}
