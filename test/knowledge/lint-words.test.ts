import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../../src/knowledge/document.js';
import { packageKnowledge } from '../../src/knowledge/load.js';
import { lintWordsSchema } from '../../src/knowledge/rules.js';

describe('the words of the real lint.yaml', () => {
  const words = realWords();
  const clash = (text: string, patterns: readonly string[]): boolean =>
    patterns.some((source) => new RegExp(source, 'iu').test(text));

  function realWords() {
    const parsed = readDocument('lint.yaml', readFileSync(join(packageKnowledge(), 'lint.yaml')));
    return lintWordsSchema.parse(parsed.doc?.data);
  }

  test.each([
    '把一笔拆成两笔刷',
    '超限就分单',
    '分两次刷',
    '减小金额再收',
    '把机器拆开机壳看看',
    '拆机清灰',
    '恢复出厂设置',
    '清空终端数据',
    '自己换一张流量卡',
    '把手机卡插上去试试',
    '换上手机卡',
    '改一下APN',
    '设置IP地址和端口',
    '用压卡代替',
    '手写签购单让顾客签',
    '绕过风控',
    '多养卡',
    '先转账再解冻',
    '交解冻费',
    '把验证码发给我们，提供密码',
    '告诉对方银行卡密码',
  ])('forbid: %s', (text) => {
    expect(
      clash(
        text,
        words.forbidden.map(({ pattern }) => pattern),
      ),
    ).toBe(true);
  });

  test.each(['查明没有扣款后，再收一次', '确认上一笔失败后再收', '顾客没被扣钱，再收一次', '上一笔未扣款，再刷'])(
    'let a step charge: %s',
    (text) => {
      expect(clash(text, words.guards)).toBe(true);
    },
  );

  test.each(['再收一次', '看有没有扣款，再收一次', '确认金额后，再收一次', '查看有没有成功，再刷'])(
    'are no guard of a step that charges: %s',
    (text) => {
      expect(clash(text, words.guards)).toBe(false);
    },
  );

  test.each([
    '请顾客换一张卡',
    '重启光猫和路由器',
    '打开后台看订单',
    '请收单机构更换流量卡',
    '问运营商流量卡是否欠费',
    '核对金额后重新输入',
    '看机身贴纸上的终端号',
    '请顾客自己输密码',
    '备好商户编号和端口以外的信息',
    '看风控通知',
  ])('allow: %s', (text) => {
    expect(
      clash(
        text,
        words.forbidden.map(({ pattern }) => pattern),
      ),
    ).toBe(false);
  });

  test.each([
    '再刷一次',
    '重新收款',
    '再试一笔',
    '收 1 元试试',
    '收这一笔',
    '请顾客换一种方式付',
    '请顾客换一张卡插卡',
    '刷一笔看看',
  ])('charging: %s', (text) => expect(clash(text, words.charging)).toBe(true));

  test.each([
    '再查一次',
    '重新签到',
    '重新插上网线',
    '打开微信或支付宝的付款码',
    '请顾客退出付款码再打开',
    '在收款后台查这一笔',
    '再试一次签到',
  ])('not charging: %s', (text) => expect(clash(text, words.charging)).toBe(false));

  test.each(['不要', '不能', '别', '请勿', '切勿', '禁止', '不得'])('prohibition: %s', (text) => {
    expect(clash(text, words.prohibitions)).toBe(true);
  });

  test.each(['换别家银行的卡', '分别试一下', '特别的', '不行就', '不通时'])('no prohibition: %s', (text) => {
    expect(clash(text, words.prohibitions)).toBe(false);
  });
});
