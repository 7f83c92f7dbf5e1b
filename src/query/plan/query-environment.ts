/** The environment of a statement that is not inside another. */
import type { QueryEnvironment } from './binder.ts';

export const NO_ENVIRONMENT: QueryEnvironment = { outer: undefined, commonTables: new Map(), defaultValid: undefined, defaultSystem: undefined };
