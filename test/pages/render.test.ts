import fc from 'fast-check';
import type { Knowledge } from '../../src/knowledge/schema.js';
import { escapeHtml, html } from '../../src/pages/html.js';
import { renderNotFound, renderPage } from '../../src/pages/index.js';
import { pathTo } from '../../src/pages/paths.js';
import { fixtureKnowledge, UI } from './fixture.js';

const MARK = `<b onclick="x">&'`;

/** The same value with a mark that would break out of HTML at the end of every text. */
function hostile<T>(value: T, key = ''): T {
  if (typeof value === 'string') {
    const isText =
      !/^(id|system|cause|kind|grade|retry|who|code|number|url|sources|call|links|after|faults|version|role|fault|severity)$/.test(
        key,
      );
    return (isText ? `${value}${MARK}` : value) as T;
  }
  if (Array.isArray(value)) return value.map((item) => hostile(item, key)) as T;
  if (value instanceof Map) return new Map([...value].map(([name, item]) => [name, hostile(item)])) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hostile(item, name)])) as T;
}

const PATHS = [
  pathTo.index(),
  pathTo.cause('network'),
  pathTo.fault('no-signal'),
  pathTo.fix('restart-line'),
  pathTo.codes(),
  pathTo.code('96'),
  pathTo.codeIn('bank', '96'),
  pathTo.contacts(),
  pathTo.scenarios(),
  pathTo.preventionIndex(),
  pathTo.prevention('training'),
  pathTo.topic('refund'),
  pathTo.plan(),
  pathTo.plan('cashier'),
];

const page = (path: string, query = '', knowledge: Knowledge = fixtureKnowledge()) =>
  renderPage(knowledge, path, query);

describe('html', () => {
  test('escapes what is put in, keeps what is HTML already, joins lists', () => {
    expect(html`<p>${'<&>"\''}${html`<br>`}${['a', html`<i>${'<'}</i>`]}${undefined}${false}${0}</p>`.text).toBe(
      '<p>&lt;&amp;&gt;&quot;&#39;<br>a<i>&lt;</i>0</p>',
    );
  });

  test('no text whatever breaks out of an element or a quoted attribute', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']/.test(escapeHtml(text))));
  });
});

describe('a page', () => {
  test.each(PATHS)('%s escapes everything that comes from content', (path) => {
    const text = page(path, '', hostile(fixtureKnowledge())).html;
    expect(text).not.toContain('<b onclick');
    expect(text).toContain(escapeHtml(MARK));
  });

  test('what is searched for is escaped too', () => {
    const text = page('/kb', `"><script>alert(1)</script>`).html;
    expect(text).not.toContain('<script');
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;');
  });

  test.each([
    '/kb/faults',
    '/kb/faults/',
    '/kb/faults/none',
    '/kb/none',
    '/kb/toString',
    '/kb/causes/__proto__',
    '/kb/codes/bank/none',
    '/kb/codes/none/96',
    '/kb/contacts/more',
    '/kb/%',
  ])('%s is not there, and says how to go on', (path) => {
    const { status, html: text } = page(path);
    expect(status).toBe(404);
    expect(text).toContain('role="search"');
    expect(text).toBe(renderNotFound(fixtureKnowledge()).html);
  });

  test('a slash at the end makes no difference', () => {
    expect(page('/kb/contacts/')).toEqual(page('/kb/contacts'));
    expect(page('/kb/')).toEqual(page('/kb'));
  });

  test('no address whatever throws', () => {
    const segment = fc.oneof(fc.webPath(), fc.constantFrom('/kb', '/codes', '/96', '/%FF', '/..', '/constructor'));
    fc.assert(
      fc.property(fc.array(segment), fc.string(), (parts, query) =>
        [200, 404].includes(page(`/kb${parts.join('')}`, query).status),
      ),
    );
  });
});

describe('a fix', () => {
  const text = page(pathTo.fix('restart-line')).html;

  test('says who, how long, and how often it works, as an estimate in words', () => {
    for (const words of [UI['kb.who.staff'], '约 3 分钟（估计值）', UI['kb.works.often']])
      expect(text).toContain(words);
    expect(page(pathTo.fix('pay-sim')).html).toContain(UI['kb.works.rarely']);
    expect(text).not.toMatch(/0\.6|60 ?%/);
  });

  test('marks the step that takes money, and that step only', () => {
    expect(text).toContain(
      `<li class="charges"><strong class="warning">${UI['kb.charges']}</strong> charge one yuan</li>`,
    );
    expect(text).toContain('<li>look the payment up</li>');
    expect(text).toContain(UI['kb.chargesFirst']);
  });

  test('links official and vendor sources; the others are one line with the latest date', () => {
    expect(text).toContain(
      '<a href="https://official.example/a?x=1&amp;y=2" rel="noopener" target="_blank">title of owner</a>',
    );
    expect(text).toContain('href="https://vendor.example/b"');
    expect(text).toContain('整理自公开资料（核对日期 2026-11-22）');
    expect(text).not.toMatch(/(community|promotional)\.example|(?:title|publisher) of (?:forum|seller)/);
  });
});

describe('codes', () => {
  test('all readings stand side by side, each with its advice on trying again', () => {
    const text = page(pathTo.code('96')).html;
    expect(text).toContain(UI['kb.codes.which']);
    expect(text.indexOf('meaning of 96 in bank')).toBeLessThan(text.indexOf('meaning of 96 in app'));
    expect(text).toContain(`<p class="retry retry-query_first">${UI['kb.retry.queryFirst']}</p>`);
    expect(text).toContain(`<p class="retry retry-later">${UI['kb.retry.later']}</p>`);
  });

  test('one reading points at the others', () => {
    const text = page(pathTo.codeIn('bank', '96')).html;
    expect(text).not.toContain('meaning of 96 in app');
    expect(text).toContain(`href="${pathTo.code('96')}"`);
  });

  test('case does not matter', () => {
    expect(page('/kb/codes/a%2Fb%20c%3A%E4%B8%8D%E5%8F%AF%E7%94%A8').status).toBe(200);
  });
});

describe('contacts', () => {
  const text = page(pathTo.contacts()).html;

  test('confirmed numbers and 110 can be tapped; for the others it says where the right number is', () => {
    expect([...text.matchAll(/href="tel:(\d+)"/g)].map(([, number]) => number)).toEqual(['95516', '95534', '110']);
    expect(text.split(UI['kb.numberOnMachine'] ?? '?').length - 1).toBe(3);
    expect(text).not.toMatch(/95138|95156|956196|95055/);
  });

  test('notes for ourselves are not shown', () => {
    expect(text).not.toContain('internal note');
  });

  test("an operator's own number comes first", () => {
    const knowledge = fixtureKnowledge();
    const own = { ...knowledge, organization: { ...knowledge.organization, hotline: '400-000-0000' } };
    const first = page(pathTo.contacts(), '', own).html.match(/href="tel:([\d-]+)"/)?.[1];
    expect(first).toBe('400-000-0000');
  });
});

describe('the search', () => {
  test.each([
    ['96', pathTo.code('96')],
    ['９６', pathTo.code('96')],
    ['不可用', pathTo.code('A/B C:不可用')],
    ['Symptom of SIM', pathTo.fault('sim-unpaid')],
    ['pay the', pathTo.fix('pay-sim')],
    ['name of sure', pathTo.contactsOf('acquirer')],
    ['refund', pathTo.topic('refund')],
  ])('%s finds %s', (query, path) => {
    expect(page('/kb', query).html).toContain(`href="${path}"`);
  });

  test('an exact code comes first', () => {
    const text = page('/kb', '96').html;
    expect(text.match(/<ul class="cards"><li><a href="([^"]*)"/)?.[1]).toBe(pathTo.code('96'));
  });

  test('nothing found says so', () => {
    expect(page('/kb', 'zzz').html).toContain(UI['kb.nothingFound']);
  });

  test('blanks are no search', () => {
    expect(page('/kb', '   ')).toEqual(page('/kb'));
  });
});
