/** PREPARE, EXECUTE and DEALLOCATE: statements that a session keeps by name. */
import { must } from '../base/assert.ts';
import { EngineError } from '../base/errors.ts';
import type { EvaluationContext } from '../catalog/function.ts';
import { typeOfValue } from '../data/types/column-type.ts';
import type { Value } from '../data/types/value.ts';
import type { Deallocate, Execute, Prepare } from '../query/sql/ast.ts';
import { declaredTypes, type ParameterInput, parameterValues } from '../tx/parameters.ts';
import { evaluateExpression } from '../tx/planning.ts';
import { parseText, type SessionStatement } from './parsed.ts';

export class PreparedTexts {
  readonly #statements = new Map<string, SessionStatement>();

  clear(): void { this.#statements.clear(); }

  /** `outer` is the whole PREPARE statement. Throws 42P05 for a name that is taken. */
  prepare(tree: Prepare, outer: SessionStatement): void {
    if (this.#statements.has(tree.name.text)) throw new EngineError('duplicate-statement', `prepared statement "${tree.name.text}" already exists`, { position: tree.name.start });
    const { start, end } = tree.statement;
    const [statement] = parseText(outer.text.slice(start - outer.position, end - outer.position));
    this.#statements.set(tree.name.text, must(statement, 'PREPARE has a statement'));
  }

  deallocate(tree: Deallocate): void {
    if (tree.name === undefined) this.clear(); else this.#statements.delete(tree.name.text);
  }

  /** Throws 26000 for a name that there is not. */
  find(tree: Execute): SessionStatement {
    const statement = this.#statements.get(tree.name.text);
    if (statement === undefined) throw new EngineError('undefined-statement', `prepared statement "${tree.name.text}" does not exist`, { position: tree.name.start });
    return statement;
  }
}

/** The values of EXECUTE's arguments, which may use parameters of their own. */
export function executeArguments(tree: Execute, statement: SessionStatement, parameters: readonly ParameterInput[], evaluation: EvaluationContext): ParameterInput[] {
  const outer = parameterValues(parameters, [], evaluation);
  if (tree.args.length !== statement.parameterCount) {
    throw new EngineError('undefined-parameter', `wrong number of parameters for prepared statement "${tree.name.text}"`, { detail: `Expected ${statement.parameterCount} parameters but got ${tree.args.length}.`, position: tree.start });
  }
  return tree.args.map((arg): ParameterInput => {
    const value: Value = evaluateExpression(arg, outer, declaredTypes(parameters), evaluation);
    return value === null ? { kind: 'untyped', text: null } : { kind: 'typed', type: typeOfValue(value), value };
  });
}
