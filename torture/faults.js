// Preloaded into the service under torture: on SIGUSR2 it reads what is to go wrong from the file that TORTURE_FAULTS names.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const RealDate = Date;
const realNow = Date.now;
let faults = {};
const read = () => {
  try {
    faults = JSON.parse(fs.readFileSync(process.env.TORTURE_FAULTS ?? '', 'utf8'));
  } catch {
    faults = {};
  }
};
read();
process.on('SIGUSR2', read);

// The clock jumps by `clockMs`; timers go on as they do when a machine's clock is set.
Date.now = () => realNow() + (faults.clockMs ?? 0);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) => (args.length === 0 ? new target(Date.now()) : new target(...args)),
  get: (target, name) => (name === 'now' ? () => realNow() + (faults.clockMs ?? 0) : Reflect.get(target, name)),
});

// A full disk: nothing that grows a file is written; reading, renaming and removing go on.
const noSpace = () =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
const isLog = (fd) => fd === 1 || fd === 2;
for (const name of ['writeSync', 'writeFileSync', 'appendFileSync']) {
  const real = fs[name];
  fs[name] = (target, ...rest) => {
    if (faults.diskFull && !isLog(target)) throw noSpace();
    return real(target, ...rest);
  };
}
const realWrite = fs.write;
fs.write = (fd, ...rest) => {
  const done = rest.at(-1);
  if (faults.diskFull && !isLog(fd)) process.nextTick(done, noSpace());
  else realWrite(fd, ...rest);
};
const { open } = fs.promises;
fs.promises.open = async (...args) => {
  const handle = await open(...args);
  for (const name of ['write', 'writeFile', 'appendFile']) {
    const real = handle[name].bind(handle);
    handle[name] = async (...rest) => {
      if (faults.diskFull) throw noSpace();
      return real(...rest);
    };
  }
  return handle;
};
for (const name of ['writeFile', 'appendFile']) {
  const real = fs.promises[name];
  fs.promises[name] = async (...rest) => {
    if (faults.diskFull) throw noSpace();
    return real(...rest);
  };
}
syncBuiltinESMExports();
