import type { DocumentNode, GraphQLSchema } from 'graphql';
import { BREAK, Kind, visit } from 'graphql';
import {
  fieldExtensionsEstimator,
  getComplexity,
  simpleEstimator,
  type ComplexityEstimator,
} from 'graphql-query-complexity';

import { ApiError, badInput } from '../errors/api-error.js';
import { LARGEST_PAGE, type Limits } from './limits.js';

/** What Nest's `complexity` option takes. */
type PageCost = (options: { args: { [key: string]: unknown }; childComplexity: number }) => number;

/**
 * The cost of a list field whose `first` says how many entries at most: each entry once for all that is asked of it.
 * Given as `complexity` of the field, whose `first` has to be an argument of
 * its own, not a member of an input; `byDefault` is the page's size where `first` is left out.
 */
export function pageCost(byDefault: number): PageCost {
  return ({ args, childComplexity }) => 1 + sizeOf(args, byDefault) * childComplexity;
}

function sizeOf(args: { [key: string]: unknown }, byDefault: number): number {
  const first = args['first'];
  return typeof first === 'number' ? Math.min(Math.max(first, 0), LARGEST_PAGE) : byDefault;
}

/** Refuses a `first` outside 0 to `limits.first` wherever it stands, so that no resolver has to. */
function firstInRange(limits: Limits): ComplexityEstimator {
  return ({ args, node }) => {
    const { first } = args as { first?: unknown };
    if (typeof first === 'number' && (first < 0 || first > limits.first)) {
      const at = node.kind === Kind.FIELD ? (node.alias ?? node.name).value : '';
      throw badInput([{ path: `${at}.first`, message: `must be between 0 and ${limits.first}` }], {
        nodes: node,
      });
    }
  };
}

/**
 * What an operation could return at most with these variables: one for each field of each entry.
 *
 * @throws ApiError `COST_TOO_HIGH` with `cost` and `limit`; `BAD_USER_INPUT` for a `first` out of range
 * @throws GraphQLError where the variables do not fit their types
 */
export function checkCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
  limits: Limits,
): number {
  if (constant.has(document)) return 0;
  const cost = getComplexity({
    schema,
    query: document,
    variables,
    estimators: [firstInRange(limits), fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
  });
  if (cost > limits.cost) {
    throw new ApiError(
      'COST_TOO_HIGH',
      `the operation could return ${cost} values; ${limits.cost} is the most`,
      {
        cost,
        limit: limits.cost,
      },
    );
  }
  if (!dependsOnVariables(document)) constant.add(document);
  return cost;
}

/** Documents found cheap enough whatever their variables. Parsed documents are kept by the server's bounded cache. */
const constant = new WeakSet<DocumentNode>();

/** True where a variable can change the cost: in `first`, or in a directive that includes or skips. */
function dependsOnVariables(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Argument(node, _key, _parent, _path, ancestors) {
      const owner = ancestors.findLast((one) => !Array.isArray(one));
      const inDirective = owner !== undefined && 'kind' in owner && owner.kind === Kind.DIRECTIVE;
      if (node.value.kind !== Kind.VARIABLE || !(inDirective || node.name.value === 'first'))
        return undefined;
      found = true;
      return BREAK;
    },
  });
  return found;
}
