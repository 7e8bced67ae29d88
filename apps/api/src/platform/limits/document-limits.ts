import type {
  ASTNode,
  DirectiveNode,
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { Kind, Location } from 'graphql';

import { ApiError } from '../errors/api-error.js';
import type { ErrorCode } from '../errors/codes.js';
import type { Limits } from './limits.js';

interface Size {
  selections: number;
  aliases: number;
  directives: number;
  depth: number;
}

/**
 * Refuses a document that is too large once its fragments are written out, before GraphQL's own validation, some rules of
 * which take time that grows with the square of it. Each fragment is measured once; the first limit exceeded ends it.
 *
 * @throws ApiError with the code of that limit
 */
export function checkDocument(document: DocumentNode, limits: Limits): OperationDefinitionNode {
  // Mercurius takes a document that came as JSON for one that was parsed; what the parser made has its location.
  if (!(document.loc instanceof Location)) {
    throw new ApiError('GRAPHQL_PARSE_FAILED', 'Syntax Error: the document is not GraphQL');
  }
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) {
    throw new ApiError('ONE_OPERATION_ONLY', `a document has one operation, not ${operations.length}`);
  }
  const meter = new Meter(document, limits);
  for (const definition of document.definitions) meter.definition(definition);
  return operation;
}

/** Measures selection sets, a fragment once. */
class Meter {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly measured = new Map<string, Size>();
  private readonly open = new Set<string>();

  constructor(
    document: DocumentNode,
    private readonly limits: Limits,
  ) {
    for (const node of document.definitions) {
      if (node.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(node.name.value, node);
    }
  }

  definition(node: ASTNode): void {
    if (node.kind === Kind.FRAGMENT_DEFINITION) {
      this.fragment(node.name.value);
      return;
    }
    if (node.kind !== Kind.OPERATION_DEFINITION) return;
    const size = this.selectionSet(node.selectionSet, 1);
    size.directives += this.directives(node.directives);
    for (const variable of node.variableDefinitions ?? [])
      size.directives += this.directives(variable.directives);
    this.check(size, node);
  }

  /** `level` is how deep the set lies where it is written: it bounds the recursion, and so the stack. */
  private selectionSet(set: SelectionSetNode, level: number): Size {
    if (level > this.limits.depth * 3) this.refuse('TOO_DEEP', `more than ${this.limits.depth} levels`, set);
    const size: Size = { selections: 0, aliases: 0, directives: 0, depth: 0 };
    for (const node of set.selections) {
      size.selections += 1;
      size.directives += this.directives(node.directives);
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        add(size, this.fragment(node.name.value), 0);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        add(size, this.selectionSet(node.selectionSet, level + 1), 0);
      } else {
        if (node.alias) size.aliases += 1;
        if (node.selectionSet) add(size, this.selectionSet(node.selectionSet, level + 1), 1);
        else size.depth = Math.max(size.depth, 1);
      }
      this.check(size, node);
    }
    return size;
  }

  private fragment(name: string): Size {
    const known = this.measured.get(name);
    if (known) return known;
    const node = this.fragments.get(name);
    // One that is not defined is validation's to report.
    if (!node) return { selections: 0, aliases: 0, directives: 0, depth: 0 };
    if (this.open.has(name)) this.refuse('FRAGMENT_CYCLE', 'a fragment contains itself', node);
    // A chain of fragments nests no deeper than the fields in it may.
    if (this.open.size > this.limits.depth * 2) {
      this.refuse('TOO_DEEP', `more than ${this.limits.depth} levels`, node);
    }
    this.open.add(name);
    const size = this.selectionSet(node.selectionSet, 1);
    size.directives += this.directives(node.directives);
    this.open.delete(name);
    this.measured.set(name, size);
    return size;
  }

  private directives(nodes: readonly DirectiveNode[] | undefined): number {
    if (!nodes || nodes.length === 0) return 0;
    const most = this.limits.directivesOnNode;
    if (nodes.length > most)
      this.refuse('TOO_MANY_DIRECTIVES', `more than ${most} directives in one place`, nodes[0]);
    return nodes.length;
  }

  private check(size: Size, node: ASTNode): void {
    const { selections, aliases, directives, depth } = this.limits;
    if (size.selections > selections)
      this.refuse('TOO_MANY_SELECTIONS', `more than ${selections} selections`, node);
    if (size.aliases > aliases) this.refuse('TOO_MANY_ALIASES', `more than ${aliases} aliases`, node);
    if (size.directives > directives)
      this.refuse('TOO_MANY_DIRECTIVES', `more than ${directives} directives`, node);
    if (size.depth > depth) this.refuse('TOO_DEEP', `more than ${depth} levels`, node);
  }

  private refuse(code: ErrorCode, what: string, node: ASTNode | undefined): never {
    throw new ApiError(code, `the document has ${what}`, {}, { nodes: node });
  }
}

function add(size: Size, inner: Size, levels: number): void {
  size.selections += inner.selections;
  size.aliases += inner.aliases;
  size.directives += inner.directives;
  size.depth = Math.max(size.depth, inner.depth + levels);
}
