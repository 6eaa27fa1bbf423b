/** pos-doctor for those who already run Botkit. */
export { guard } from './guard.js';
export { stderrLog } from './log.js';
export { type PosDoctorOptions, posDoctor } from './plugin.js';
export { PROGRESS, type Shows } from './reply.js';
export { WeComAdapter, type WeComAdapterOptions } from './wecom/adapter.js';
