/** Access tokens and what every API has in common. */
import { broken, type Yard, yardForEach } from './support/yard.js';

let yard: Yard;
yardForEach((made) => {
  yard = made;
});

const corp = () => yard.sandbox.options.corpId;
const gettoken = (corpsecret: string, corpid = corp()) => yard.api.get('gettoken', { corpid, corpsecret });

test('a token lives 7200 s and is the same until then', async () => {
  const { app } = yard.sandbox.options;
  const first = await gettoken(app.secret);
  expect(first).toMatchObject({ errcode: 0, expires_in: 7200 });
  await yard.clock.advance(7_199_000);
  expect(await gettoken(app.secret)).toMatchObject({ access_token: first.access_token, expires_in: 1 });
  await yard.clock.advance(1000);
  expect((await gettoken(app.secret)).access_token).not.toBe(first.access_token);
  expect(yard.sandbox.tokens.fetched).toBe(3);
});

test('wrong corp, wrong secret, no token, invented token', async () => {
  const { app } = yard.sandbox.options;
  expect((await gettoken(app.secret, 'wwOTHER')).errcode).toBe(40013);
  expect((await gettoken('wrong')).errcode).toBe(40001);
  expect((await yard.api.post('message/send', {})).errcode).toBe(41001);
  expect((await yard.api.post('message/send', {}, { access_token: 'no' })).errcode).toBe(40014);
  expect(broken(yard.sandbox)).toEqual(['corp-id', 'secret', 'token-missing', 'token-unknown']);
});

test('a token of another secret may not call', async () => {
  const [app, kf] = [await yard.api.token('app'), await yard.api.token('kf')];
  expect((await yard.api.post('message/send', {}, { access_token: kf })).errcode).toBe(301002);
  expect((await yard.api.post('kf/sync_msg', {}, { access_token: app })).errcode).toBe(48002);
  expect(broken(yard.sandbox)).toEqual(['token-foreign', 'api-forbidden']);
});

test('an expired or withdrawn token is refused, which is no breach', async () => {
  const access_token = await yard.api.token('kf');
  const ask = async (token = access_token) =>
    (await yard.api.post('kf/account/list', {}, { access_token: token })).errcode;
  expect(await ask()).toBe(0);
  await yard.clock.advance(7_200_000);
  expect(await ask()).toBe(42001);
  const next = await yard.api.token('kf');
  expect(await ask(next)).toBe(0);
  yard.sandbox.tokens.revoke();
  expect(await ask(next)).toBe(40014);
  expect(await ask(await yard.api.token('kf'))).toBe(0);
  yard.sandbox.assertClean();
  expect(yard.sandbox.ledger.excused.map(({ rule }) => rule)).toEqual(['token-expired', 'token-revoked']);
});

test('fetching a token for every call is a breach', async () => {
  for (let count = 0; count < 60; count += 1) expect((await gettoken(yard.sandbox.options.app.secret)).errcode).toBe(0);
  expect((await gettoken(yard.sandbox.options.app.secret)).errcode).toBe(45009);
  expect(broken(yard.sandbox)).toEqual(['gettoken-often']);
});

test('one secret may serve the app and 微信客服', async () => {
  const { app } = yard.sandbox.options;
  yard.sandbox.tokens.allow(app.secret, 'kf');
  expect((await yard.api.post('kf/account/list', {}, { access_token: await yard.api.token('app') })).errcode).toBe(0);
});

test('an unknown API, the wrong method, no JSON', async () => {
  const access_token = await yard.api.token('app');
  expect((await yard.api.post('message/sing', {}, { access_token })).errcode).toBe(40058);
  expect((await yard.api.get('message/send', { access_token })).errcode).toBe(40058);
  expect((await yard.api.post('message/send', 'touser=a', { access_token })).errcode).toBe(40058);
  expect((await yard.api.post('message/send', '[]', { access_token })).errcode).toBe(40058);
  expect(broken(yard.sandbox)).toEqual(['unknown-api', 'method', 'json', 'json']);
});
