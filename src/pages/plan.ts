/** The page of the emergency plan: all roles, or one role's steps on a sheet to print and put at the till. */
import type { PlanRole, Situation } from '../knowledge/schema.js';
import { type Child, html } from './html.js';
import { callItems, list, section, sourceBlock } from './parts.js';
import { pathTo } from './paths.js';
import type { Content, Site } from './site.js';

/** `role`: an id; the whole plan without one. */
export function planPage(site: Site, role?: string): Content | undefined {
  const { knowledge, word } = site;
  const all = [...knowledge.planRoles.values()];
  const roles = all.filter(({ id }) => role === undefined || id === role);
  const [only] = roles;
  const situations = [...knowledge.situations.values()];
  if (only === undefined) return undefined;
  const body = html`<p class="lead">${word('kb.plan.lead')}</p>
${
  role === undefined
    ? section(
        word('kb.plan.byRole'),
        list(
          all.map((one) => html`<a href="${pathTo.plan(one.id)}">${word('kb.plan.sheet', { role: one.label })}</a>`),
        ),
      )
    : undefined
}
${situations.map((situation) => situationBlock(site, situation, roles))}
${sourceBlock(
  site,
  situations.flatMap(({ sources }) => sources),
)}`;
  if (role === undefined) return { title: word('kb.plan'), trail: [], body };
  return {
    title: word('kb.plan.sheet', { role: only.label }),
    trail: [{ title: word('kb.plan'), path: pathTo.plan() }],
    body,
  };
}

function situationBlock(site: Site, situation: Situation, roles: readonly PlanRole[]): Child {
  const parts = roles.map((role) => roleBlock(site, situation, role)).filter((part) => part !== undefined);
  const { title, severity, id } = situation;
  const head = site.word('plan.head', { title, severity: site.word(`duty.severity.${severity}`) });
  return section(head, parts.length > 0 && html`${parts}`, { id, kind: 'plan' });
}

function roleBlock(site: Site, { steps }: Situation, { id, label }: PlanRole): Child {
  const { word, knowledge } = site;
  const own = steps.filter(({ role }) => role === id);
  if (own.length === 0) return undefined;
  const kinds = [...new Set(own.flatMap(({ call }) => call))];
  const total = own.reduce((sum, { minutes }) => sum + minutes, 0);
  return html`<h3>${word('plan.roleHead', { role: label, n: own.length, total })}</h3>
<ol class="steps">${own.map(({ title, minutes, text, cannot, fault }) => {
    const cause = knowledge.faults.get(fault ?? '');
    return html`<li><strong>${title}</strong> <small>${word('kb.plan.within', { n: minutes })}</small><br>${text}${
      cannot && html`<br><small>${word('kb.plan.cannot', { text: cannot })}</small>`
    }${cause && html`<br><small><a href="${pathTo.fault(cause.id)}">${cause.title}</a></small>`}</li>`;
  })}</ol>
${kinds.length > 0 && html`<p>${word('kb.whomToCall')}</p>${list(callItems(site, kinds))}`}`;
}
