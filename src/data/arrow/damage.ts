import { EngineError } from '../../base/errors.ts';

/** XX001 for bytes of `object` that are not what a writer of this format writes. `offset` counts from the start of the object. */
export const damaged = (object: string, offset: number, what: string): EngineError =>
  new EngineError('corrupt', `${object} is damaged at offset ${offset}: ${what}`);

/** 0A000 for a well-formed part of the format that is not read here. */
export const notRead = (object: string, what: string): EngineError =>
  new EngineError('unsupported', `${object} has ${what}, which cannot be read`);

/** A value that its type cannot hold, found while decoding. Whoever knows object and offset makes it XX001 (`ArrayReader.chunk`). */
export class BadValue extends Error {}
