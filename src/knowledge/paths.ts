/** Addresses of the knowledge pages and of the page of incidents, below the public URL. Replies link to them, `src/pages` serves them. */
const segment = encodeURIComponent;

export const pathTo = {
  index: () => '/kb',
  cause: (id: string) => `/kb/causes/${segment(id)}`,
  fault: (id: string) => `/kb/faults/${segment(id)}`,
  fix: (id: string) => `/kb/fixes/${segment(id)}`,
  code: (code: string) => `/kb/codes/${segment(code)}`,
  codeIn: (system: string, code: string) => `/kb/codes/${segment(system)}/${segment(code)}`,
  contacts: () => '/kb/contacts',
  scenarios: () => '/kb/scenarios',
  prevention: (id: string) => `/kb/prevention/${segment(id)}`,
  plan: (role?: string) => (role === undefined ? '/kb/plan' : `/kb/plan/${segment(role)}`),
  topic: (id: string) => `/kb/topics/${segment(id)}`,
  status: () => '/status',
} as const;
