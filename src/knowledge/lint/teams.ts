/** drill-team: teams that practise together each have a name of their own and somebody in them, and name scenarios that there are. */
import type { Problem } from '../problem.js';
import { layerOf, type Rule, report } from './context.js';

const RULE = 'drill-team';

export const teams: Rule = ({ content }) => {
  const { organization } = content.singles;
  const drills = new Set(content.drills.map(({ value }) => value.id));
  const layer = layerOf(organization, 'teams');
  return organization.value.teams.flatMap(({ name, drill, people }, index, all): Problem[] => {
    const problems: Problem[] = [];
    if (all.findIndex((one) => one.name === name) < index)
      problems.push(
        report(layer, ['teams', index, 'name'], RULE, `two teams are called "${name}"; give each its own name`),
      );
    if (people.length === 0)
      problems.push(
        report(layer, ['teams', index], RULE, `the team "${name}" has nobody; list who is in it under people`),
      );
    if (drill !== undefined && !drills.has(drill))
      problems.push(
        report(layer, ['teams', index, 'drill'], RULE, `no scenario "${drill}"; \`pos-doctor drill list\` names them`),
      );
    for (const [place, person] of people.entries()) {
      const other = all.slice(0, index).find((one) => one.people.includes(person));
      if (other)
        problems.push(
          report(
            layer,
            ['teams', index, 'people', place],
            RULE,
            `this person is in the team "${other.name}" too; a drill counts for one team, so keep one of the two`,
          ),
        );
    }
    return problems;
  });
};
