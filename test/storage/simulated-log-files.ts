/** Log files in memory whose every operation can fail, and which lose what was not synced when the power goes. */
import type { LogFiles } from '../../src/storage/log/log-files.ts';

interface SimulatedFile { data: Uint8Array; durable: Uint8Array; isLinked: boolean }

export type Fault = (operation: keyof LogFiles, name: string) => string | undefined;

export class SimulatedLogFiles implements LogFiles {
  readonly files = new Map<string, SimulatedFile>();
  /** Returns an errno to fail the operation with. */
  fault: Fault = () => undefined;
  /** How many bytes of a failing write still reach the file. */
  partialBytes = 0;
  #handles: string[] = [];

  #check(operation: keyof LogFiles, name: string): void {
    const code = this.fault(operation, name);
    if (code !== undefined) throw Object.assign(new Error(`${code} in ${operation} of ${name}`), { code });
  }
  #name(file: number): string { return this.#handles[file] as string; }
  #file(name: string): SimulatedFile {
    const file = this.files.get(name);
    if (file === undefined) throw Object.assign(new Error(`no ${name}`), { code: 'ENOENT' });
    return file;
  }

  create(name: string): number {
    this.#check('create', name);
    if (this.files.has(name)) throw Object.assign(new Error(`${name} exists`), { code: 'EEXIST' });
    this.files.set(name, { data: new Uint8Array(0), durable: new Uint8Array(0), isLinked: false });
    return this.#handles.push(name) - 1;
  }
  open(name: string): number {
    this.#check('open', name);
    if (!this.files.has(name)) this.files.set(name, { data: new Uint8Array(0), durable: new Uint8Array(0), isLinked: false });
    return this.#handles.push(name) - 1;
  }
  write(handle: number, bytes: Uint8Array, offset: number): void {
    const name = this.#name(handle);
    const file = this.#file(name);
    let taken = bytes;
    let failure: unknown;
    try { this.#check('write', name); } catch (error) { failure = error; taken = bytes.subarray(0, this.partialBytes); }
    const data = new Uint8Array(Math.max(file.data.length, offset + taken.length));
    data.set(file.data);
    data.set(taken, offset);
    file.data = data;
    if (failure !== undefined) throw failure;
  }
  truncate(handle: number, bytes: number): void {
    this.#check('truncate', this.#name(handle));
    const file = this.#file(this.#name(handle));
    file.data = file.data.slice(0, bytes);
  }
  sync(handle: number): void {
    const name = this.#name(handle);
    this.#check('sync', name);
    const file = this.#file(name);
    file.durable = file.data.slice();
  }
  syncDirectory(): void {
    this.#check('syncDirectory', '');
    for (const file of this.files.values()) file.isLinked = true;
  }
  close(handle: number): void { this.#check('close', this.#name(handle)); }
  exists(name: string): boolean { return this.files.has(name); }
  list(): string[] { return [...this.files.keys()]; }
  read(name: string): Uint8Array { return this.#file(name).data.slice(); }
  remove(name: string): void { this.#check('remove', name); this.files.delete(name); }

  /** The process dies: everything written stays. */
  kill(): void { this.#handles = []; }
  /** The power goes: only what was synced stays. */
  powerLoss(): void {
    this.#handles = [];
    for (const [name, file] of this.files) {
      if (!file.isLinked) this.files.delete(name);
      else file.data = file.durable.slice();
    }
  }
}
