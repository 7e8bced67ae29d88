import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

import { badInput, type FieldProblem } from './api-error.js';

const MOST_PROBLEMS = 50;

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
    return super.transform(this.toValidate(metadata) ? withoutNulls(value) : value, metadata);
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(given.map(([name, field]) => [name, withoutNulls(field)]));
}

/** The tree of class-validator, as a list of dotted paths. */
function problems(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...problems(error.children ?? [], path)];
  });
}
