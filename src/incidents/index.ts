export { ALLOWED, asTime, type Change, Detector, INCIDENT_LIMITS, type Planned } from './detector.js';
export type { Alarm, Incident } from './incident.js';
export { MARK_LIMITS, type Mark, markFrom, markOf, type Suspects, suspectsOf } from './marks.js';
export { LIMITS } from './memory.js';
export { type DetectorState, detectorFrom, mergedFrom, STATE_LIMIT, STATE_VERSION, stateOf } from './state.js';
export {
  ALL,
  ATTRIBUTES,
  type Attribute,
  type Attributes,
  type Report,
  streamAttributes,
  streamKey,
  streamsOf,
} from './streams.js';
