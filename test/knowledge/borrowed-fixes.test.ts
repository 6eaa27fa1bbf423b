import { loadKnowledge } from '../../src/knowledge/load.js';

const { knowledge } = loadKnowledge();
const ids = [...knowledge.faults.keys()];
const all = (...starts: string[]): string[] => ids.filter((id) => starts.some((start) => id.startsWith(start)));

/**
 * Words that belong to some faults only: whoever reads them in a step believes that this is what is wrong. A fix that is also
 * offered for another fault must do without them there.
 */
const OWN: readonly (readonly [words: RegExp, fits: readonly string[]])[] = [
  [
    /请[^，。]{0,4}开通|权限|签约|产品中心/,
    ['channel-product-not-opened', 'qualification-product-permission', 'channel-new-promotion'],
  ],
  [/维护/, ['channel-maintenance', 'channel-outage']],
  [/换日|日切|23 点/, ['channel-clearing-cutoff']],
  [
    /另一家银行|换一家银行/,
    ['channel-issuer-down', ...all('balance-insuff', 'balance-limit', 'balance-res', 'balance-exp', 'balance-wrong')],
  ],
  [/外卡|境外|银联卡|币种/, ['channel-foreign-card']],
  [/优惠|活动/, ['channel-new-promotion']],
  [/限额更高|调高|交易限额|额度够|单笔额度/, ['balance-limit', 'qualification-limit']],
  [/密码.{0,3}(?:错|试)|输错|锁卡|解锁/, ['balance-wrong-pin']],
  [/有效期|要激活|新卡/, ['balance-expired-card']],
  [/银行没有放行|本人交易/, ['balance-restricted-card']],
  [/零钱/, ['balance-wallet']],
  [/贴纸码/, ['balance-static-code-limit']],
  [/风控|解冻|开户意愿/, ['qualification-risk-freeze', 'qualification-long-idle']],
  [/过期|更新资料/, ['qualification-expired-documents', 'device-payment-code-expired']],
  [/新地址|新址|登记地址|搬店/, ['qualification-moved-terminal-lock']],
  [/流量卡|续费|欠费/, ['network-sim-unpaid', 'network-wifi-router', 'qualification-sim-changed']],
  [/密钥|安全锁定|重灌/, ['device-keys-lost', 'device-not-activated']],
  [/终端无效/, ['device-terminal-unbound']],
  [/死机/, ['device-frozen']],
  [/扫码头/, ['device-scanner']],
  [/读卡口/, ['device-card-reader', 'device-card-swallowed']],
  [/同一个 Wi-Fi/, ['network-wifi-router']],
];

describe('a fix that helps another fault than its own', () => {
  const borrowed = [...knowledge.fixes.values()].flatMap((fix) =>
    Object.keys(fix.helps).map((fault) => [fix.id, fault] as const),
  );

  test.each(borrowed)('%s reads right for %s', (id, fault) => {
    const fix = knowledge.fixes.get(id);
    const texts = [fix?.title ?? '', fix?.wait ?? '', ...(fix?.steps ?? []).map(({ text }) => text)];
    const strange = OWN.filter(([, fits]) => !fits.includes(fault)).flatMap(([words]) =>
      texts.flatMap((text) => words.exec(text)?.[0] ?? []),
    );
    expect(strange).toEqual([]);
  });

  test('names only faults that there are', () => {
    expect(OWN.flatMap(([, fits]) => fits).filter((id) => !ids.includes(id))).toEqual([]);
    expect(borrowed.length).toBeGreaterThan(40);
  });

  test('one fix alone connects to the hotspot: a second one would be the first again', () => {
    const connecting = [...knowledge.fixes.values()].filter(({ steps }) => steps.some(({ text }) => /热点/.test(text)));
    expect(connecting.map(({ id }) => id)).toEqual(['network-no-signal-hotspot']);
  });
});
