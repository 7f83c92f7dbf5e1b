/** Log files on the disk whose operations fail when told to. */
import { type LogFiles, openLogFiles } from '../../src/storage/log/log-files.ts';
import type { Fault } from './simulated-log-files.ts';

/** `fault` is asked before each operation; an errno makes it fail without an effect. */
export function openFaultyLogFiles(directory: string, fault: Fault): LogFiles {
  const inner = openLogFiles(directory);
  const names = new Map<number, string>();
  const check = (operation: keyof LogFiles, name: string): void => {
    const code = fault(operation, name);
    if (code !== undefined) throw Object.assign(new Error(`${code} in ${operation} of ${name}`), { code });
  };
  const remember = (file: number, name: string): number => { names.set(file, name); return file; };
  const nameOf = (file: number): string => names.get(file) ?? '';
  return {
    create: (name) => { check('create', name); return remember(inner.create(name), name); },
    open: (name) => { check('open', name); return remember(inner.open(name), name); },
    write: (file, bytes, offset) => { check('write', nameOf(file)); inner.write(file, bytes, offset); },
    truncate: (file, bytes) => { check('truncate', nameOf(file)); inner.truncate(file, bytes); },
    sync: (file) => { check('sync', nameOf(file)); inner.sync(file); },
    syncDirectory: () => { check('syncDirectory', ''); inner.syncDirectory(); },
    close: (file) => { check('close', nameOf(file)); inner.close(file); },
    exists: (name) => { check('exists', name); return inner.exists(name); },
    list: () => { check('list', ''); return inner.list(); },
    read: (name) => { check('read', name); return inner.read(name); },
    remove: (name) => { check('remove', name); inner.remove(name); },
  };
}
