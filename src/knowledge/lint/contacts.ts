/**
 * contact-region, contact-name, contact-refused: a number for a region stands in for one nationwide contact, of two contacts no two have the
 * same name, and what doNotUse warns of is nobody's number.
 */
import type { Entry } from '../content.js';
import type { Problem } from '../problem.js';
import { placeName } from '../region.js';
import type { Contact } from '../schema.js';
import { type LintContext, type Rule, report } from './context.js';

export const contacts: Rule = (context) => [...branches(context), ...names(context), ...refused(context)];

function branches({ content }: LintContext): Problem[] {
  const known = new Map(content.contacts.map(({ value }) => [value.id, value]));
  const taken = new Map<string, string>();
  return content.contacts.flatMap((entry) => {
    const { id, kind, regions, branchOf } = entry.value;
    const add = (key: 'regions' | 'branchOf', message: string) => [report(entry, [key], 'contact-region', message)];
    if (branchOf === undefined)
      return regions.length > 0 ? add('regions', `say with branchOf whose place "${id}" takes in these regions`) : [];
    const head = known.get(branchOf);
    if (regions.length === 0) return add('branchOf', `say with regions where "${id}" takes the place of "${branchOf}"`);
    if (!head) return add('branchOf', `no contact "${branchOf}"; correct the id`);
    if (head.branchOf !== undefined)
      return add('branchOf', `"${branchOf}" is for regions itself; name the nationwide one`);
    if (head.kind !== kind) return add('branchOf', `"${branchOf}" is of kind ${head.kind}, "${id}" of kind ${kind}`);
    return regions.flatMap((region, index) => {
      const key = `${branchOf} ${placeName(region)}`;
      const other = taken.get(key);
      taken.set(key, id);
      if (other === undefined) return [];
      return [report(entry, ['regions', index], 'contact-region', `"${other}" is for "${region}" already; keep one`)];
    });
  });
}

/** Who is asked for by a name must be one; regions' numbers are asked for by the name of the whole. */
function names({ content }: LintContext): Problem[] {
  const owners = new Map<string, Entry<Contact>>();
  return content.contacts
    .filter(({ value }) => value.branchOf === undefined)
    .flatMap((entry) =>
      [...new Set([entry.value.name, ...entry.value.aliases])].flatMap((name) => {
        const other = owners.get(name);
        if (other === undefined) owners.set(name, entry);
        if (other === undefined) return [];
        const message = `"${other.value.id}" is called "${name}" too, and would be given as well; leave it with one`;
        return [report(entry, [], 'contact-name', message, 'warning')];
      }),
    );
}

function refused({ content }: LintContext): Problem[] {
  const digits = (number: string): string => number.replace(/\D/g, '');
  const bad = content.doNotUse.map(({ value }) => value).filter(({ number }) => /^[\d-]+$/.test(number));
  return content.contacts.flatMap((entry) =>
    bad
      .filter(({ number }) => digits(number) === digits(entry.value.number))
      .map(({ number, claimedFor }) =>
        report(entry, ['number'], 'contact-refused', `${number} is under doNotUse (${claimedFor}); use another number`),
      ),
  );
}
