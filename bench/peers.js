// The peers beside ours in one run: classification of real utterances (natural, nlp.js) and dialogue (Botkit). Needs bench/node_modules.
import { createRequire } from 'node:module';
import { loadKnowledge } from '../dist/knowledge/load.js';
import { createNlu } from '../dist/nlu/understand.js';

const require = createRequire(import.meta.url);
const quietly = async (work) => {
  const { log } = console;
  console.log = () => {};
  try {
    return await work();
  } finally {
    console.log = log;
  }
};
const characters = (text) => {
  const units = [...text.toLowerCase().replace(/\s/g, '')];
  return [...units, ...units.slice(1).map((unit, at) => units[at] + unit)];
};

/**
 * Trained on the project's own phrases only, tested on the real utterances (which the phrases' author had read: a comparison of
 * engines on equal terms, not a forecast). A hit is any of the utterance's labels. Shares 0 … 1.
 */
export async function classifierPeers() {
  const { knowledge } = loadKnowledge();
  const train = knowledge.phrases;
  const test = knowledge.realUtterances;
  const share = (guess) =>
    test.filter(({ text, intent, also }) => [intent, ...also].includes(guess(text))).length / test.length;

  const ours = createNlu({ ...knowledge, realUtterances: [] });
  const results = { ours: share((text) => ours.understand(text).intents[0].id) };

  const { BayesClassifier } = require('natural/lib/natural/classifiers');
  const bayes = new BayesClassifier();
  for (const { text, intent } of train) bayes.addDocument(characters(text), intent);
  bayes.train();
  results.natural = share((text) => bayes.classify(characters(text)));

  const { NlpManager } = require('node-nlp');
  const manager = new NlpManager({ languages: ['zh'], forceNER: false, nlu: { log: false }, autoSave: false });
  for (const { text, intent } of train) manager.addDocument('zh', text, intent);
  await quietly(() => manager.train());
  const guesses = new Map();
  // Its likeliest intent, also where it would rather say that there is none.
  for (const { text } of test) {
    const { classifications } = await manager.process('zh', text);
    guesses.set(text, classifications.find(({ intent }) => intent !== 'None')?.intent);
  }
  results.nlpjs = share((text) => guesses.get(text));
  return results;
}

/** Botkit's own two-step dialogue without any understanding, turns a second. */
export async function botkitDialogue({ dialogues = 3_000 } = {}) {
  const { Botkit, BotkitConversation } = require('botkit');
  const { BotAdapter, MemoryStorage, TurnContext } = require('botbuilder-core');
  class LoopbackAdapter extends BotAdapter {
    async sendActivities(_context, activities) {
      return activities.map((_, at) => ({ id: String(at) }));
    }
    async updateActivity() {}
    async deleteActivity() {}
    async continueConversation() {}
  }
  const adapter = new LoopbackAdapter();
  const controller = new Botkit({
    adapter,
    storage: new MemoryStorage(),
    disable_webserver: true,
    disable_console: true,
  });
  const dialogue = new BotkitConversation('triage', controller);
  dialogue.ask('scope?', async () => {}, 'scope');
  dialogue.say('fix');
  controller.addDialog(dialogue);
  controller.on('message', async (bot) => {
    await bot.beginDialog('triage');
  });
  await new Promise((resolve) => controller.ready(resolve));
  const send = (user, text) =>
    adapter.runMiddleware(
      new TurnContext(adapter, {
        type: 'message',
        channelId: 'bench',
        text,
        from: { id: user },
        recipient: { id: 'bot' },
        conversation: { id: user },
      }),
      (context) => controller.handleTurn(context),
    );
  const run = async (from, count) => {
    for (let at = from; at < from + count; at += 1) {
      await send(`u${at}`, 'hello');
      await send(`u${at}`, 'one');
    }
  };
  await run(0, 500);
  const start = process.hrtime.bigint();
  await run(500, dialogues);
  return (dialogues * 2) / (Number(process.hrtime.bigint() - start) / 1e9);
}
