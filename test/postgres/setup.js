// Before all tests: a place where the first one that needs a server leaves word of it. None is started here.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function setup() {
  process.env.POS_DOCTOR_TEST_RUN = mkdtempSync(join(tmpdir(), 'pos-doctor-run-'));
  process.env.POS_DOCTOR_TEST_PID = String(process.pid);
}
