import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';

import { badInput, type FieldProblem } from './api-error.js';

const MOST_PROBLEMS = 50;

/**
 * Checks arguments against their classes: what no rule mentions is refused, not dropped in silence. Messages name the
 * rule; neither the value nor the class is repeated.
 */
export function argumentValidation(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: false,
    stopAtFirstError: false,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => badInput(problems(errors).slice(0, MOST_PROBLEMS)),
  });
}

/** The tree of class-validator, as a list of dotted paths. */
function problems(errors: readonly ValidationError[], parent = ''): FieldProblem[] {
  return errors.flatMap((error) => {
    const path = parent === '' ? error.property : `${parent}.${error.property}`;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...problems(error.children ?? [], path)];
  });
}
