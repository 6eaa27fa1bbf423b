/** A duty calendar for tests: a day shift with a lunch break, a night shift, one for days off. */
import { parse } from 'yaml';
import type { DutyPlan } from '../../src/duty/duty.js';
import { organizationSchema } from '../../src/knowledge/schema.js';

/** What an operator's file says, with the defaults of the rest. */
export function planOf(yaml: string): DutyPlan {
  const written = parse(yaml) as object;
  return organizationSchema.parse({ name: '某服务商', assistantName: 'POS 医生', ...written });
}

export const PEOPLE = `
onCall:
  - { name: 值班甲, userid: duty-a, duty: 白班 }
  - { name: 值班乙, userid: duty-b, duty: 晚班 }
  - { name: 值班主管, userid: duty-lead, duty: 紧急情况, severities: [emergency] }
`;

export const WEEK = `${PEOPLE}
shifts:
  - name: 白班
    days: 工作日
    from: "08:30"
    to: "18:00"
    breaks: [{ from: "12:00", to: "13:00" }]
    onCall: [值班甲, 值班乙]
  - { name: 夜班, days: 工作日, from: "18:00", to: "02:00", onCall: [值班乙] }
  - { name: 假日班, days: 休息日, from: "10:00", to: "16:00", onCall: [值班乙] }
holidays:
  - { name: 国庆节, from: 2026-10-01, to: 2026-10-07 }
workdays:
  - { name: 国庆调休, date: 2026-10-10 }
afterHours:
  emergency: [值班主管, 值班甲]
`;
