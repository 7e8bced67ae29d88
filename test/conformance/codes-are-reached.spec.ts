import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { irregularities, lapseCodes, refusalCodes } from '@masar/domain';
import ts from 'typescript';

/*
 * Every code that a client may be told is shown by a test in the domain and by one through GraphQL. Read from the specs
 * themselves: a code counts where it is a literal in what an assertion expects, or in a table of cases. The specs pass, so
 * what they expect came about.
 */

const root = join(import.meta.dirname, '../..');

interface Spec {
  readonly path: string;
  readonly source: ts.SourceFile;
}

function specsIn(...folders: readonly string[]): Spec[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.spec.ts') && !/(^|\/)(node_modules|dist)\//.test(name))
      .map((name) => {
        const path = join(root, folder, name);
        const text = readFileSync(path, 'utf8');
        return { path, source: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) };
      }),
  );
}

/** Specs that speak to the service as others do. */
function overGraphql({ source }: Spec): boolean {
  return source.statements.some(
    (statement) =>
      ts.isImportDeclaration(statement) &&
      /\/(in-process-service|graphql-client|masar-process)\.js$/.test(
        (statement.moduleSpecifier as ts.StringLiteral).text,
      ),
  );
}

/** Calls that say what must be: matchers, `then…` of given/when/then, functions of a spec that expect something. */
const assertion = /^(to[A-Z]\w*|then[A-Z]\w*|expect\w*|\w*[rR]efus\w*|\w*[fF]lag\w*|\w*[lL]apse\w*|each)$/;

/** A code with the words around it: names of properties and calls it stands in, up to the statement. */
interface Expected {
  readonly code: string;
  readonly around: string;
}

function expectedIn({ source }: Spec, codes: ReadonlySet<string>): Expected[] {
  const found: Expected[] = [];
  /** What constants of that name hold. */
  const valuesOf = (name: string): ts.Expression[] => {
    const values: ts.Expression[] = [];
    const look = (node: ts.Node): void => {
      if (ts.isVariableDeclaration(node) && node.name.getText(source) === name && node.initializer)
        values.push(node.initializer);
      node.forEachChild(look);
    };
    look(source);
    return values.filter((value) => ts.isArrayLiteralExpression(value) || ts.isAsExpression(value));
  };
  const visit = (node: ts.Node, expecting: boolean, around: string): void => {
    const named = ts.isPropertyAssignment(node) ? node.name.getText(source) : undefined;
    if (expecting && ts.isStringLiteralLike(node) && codes.has(node.text))
      found.push({ code: node.text, around });
    // In a tally of flags each is the name of a property.
    if (expecting && named !== undefined && codes.has(named)) found.push({ code: named, around: 'flags' });
    const asserted = ts.isCallExpression(node) && asserts(node.expression);
    const words = ts.isCallExpression(node) ? node.expression.getText(source) : (named ?? '');
    node.forEachChild((child) => visit(child, expecting || asserted, `${around} ${words}`));
    // What is expected, or a table of cases, by its name: `it.each(lapses)`, `toEqual(flags)`.
    if ((expecting || asserted) && ts.isCallExpression(node)) {
      for (const { text } of node.arguments.filter(ts.isIdentifier)) {
        for (const value of valuesOf(text)) visit(value, true, `${around} ${words} ${text}`);
      }
    }
  };
  visit(source, false, '');
  return found;
}

/** What is expected not to be shows nothing. */
function asserts(callee: ts.Expression): boolean {
  if (ts.isCallExpression(callee)) return asserts(callee.expression);
  if (ts.isIdentifier(callee)) return assertion.test(callee.text);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  const negated = ts.isPropertyAccessExpression(callee.expression) && callee.expression.name.text === 'not';
  return assertion.test(callee.name.text) && !negated;
}

const closedLists = { refusalCodes, lapseCodes, irregularities };
type List = keyof typeof closedLists;
const codes = new Set<string>(Object.values(closedLists).flat());

/** Some codes stand in two lists: which one is meant is told by the words around it. */
function listOf({ code, around }: Expected): List {
  const lists = (Object.keys(closedLists) as List[]).filter((name) =>
    (closedLists[name] as readonly string[]).includes(code),
  );
  if (lists.length === 1) return lists[0]!;
  if (lists.includes('irregularities') && /irregular|flag|judge/i.test(around)) return 'irregularities';
  if (lists.includes('lapseCodes') && /lapse|effect|decisions|leaves/i.test(around)) return 'lapseCodes';
  return 'refusalCodes';
}

function reachedBy(specs: readonly Spec[], list: List): ReadonlySet<string> {
  const expected = specs.flatMap((spec) => expectedIn(spec, codes));
  return new Set(expected.filter((one) => listOf(one) === list).map(({ code }) => code));
}

describe.each(Object.keys(closedLists) as List[])('each of %s', (list) => {
  it('is reached by a spec of the domain or of its commands', () => {
    const reached = reachedBy(specsIn('libs/domain/src', 'libs/commands/src'), list);
    expect(closedLists[list].filter((code) => !reached.has(code))).toEqual([]);
  });

  it('is reached through GraphQL', () => {
    const reached = reachedBy(specsIn('test', 'apps/api/src').filter(overGraphql), list);
    expect(closedLists[list].filter((code) => !reached.has(code))).toEqual([]);
  });
});
