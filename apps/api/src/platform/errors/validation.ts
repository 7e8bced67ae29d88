import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

import { badInput, type FieldProblem } from './api-error.js';

const MOST_PROBLEMS = 50;

const KEPT = Symbol('masar: null is a value');

/**
 * Null says something here, and is not what was left out: it comes to the resolver as it was sent.
 *
 * @param where whether it is the field itself that may be null, or what stands within it
 */
export function NullIsAValue(where: 'itself' | 'within'): PropertyDecorator {
  return (prototype, property) => Reflect.defineMetadata(KEPT, where, prototype, property);
}

/**
 * Checks arguments against their classes: what no rule mentions is refused, not dropped in silence. Messages name the
 * rule; neither the value nor the class is repeated.
 */
export function argumentValidation(): ValidationPipe {
  return new ArgumentValidation({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: false,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => badInput(problems(errors).slice(0, MOST_PROBLEMS)),
  });
}

/** Clients send `null` for what they leave out, such as `after` of the first page: to a resolver it is not there. */
class ArgumentValidation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { metatype } = metadata;
    return super.transform(this.toValidate(metadata) ? withoutNulls(value, metatype) : value, metadata);
  }
}

/** @param of the class of the value, where it is known: it says in which fields null is a value */
function withoutNulls(value: unknown, of?: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => withoutNulls(one));
  if (typeof value !== 'object' || value === null) return value;
  const prototype = typeof of === 'function' ? (of.prototype as object) : undefined;
  const about = (key: string | symbol, name: string): unknown =>
    prototype && Reflect.getMetadata(key, prototype, name);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, field]) => field !== undefined && (field !== null || about(KEPT, name) === 'itself'))
      .map(([name, field]) => [
        name,
        about(KEPT, name) === 'within' ? field : withoutNulls(field, about(designType, name)),
      ]),
  );
}

/** Under which the compiler leaves the class of a decorated property. */
const designType = 'design:type';

/** The tree of class-validator, as a list of dotted paths. */
function problems(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...problems(error.children ?? [], path)];
  });
}
