/** The list of shops of the content folder, for commands that read it once and for the service, which follows it. */
import { existsSync } from 'node:fs';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { type Merchants, NO_MERCHANTS } from '../dialogue/merchants.js';
import type { Knowledge } from '../knowledge/schema.js';
import type { Log } from '../log.js';
import { listPath } from '../merchants/import.js';
import { columnNames, loadRegister } from '../merchants/list.js';
import { type MerchantsWatch, watchMerchants } from '../merchants/watch.js';

/** None if there is no list. Throws UNREADABLE_FILE, BAD_MERCHANTS. */
export async function merchantsOf({ contentDir }: Config, knowledge: Knowledge): Promise<Merchants> {
  const file = contentDir === undefined ? undefined : listPath(contentDir);
  if (file === undefined || !existsSync(file)) return NO_MERCHANTS;
  return (await loadRegister(file, columnNames(knowledge.ui))).register;
}

export interface FollowOptions {
  config: Config;
  knowledge: () => Knowledge;
  clock: Clock;
  log: Log;
  use: (merchants: Merchants) => void;
}

/** Resolves once the list that is there is in use, or refused: a start does not depend on it. Undefined without a content folder. */
export async function followMerchants(options: FollowOptions): Promise<MerchantsWatch | undefined> {
  const { config, knowledge, clock, log, use } = options;
  if (config.contentDir === undefined) return undefined;
  const watch = watchMerchants({
    file: listPath(config.contentDir),
    names: () => columnNames(knowledge().ui),
    clock,
    taken: (loaded) => {
      use(loaded?.register ?? NO_MERCHANTS);
      if (loaded) log.info({ ...loaded.register.counts, left: loaded.left }, 'the list of shops is in use');
      else log.info({}, 'the list of shops is gone; no shop is known any more');
    },
    refused: (error) => log.error({ error: String(error) }, 'the list of shops is refused; the old one stays in use'),
  });
  await watch.look(true);
  return watch;
}
