import type { Type } from '@nestjs/common';
import { TypeMetadataStorage } from '@nestjs/graphql';

/**
 * Declares the arguments of a `@ResolveField` method that takes GraphQL's own `(parent, args, context)`. `@Args` would do,
 * but as a decorator of a parameter it sends every single value through Nest's execution context.
 *
 * class-validator does not see these arguments: GraphQL checks their types, the cost check `first`.
 */
export function FieldArgs(type: () => Type): MethodDecorator {
  return (target, methodName) => {
    TypeMetadataStorage.addMethodParamMetadata({
      kind: 'args',
      target: target.constructor,
      methodName: String(methodName),
      typeFn: type,
      index: 1,
      options: {},
    });
  };
}
