import { type LifecycleState, matchingForm } from '@masar/domain';

/** What a status most likely stands for. */
export interface StateGuess {
  readonly state: LifecycleState;
  /** What else it may mean, where its words leave that open. */
  readonly doubt?: string;
}

interface Sign {
  /** Any of these phrases stands in the status; a + b where both must. */
  readonly says: readonly string[];
  readonly guess: StateGuess;
}

const sign = (state: LifecycleState, says: string, doubt?: string): Sign => ({
  says: says.split('|').map((phrase) => phrase.split('+').map(folded).join('+')),
  guess: { state, ...(doubt !== undefined && { doubt }) },
});

/*
 * In the order they are asked: what an end is called before what is said of its way there, and what is denied before
 * what is affirmed. English, French and Arabic.
 */
const signs: readonly Sign[] = [
  sign('Superseded', 'superseded|superceded|replaced|remplacée|remplacé|استبدل|حل محل|حلت محل'),
  sign('Merged', 'merged|consolidated|duplicate|fusionnée|fusionné|doublon|دمج|مدمج|مكرر'),
  sign('Split', 'split|divided|scindée|scindé|تجزئة|مجزأ'),
  sign('Withdrawn', 'withdrawn|withdrawal|retracted|rescinded|closed+reconsidered|retirée|retiré|سحب|مسحوب'),
  sign(
    'NoLongerApplicable',
    'overtaken|no longer applicable|no longer relevant|no longer valid|not applicable|obsolete|expired|lapsed|cancelled|canceled|sans objet|caduque|annulée|annulé|لم يعد|لم تعد|ملغى|ملغي|الغي|الغيت|سقط',
  ),
  sign(
    'ClosedPartial',
    'closed+partially|closed+partly|closed+partial|closed+alternate|close+partiellement|clôturée+partiellement|مغلق+جزئي',
  ),
  sign(
    'ClosedNotImplemented',
    'closed+not implemented|closed+unacceptable|closed+not acceptable|closed+no action|closed+unimplemented|risk accepted|wont fix|will not implement|will not be implemented|clôturée+non|close+non mise|مغلق+غير منفذ|مغلق+لم',
  ),
  sign(
    'Implemented',
    'closed+acceptable|closed+implemented|closed+exceeds|closed+complete|closed+completed|closed+done',
  ),
  sign(
    'Rejected',
    'rejected|not accepted|not agreed|not adopted|not supported|not approved|declined|refused|disagreed|vetoed|defeated|failed|rejetée|rejeté|refusée|refusé|non acceptée|مرفوض|رفضت|رفض|لم يقبل|غير مقبول',
  ),
  sign(
    'InImplementation',
    'partially|partly|partial|in part|partiellement|en partie|جزئي|جزئيا',
    'partly done and still open; ClosedPartial where nothing more is to come',
  ),
  sign(
    'Adopted',
    'not implemented|not yet implemented|not started|no progress|no action|unimplemented|non mise en oeuvre|non mis en oeuvre|non commencée|non commencé|pas commencé|لم تنفذ|لم ينفذ|غير منفذ|لم يبدا|لم تبدا',
    'agreed and nothing done yet; ClosedNotImplemented where it is closed',
  ),
  sign(
    'InImplementation',
    'in progress|under way|underway|ongoing|on going|being implemented|under implementation|in implementation|implementation+started|started|active|on track|at risk|delayed|behind schedule|open+acceptable|doing|in development|en cours de mise en oeuvre|en cours de réalisation|قيد التنفيذ|قيد الانجاز|جاري التنفيذ|جار التنفيذ|تحت التنفيذ|جاري|مستمر|متاخر',
  ),
  sign(
    'UnderReview',
    'under review|in review|under consideration|being considered|for consideration|under discussion|in committee|committee|discussed|to be verified|pending verification|under assessment|en cours dexamen|à lexamen|à létude|en examen|قيد المراجعة|قيد الدراسة|قيد النظر|تحت الدراسة|نوقش',
  ),
  sign('InImplementation', 'en cours'),
  sign(
    'Deferred',
    'deferred|postponed|on hold|suspended|paused|stalled|parked|reportée|reporté|différée|différé|suspendue|suspendu|مؤجل|تاجل|اجل|معلق|موقوف',
  ),
  sign('Referred', 'referred|transferred|forwarded|renvoyée|renvoyé|transmise|احيل|احيلت|محال'),
  sign(
    'Implemented',
    'implemented|completed|complete|done|fulfilled|achieved|resolved|verified closed|finalised|finalized|final|finished|delivered|enacted|signed into law|became law|in force|fixed|mise en oeuvre|mis en oeuvre|réalisée|réalisé|terminée|terminé|exécutée|exécuté|achevée|منفذ|نفذ|نفذت|تم التنفيذ|مكتمل|اكتمل|منجز|انجز|انجزت',
  ),
  sign('Planned', 'planned|scheduled|action plan|planifiée|planifié|programmée|مخطط|مجدول|مبرمج'),
  sign(
    'Approved',
    'approved|ratified|endorsed|signed|signed off|confirmed|approuvée|approuvé|ratifiée|موافق عليه|موافقة|معتمد|مصادق|صودق',
  ),
  sign(
    'Adopted',
    'accepted|agreed|adopted|supported|passed|concur|concurred|acceptée|accepté|adoptée|adopté|مقبول|قبلت|اعتمدت|اقرت|مقر',
  ),
  sign('Adopted', 'provisional|provisionally', 'agreed for the time being'),
  sign('Draft', 'draft|incomplete|in preparation|projet|brouillon|ébauche|مسودة|قيد الاعداد'),
  sign(
    'Proposed',
    'proposed|new|submitted|tabled|introduced|raised|filed|to do|todo|backlog|proposée|proposé|nouvelle|nouveau|soumise|déposée|مقترح|جديد|جديدة|مقدم|قدم',
  ),
  sign(
    'Adopted',
    'open|reopened|outstanding|awaiting response|await response|await|unconfirmed|pending|ouverte|ouvert|en attente|en suspens|مفتوح|مفتوحة|عالق|قائم|قيد الانتظار|بانتظار',
    'made and not closed; Proposed where nobody has agreed to it yet',
  ),
];

/** What the words of a status say it stands for; undefined where they say nothing, as with a bare "closed". */
export function guessState(status: string): StateGuess | undefined {
  const form = ` ${folded(status)} `;
  const found = signs.find(({ says }) =>
    says.some((phrase) => phrase.split('+').every((part) => stands(part, form))),
  );
  return found?.guess;
}

/** Phrases are of whole words, but for those of Arabic, which carry articles, endings and particles. */
function stands(phrase: string, form: string): boolean {
  return /[\u0600-\u06ff]/.test(phrase) ? form.includes(phrase) : form.includes(` ${phrase} `);
}

/** Without accents, letter case and punctuation. */
function folded(text: string): string {
  return matchingForm(
    text
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/œ/g, 'oe')
      .replace(/['’]/g, '')
      .replace(/[^\p{L}\p{M}\p{N}+]+/gu, ' '),
  );
}
