import { Botkit } from 'botkit';
import { Assistant, createLowdbStore, loadWorld, readConfig, systemClock } from 'pos-doctor';
import { stderrLog as log, posDoctor, WeComAdapter } from 'pos-doctor-botkit';

const { wecom: config, publicUrl, publicUrlGiven, dataDir } = readConfig(process.env);
const store = createLowdbStore(dataDir);
const world = loadWorld({ publicUrl });

const knowledge = () => world.knowledge;
const adapter = new WeComAdapter({ config, store, knowledge, publicUrl: () => publicUrl, publicUrlGiven });
adapter.onTurnError = async (_context, error) => log.error({ error: error.name }, 'a turn failed');

const assistant = new Assistant({ store, world: () => world, channels: adapter.boards, clock: systemClock, log });
await assistant.start(); // opens the store; the doors open once Botkit is ready

const controller = new Botkit({ adapter, disable_webserver: true, disable_console: true });
controller.hears('营业时间', 'message', async (bot, message) => {
  await bot.reply(message, '每天 9:00–21:00');
});
controller.usePlugin(posDoctor({ assistant })); // gets what nothing else took

process.once('SIGTERM', async () => {
  await controller.shutdown();
  await assistant.stop();
});
