// One fault in a Botkit bot, in a process of its own because some faults end it: `node fault.js <fault> plain|guarded`.
// Writes what was said and what reached onTurnError, as JSON.
import { BotAdapter, MemoryStorage, TurnContext } from 'botbuilder-core';
import { Botkit, BotkitConversation } from 'botkit';

const [fault, mode] = process.argv.slice(2);
const said = [];
const errors = [];
const heard = [];

class LoopAdapter extends BotAdapter {
  name = 'Loop Adapter';
  async sendActivities(_context, activities) {
    said.push(...activities.map(({ text }) => text));
    return activities.map((_, at) => ({ id: String(at) }));
  }
  async updateActivity() {}
  async deleteActivity() {}
  async continueConversation() {}
}

/** A store that takes its time, as every real one does. */
class SlowStorage extends MemoryStorage {
  fails = '';
  async #pass(what) {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (this.fails === what) throw new Error(`the store refuses to ${what}`);
  }
  async read(keys) {
    await this.#pass('read');
    return super.read(keys);
  }
  async write(changes) {
    await this.#pass('write');
    return super.write(changes);
  }
}

const adapter = new LoopAdapter();
adapter.onTurnError = async (_context, error) => void errors.push(error.message);
const storage = new SlowStorage();
const controller = new Botkit({ adapter, storage, disable_webserver: true, disable_console: true });
if (mode === 'guarded') {
  const { guard } = await import('../dist/guard.js');
  guard(controller, console);
}

const send = (activity) => {
  const context = new TurnContext(adapter, {
    channelId: 'loop',
    from: { id: 'user' },
    recipient: { id: 'bot' },
    conversation: { id: 'chat' },
    ...activity,
  });
  return adapter.runMiddleware(context, (own) => controller.handleTurn(own));
};
const says = (text) => send({ type: 'message', text });
const happens = (botkitEventType) => send({ type: 'event', channelData: { botkitEventType } });

/** Asks for a name and says it. */
function askName(answered = async () => {}) {
  const dialogue = new BotkitConversation('name', controller);
  dialogue.ask('your name?', answered, 'name');
  dialogue.say('hello {{vars.name}}');
  controller.addDialog(dialogue);
  controller.on('message', async (bot) => bot.beginDialog('name'));
}
const boom = async () => {
  throw new Error('a defect');
};

const FAULTS = {
  async handler() {
    controller.on('message', boom);
    await says('hi');
  },
  async ask() {
    askName(boom);
    await says('hi');
    await says('Li Lei');
  },
  async write() {
    askName();
    storage.fails = 'write';
    await says('hi');
  },
  async read() {
    askName();
    storage.fails = 'read';
    await says('hi');
    storage.fails = '';
    controller.middleware.receive.use(() => {
      throw new Error('a middleware defect');
    });
    await says('hi');
  },
  async twice() {
    askName();
    await Promise.all([says('hi'), says('Li Lei')]);
  },
  async event() {
    askName();
    for (const type of ['enter_chat', 'template_card_event', 'feedback_event'])
      controller.on(type, async () => void heard.push(type));
    await says('hi');
    for (const type of ['enter_chat', 'template_card_event', 'feedback_event']) await happens(type);
    await says('Li Lei');
  },
  async link() {
    const dialogue = new BotkitConversation('link', controller);
    dialogue.before('default', async (convo) => {
      convo.setVar('link', 'https://pos.example.com/kb/faults?id=1&from=bot');
      convo.setVar('name', '<b>Li & Lei</b>');
    });
    dialogue.say('{{vars.name}}: {{vars.link}}');
    controller.addDialog(dialogue);
    controller.on('message', async (bot) => bot.beginDialog('link'));
    await says('hi');
  },
};

await FAULTS[fault]();
process.stdout.write(JSON.stringify({ said, errors, heard }));
