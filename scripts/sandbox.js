// Chat with the service through a local WeCom, in the browser: npm run sandbox (-- --help shows its flags).
import { buildSandbox } from './build-sandbox.js';

buildSandbox();
const { main } = await import('../.sandbox/test/wecom-sandbox/run/main.js');
process.exit(await main(process.argv.slice(2)));
