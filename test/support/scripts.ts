/** The conversations of test/conversations/, checked. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Script, scriptSchema } from '../../src/eval/script.js';
import { readDocument } from '../../src/knowledge/document.js';
import { validate } from '../../src/knowledge/validate.js';

const CONVERSATIONS = fileURLToPath(new URL('../conversations/', import.meta.url));

function readScript(folder: string, name: string): Script {
  const { doc, problems } = readDocument(name, readFileSync(`${folder}${name}`));
  const checked = doc ? validate(doc, scriptSchema) : { problems };
  if (!('value' in checked) || checked.value === undefined) throw new Error(JSON.stringify(checked.problems));
  return checked.value;
}

export interface NamedScript {
  name: string;
  script: Script;
}

/** `folder`: with a slash at the end. */
export function readScripts(folder = CONVERSATIONS): NamedScript[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.map((name) => ({ name, script: readScript(folder, name) }));
}
