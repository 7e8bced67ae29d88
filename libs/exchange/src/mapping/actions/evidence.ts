import { addEvidence, assessments, custodies, recordVerification } from '@masar/domain';
import type { EvidenceAction, VerifyAction } from '../language.js';
import { compileChoice, compileEdtf, compileList, compileOptional, compileText } from '../value-readers.js';
import { type Compiled, recorded } from './planned.js';
import { asName } from './steps-taken.js';

/** A piece of evidence, linked where the row has its address; nothing where the row names none. */
export const compileEvidence: Compiled<EvidenceAction> = (words, action) => {
  const readEvidence = compileOptional(action.evidence, words);
  const readDescription = compileText(action.description, words);
  const readUri = compileOptional(action.uri, words);
  const readCustody = compileChoice(action.custody, custodies, 'custody', words);
  const readCustodian = compileOptional(action.custodian, words);
  const readDigest = compileOptional(action.sha256, words);
  const readDate = compileEdtf(action.documentDate, words);
  return (reading) => {
    const name = readEvidence(reading);
    const description = readDescription(reading);
    if (name === undefined || !description) return undefined;
    const uri = readUri(reading)?.trim();
    const custody = readCustody(reading) ?? (uri === undefined ? 'inspected' : 'linked');
    const sha256 = readDigest(reading)?.trim().toLowerCase();
    const custodian = readCustodian(reading)?.trim();
    const documentDate = readDate(reading);
    return recorded((history, input) =>
      addEvidence(history, {
        ...input,
        evidence: asName(name),
        description,
        custody,
        uri,
        custodian,
        documentDate,
        ...(sha256 !== undefined && { sha256, hashedBy: 'provider' as const }),
      }),
    );
  };
};

/** What somebody who is independent found; nothing where the row has no conclusion. */
export const compileVerify: Compiled<VerifyAction> = (words, action) => {
  const readConclusion = compileChoice(action.conclusion, assessments, 'conclusion', words);
  const readVerification = compileOptional(action.verification, words);
  const readBy = compileOptional(action.verifiedBy, words);
  const readMethod = compileText(action.method, words);
  const readPeriod = compileEdtf(action.period, words);
  const readExamined = compileList(action.examined, words);
  const readRemarks = compileText(action.remarks, words);
  return (reading) => {
    const conclusion = readConclusion(reading);
    if (conclusion === undefined) return undefined;
    const verification = readVerification(reading);
    const verifiedBy = readBy(reading)?.trim();
    const method = readMethod(reading);
    if (verification === undefined || verifiedBy === undefined || !method) {
      const lacks =
        verification === undefined ? 'a name' : verifiedBy === undefined ? 'who verified' : 'a method';
      reading.problem({ message: `has a verification (${conclusion}) without ${lacks}` });
      return undefined;
    }
    const examined = readExamined(reading).map(asName);
    const period = readPeriod(reading);
    const remarks = readRemarks(reading);
    return recorded((history, input) =>
      recordVerification(history, {
        ...input,
        verification: asName(verification),
        verifiedBy,
        conclusion,
        method,
        examined,
        ...(period !== undefined && { period }),
        ...(remarks && { remarks }),
      }),
    );
  };
};
