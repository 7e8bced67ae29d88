import { type DatedValue, defineIndicator, recordMeasurement } from '@masar/domain';
import type { Vocabulary } from '../expression.js';
import type { IndicatorAction, MeasureAction, ValueSource } from '../language.js';
import { type Reader, compileEdtf, compileOptional, compileText } from '../value-readers.js';
import { type Compiled, recorded } from './planned.js';
import { asName } from './steps-taken.js';

/** What the item is measured by; nothing where the row names no indicator. */
export const compileIndicator: Compiled<IndicatorAction> = (words, action) => {
  const readIndicator = compileOptional(action.indicator, words);
  const readName = compileText(action.name, words);
  const readUnit = compileOptional(action.unit, words);
  const readBaseline = compileValue(action.baseline, words);
  const readTarget = compileValue(action.target, words);
  return (reading) => {
    const given = readIndicator(reading);
    if (given === undefined) return undefined;
    const indicator = asName(given);
    const name = readName(reading);
    const unit = readUnit(reading);
    if (!name || unit === undefined) {
      reading.problem({
        message: `defines the indicator ${indicator} without its ${name ? 'unit' : 'name'}`,
      });
      return undefined;
    }
    const baseline = readBaseline(reading);
    const target = readTarget(reading);
    return recorded((history, input) =>
      defineIndicator(history, {
        ...input,
        indicator,
        name,
        unit,
        ...(baseline && { baseline }),
        ...(target && { target }),
      }),
    );
  };
};

/** A value of an indicator; nothing where the row has none. */
export const compileMeasure: Compiled<MeasureAction> = (words, action) => {
  const readIndicator = compileOptional(action.indicator, words);
  const readValue = compileOptional(action.value, words);
  const readOn = compileEdtf(action.measuredOn, words);
  const readSource = compileText(action.source, words);
  return (reading) => {
    const indicator = readIndicator(reading);
    const value = readValue(reading);
    if (indicator === undefined || value === undefined) return undefined;
    const measuredOn = readOn(reading) ?? null;
    const measurementSource = readSource(reading);
    return recorded((history, input) =>
      recordMeasurement(history, {
        ...input,
        indicator: asName(indicator),
        value: value.trim(),
        measuredOn,
        ...(measurementSource && { measurementSource }),
      }),
    );
  };
};

function compileValue(source: ValueSource | undefined, words: Vocabulary): Reader<DatedValue | undefined> {
  if (source === undefined) return () => undefined;
  const readValue = compileOptional(source.value, words);
  const readOn = compileEdtf(source.on, words);
  return (reading) => {
    const value = readValue(reading)?.trim();
    if (value === undefined) return undefined;
    const on = readOn(reading);
    return { value, ...(on !== undefined && { on }) };
  };
}
