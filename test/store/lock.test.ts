import { FolderLock, STALE_AFTER } from '../../src/store/lock.js';
import type { Processes } from '../../src/store/processes.js';
import { systemProcesses } from '../../src/store/processes.js';
import { SimDisk } from './sim-disk.js';

/** Processes of a host with the start of each that runs. */
function host(name: string, running: Record<number, string>, pid: number): Processes {
  return { pid, host: name, startOf: (other) => running[other] ?? null };
}

describe('the lock on a data folder', () => {
  let disk: SimDisk;
  beforeEach(() => {
    disk = new SimDisk();
    disk.mkdir('/data');
  });
  const locks: FolderLock[] = [];
  afterEach(() => {
    for (const lock of locks.splice(0)) lock.release();
  });
  const lockOf = (processes: Processes): FolderLock => {
    const lock = new FolderLock(disk, '/data', processes, 0);
    locks.push(lock);
    return lock;
  };
  const running = { 7: 'monday', 8: 'tuesday' };

  test('refuses a second process and names the first', () => {
    lockOf(host('till', running, 7)).take();
    const second = lockOf(host('till', running, 8));
    expect(() => second.take()).toThrow(expect.objectContaining({ code: 'DATA_LOCKED', subject: { pid: 7 } }));
    expect(disk.readdir('/data')).toEqual(['lock']);
  });

  test('refuses a second store of the same process', () => {
    lockOf(host('till', running, 7)).take();
    expect(() => lockOf(host('till', running, 7)).take()).toThrow(expect.objectContaining({ code: 'DATA_LOCKED' }));
  });

  test('can be looked at without being taken', () => {
    const looker = lockOf(host('till', running, 8));
    expect(looker.look()).toBeNull();
    expect(disk.readdir('/data')).toEqual([]);
    lockOf(host('till', running, 7)).take();
    expect(looker.look()).toBe(7);
    expect(lockOf(host('till', running, 7)).look()).toBe(7);
    expect(lockOf(host('till', { 8: 'tuesday' }, 8)).look()).toBeNull();
    expect(disk.readdir('/data')).toEqual(['lock']);
  });

  test('of another host is looked at by its age', () => {
    lockOf(host('container-1', running, 7)).take();
    const other = lockOf(host('container-2', {}, 1));
    expect(other.look()).toBe(7);
    disk.now += STALE_AFTER;
    expect(other.look()).toBeNull();
  });

  test('cannot be looked at in a folder that takes no file', () => {
    const nowhere = new FolderLock(disk, '/nowhere', host('till', running, 8), 0);
    expect(() => nowhere.look()).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  });

  test('is free again once it is released', () => {
    const first = lockOf(host('till', running, 7));
    first.take();
    first.release();
    expect(disk.readdir('/data')).toEqual([]);
    lockOf(host('till', running, 8)).take();
  });

  test('is taken over from a process that is gone', () => {
    lockOf(host('till', running, 7)).take();
    lockOf(host('till', { 8: 'tuesday' }, 8)).take();
    expect(disk.readTextSync('/data/lock')).toContain('"pid":8');
    expect(disk.readdir('/data')).toEqual(['lock']);
  });

  test('is taken over when its number belongs to a later process, also if that is this one', () => {
    lockOf(host('till', running, 7)).take();
    lockOf(host('till', { 7: 'friday', 8: 'tuesday' }, 8)).take();
    lockOf(host('till', { 8: 'sunday' }, 8)).take();
    expect(disk.readTextSync('/data/lock')).toContain('"started":"sunday"');
  });

  test('is not taken over where a start time cannot be told and the number is in use', () => {
    lockOf(host('till', { 7: '' }, 7)).take();
    expect(() => lockOf(host('till', { 7: '', 8: '' }, 8)).take()).toThrow(
      expect.objectContaining({ code: 'DATA_LOCKED' }),
    );
  });

  test('is taken over when a power cut left it empty', () => {
    disk.plant('/data/lock', '');
    lockOf(host('till', running, 8)).take();
    expect(disk.readTextSync('/data/lock')).toContain('"pid":8');
  });

  test('of another host is respected while it is touched, and stale after that', () => {
    lockOf(host('container-1', running, 7)).take();
    const other = lockOf(host('container-2', {}, 1));
    disk.now += STALE_AFTER - 1;
    expect(() => other.take()).toThrow(expect.objectContaining({ code: 'DATA_LOCKED', subject: { pid: 7 } }));
    disk.touch('/data/lock');
    disk.now += STALE_AFTER - 1;
    expect(() => other.take()).toThrow(expect.objectContaining({ code: 'DATA_LOCKED' }));
    disk.now += 1;
    other.take();
    expect(disk.readTextSync('/data/lock')).toContain('container-2');
  });

  test('that somebody else took over in the meantime is theirs: release leaves it alone', () => {
    const first = lockOf(host('till', running, 7));
    first.take();
    lockOf(host('till', { 8: 'tuesday' }, 8)).take();
    first.release();
    expect(disk.readTextSync('/data/lock')).toContain('"pid":8');
  });

  test('taken between the look at a stale one and the take-over stays with its taker', () => {
    disk.plant('/data/lock', JSON.stringify({ pid: 9, host: 'till', started: 'long ago', token: 'stale' }));
    const winner = lockOf(host('till', running, 7));
    let raced = false;
    const slow = lockOf({
      pid: 8,
      host: 'till',
      startOf: (pid) => {
        // The slow one has read the stale lock; the winner takes it over before it goes on.
        if (pid === 9 && !raced) {
          raced = true;
          winner.take();
        }
        return (running as Record<number, string>)[pid] ?? null;
      },
    });
    expect(() => slow.take()).toThrow(expect.objectContaining({ code: 'DATA_LOCKED', subject: { pid: 7 } }));
    expect(disk.readTextSync('/data/lock')).toContain('"pid":7');
  });

  test('on a full disk is an error that says so', () => {
    disk.refuse = (operation) => (operation === 'write' ? 'ENOSPC' : null);
    const lock = lockOf(host('till', running, 7));
    expect(() => lock.take()).toThrow(expect.objectContaining({ code: 'STORE_FULL', subject: { why: 'ENOSPC' } }));
    expect(disk.readdir('/data')).toEqual([]);
  });
});

describe('processes of this machine', () => {
  test('are told apart by their start: stable for one that runs, null for none', () => {
    const mine = systemProcesses.startOf(process.pid);
    expect(mine).toBeTruthy();
    expect(systemProcesses.startOf(process.pid)).toBe(mine);
    expect(systemProcesses.startOf(1)).toBeTruthy();
    expect(systemProcesses.startOf(1)).not.toBe(mine);
    // Above the highest number any system gives out.
    expect(systemProcesses.startOf(2 ** 30)).toBeNull();
  });
});
