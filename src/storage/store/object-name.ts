import { assert } from '../../base/assert.ts';

const SEGMENT = /^[a-z0-9_-][a-z0-9._-]*$/;

/** Names are relative paths of [a-z0-9._/-] whose segments are not empty and do not begin with a dot. Anything else is a bug. */
export function checkObjectName(name: string): void {
  assert(name.length <= 1024 && name.split('/').every((segment) => SEGMENT.test(segment)), 'an object name is a relative path of [a-z0-9._/-]');
}

/** A prefix is the beginning of a name, or empty. */
export function checkObjectPrefix(prefix: string): void {
  assert(prefix.length <= 1024 && /^([a-z0-9_-][a-z0-9._-]*(\/|$))*$/.test(prefix), 'a prefix is the beginning of an object name');
}
