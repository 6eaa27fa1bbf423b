/**
 * Loaded into the service before its own code: when the sandbox goes, however it goes, the pipe between them closes, and the
 * service ends as it does when it is told to.
 */

/** Milliseconds that the service has to finish what is under way. */
const GRACE_MS = 10_000;

process.stdin.on('end', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
});
process.stdin.on('error', () => undefined);
process.stdin.resume();
// It must not keep the service alive.
process.stdin.unref();
