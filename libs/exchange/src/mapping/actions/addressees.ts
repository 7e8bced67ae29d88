import {
  addressItem,
  itemWhen,
  progressLevels,
  readDates,
  recordResponse,
  reportProgress,
  responses,
} from '@masar/domain';
import type { AddresseesAction, ProgressAction, RespondAction } from '../language.js';
import { shown } from '../steps.js';
import { compileChoice, compileEdtf, compileList, compileOptional, compileText } from '../value-readers.js';
import { type Compiled, recorded } from './planned.js';

/** Whom the item is addressed to; nothing where the row names nobody. */
export const compileAddressees: Compiled<AddresseesAction> = (words, { to, keep }) => {
  const read = compileList(to, words);
  return (reading) => {
    const named = read(reading);
    if (named.length === 0) return undefined;
    return recorded((history, input) => {
      const before = keep
        ? itemWhen(history, readDates(input).effective).addressees.map(({ organisation }) => organisation)
        : [];
      return addressItem(history, { ...input, addressees: [...new Set([...before, ...named])] });
    });
  };
};

/** What an addressee answers; nothing where the row has no answer. */
export const compileRespond: Compiled<RespondAction> = (words, action) => {
  const readResponse = compileChoice(action.response, responses, 'response', words);
  const readAddressee = compileOptional(action.addressee, words);
  const readText = compileText(action.text, words);
  return (reading) => {
    const response = readResponse(reading);
    if (response === undefined) return undefined;
    const addressee = readAddressee(reading)?.trim();
    if (addressee === undefined) {
      reading.problem({ message: `has a response (${response}) and no addressee who gave it` });
      return undefined;
    }
    const text = readText(reading);
    return recorded((history, input) =>
      recordResponse(history, { ...input, addressee, response, ...(text && { text }) }),
    );
  };
};

/** How far an addressee says it has come; nothing where the row does not say. */
export const compileProgress: Compiled<ProgressAction> = (words, action) => {
  const readProgress = compileChoice(action.progress, progressLevels, 'progress', words);
  const readAddressee = compileOptional(action.addressee, words);
  const readPercent = compileOptional(action.percent, words);
  const readBasis = compileText(action.percentBasis, words);
  const readPeriod = compileEdtf(action.period, words);
  const readText = compileText(action.text, words);
  return (reading) => {
    const progress = readProgress(reading);
    if (progress === undefined) return undefined;
    const addressee = readAddressee(reading)?.trim();
    if (addressee === undefined) {
      reading.problem({ message: `has progress (${progress}) and no addressee who reports it` });
      return undefined;
    }
    const given = readPercent(reading);
    const percent = given === undefined ? undefined : Number(given);
    if (percent !== undefined && !(Number.isInteger(percent) && percent >= 0 && percent <= 100)) {
      const message = `${shown(given!)} is no whole percentage from 0 to 100: take the number of it, with then: [number]`;
      reading.problem({ message, shows: given! });
      return undefined;
    }
    const percentBasis = percent === undefined ? undefined : readBasis(reading);
    const period = readPeriod(reading);
    const text = readText(reading);
    return recorded((history, input) =>
      reportProgress(history, { ...input, addressee, progress, percent, percentBasis, period, text }),
    );
  };
};
