/** The words by which users steer the conversation (repair.yaml). Pure. */
import { commandOfPieces } from './asides.js';
import { wordList } from './choice.js';
import type { Flow } from './flow.js';
import { essence } from './options.js';
import type { Turn } from './world.js';

/** Essence → command, made once a flow: flows are replaced, never changed. */
const commandsOf = new WeakMap<Flow, ReadonlyMap<string, string>>();

/** The command that words are to the letter, or that all their pieces are. */
export function commandIn(turn: Turn, text: string): string | undefined {
  const flow = turn.world.flows.get('repair');
  if (!flow) return undefined;
  const particles = wordList(turn, 'particles');
  let commands = commandsOf.get(flow);
  if (!commands) {
    const pairs = Object.entries(flow.commands).flatMap(([name, forms]) =>
      forms.map((form): [string, string] => [essence(form, particles), name]),
    );
    // The first command that lists a form has it.
    commands = new Map(pairs.reverse());
    commandsOf.set(flow, commands);
  }
  const found = (piece: string): string | undefined => commands.get(essence(piece, particles));
  return found(text) ?? commandOfPieces(turn, found);
}
