/**
 * GRANT and REVOKE as statements of a transaction: rows of `xt.role_membership`, one entity for each (user, role), over all valid time.
 *
 *   GRANT analyst TO alice       put    {_id, user: 'alice', role: 'analyst'}
 *   REVOKE analyst FROM alice    delete that entity; nothing where it is not there
 */
import { EngineError } from '../base/errors.ts';
import { MICROS_MAX, MICROS_MIN } from '../catalog/table-source.ts';
import type { Value } from '../data/types/value.ts';
import type { Grant, Revoke } from '../query/sql/ast.ts';
import type { RowEvent } from '../storage/event.ts';
import type { StatementEnvironment } from './statement-environment.ts';
import { type BoundStatement, NOTHING_DONE, type TransactionView, type WriteStatement } from './write-statement.ts';

export const ROLE_MEMBERSHIP_TABLE = { schema: 'xt', table: 'role_membership' } as const;

export class RoleMembershipStatement implements WriteStatement {
  readonly text: string;
  readonly #statement: Grant | Revoke;
  readonly #environment: StatementEnvironment;

  constructor(statement: Grant | Revoke, text: string, environment: StatementEnvironment) {
    this.#statement = statement;
    this.text = text;
    this.#environment = environment;
  }

  /** Throws 42501 unless the user is a superuser. */
  bind(view: TransactionView): BoundStatement {
    const { user: who, facts } = this.#environment;
    if (!facts.users.some(({ name, isSuperuser }) => name === who && isSuperuser)) {
      throw new EngineError('insufficient-privilege', 'Only a superuser may GRANT/REVOKE role membership.', { position: this.#statement.start, detail: `${who} is none.` });
    }
    const event = this.#event(view);
    return {
      reads: [],
      run: () => Promise.resolve({ ...NOTHING_DONE, changes: event === undefined ? [] : [{ kind: 'events', ...ROLE_MEMBERSHIP_TABLE, events: [event] }] }),
    };
  }

  #event(view: TransactionView): RowEvent | undefined {
    const { kind } = this.#statement;
    const user = this.#statement.user.text, role = this.#statement.role.text;
    const id = JSON.stringify([user, role]);
    const always = { validFrom: MICROS_MIN, validTo: MICROS_MAX };
    if (kind === 'grant') return { op: 'put', id, ...always, document: new Map<string, Value>([['_id', id], ['user', user], ['role', role]]) };
    const { schema, table } = ROLE_MEMBERSHIP_TABLE;
    return view.catalog.table(schema, table) === undefined ? undefined : { op: 'delete', id, ...always, document: null };
  }
}
