import { matchingForm } from '@masar/domain';

/** What a column may be for, as far as its header can say. */
export type HeaderRole =
  | 'reference'
  | 'title'
  | 'text'
  | 'status'
  | 'date'
  | 'made'
  | 'closed'
  | 'statusDate'
  | 'due'
  | 'changedOn'
  | 'recordedOn'
  | 'person'
  | 'addressee'
  | 'lead'
  | 'response'
  | 'event'
  | 'fromStatus'
  | 'toStatus'
  | 'reason'
  | 'priority';

/*
 * Words of headers, in English, French and Arabic. A word stands for itself, or as a part of a longer header; one with =
 * before it must be all there is.
 */
const words: Readonly<Record<HeaderRole, string>> = {
  reference:
    'ref|reference|reference no|reference number|ref no|key|issue key|code|=id|=no|=nr|=number|=num|=#|=s n|=serial|item id|item no|identifier|rec no|rec id|recommendation no|recommendation id|recommendation number|rec number|case no|=n|numéro|référence|cote|رقم|الرقم|المرجع|مرجع|=ت|التسلسل|تسلسل|رقم التوصية',
  title:
    'title|short title|name of recommendation|subject|heading|summary|headline|topic|=name|=recommendation|=item|titre|intitulé|objet|sujet|العنوان|عنوان|الموضوع|موضوع',
  text: 'text|full text|recommendation|description|details|wording|body|content|recommendation text|observation|texte|recommandation|libellé|التوصية|نص|النص|الوصف|وصف|التفاصيل|نص التوصية',
  status:
    'status|state|current status|implementation status|stage|disposition|outcome|statut|état|état davancement|avancement|الحالة|حالة|الوضع|الموقف|حالة التنفيذ|موقف التنفيذ',
  date: 'date|day|made|closed|opened|issued|created|updated|due|deadline|timestamp|=at|=on|when|year|published|adopted|échéance|année|التاريخ|تاريخ|السنة|سنة|الموعد',
  made: 'made|issued|date made|date issued|issue date|opened|open date|date opened|raised|date raised|created|created at|created on|creation date|proposed|date proposed|introduced|tabled|published|date published|publication date|adopted|report date|date of report|start date|submitted|filed|reported|date démission|date de création|émise le|تاريخ الاصدار|تاريخ التوصية|تاريخ الاقتراح|تاريخ الانشاء',
  closed:
    'closed|date closed|closed on|closed at|closure date|close date|closing date|completed|completion date|date completed|implemented on|implementation date|date implemented|resolved|resolution date|resolved at|end date|ended|clôturée le|date de clôture|تاريخ الاغلاق|تاريخ الانجاز|تاريخ التنفيذ',
  statusDate:
    'status date|date of status|status as of|status updated|last status change|status changed|as of|as at|date du statut|تاريخ الحالة',
  due: 'due|due date|deadline|target date|target completion|target|planned completion|expected completion|date due|échéance|date limite|date cible|الموعد النهائي|تاريخ الاستحقاق|الموعد',
  changedOn:
    'date|=at|=on|when|changed on|changed at|change date|event date|date of change|action date|author date|timestamp|meeting date|decision date|session date|التاريخ|تاريخ',
  recordedOn:
    'recorded|recorded at|entered|entry date|logged|commit date|updated at|last updated|last modified|modified|تاريخ التسجيل',
  person:
    'author|authors|person|people|contact|contact person|focal point|officer|responsible officer|responsible person|rapporteur|reporter|assignee|assigned to|created by|updated by|changed by|recorded by|entered by|submitted by|proposed by|noted by|prepared by|reviewed by|reviewer|actor|committer|email|e mail|mail|phone|telephone|full name|staff|manager|sponsor|delegate|clerk|registrar|scribe|note taker|minute taker|secretary|coordinator|supervisor|inspector|signatory|signed by|approved by|petitioner|applicant|complainant|chair|chairperson|chairman|presenter|speaker|editor|employee|auteur|auteurs|personne|responsable|rédacteur|greffier|secrétaire|coordinateur|signataire|président|courriel|الاسم|اسم المسؤول|المسؤول|مقدم|معد|الكاتب|كاتب المحضر|السكرتير|المنسق|المفتش|الموظف|الموقع|رئيس الجلسة|البريد|الهاتف|نقطة الاتصال',
  addressee:
    'recipient|recipients|addressee|addressees|addressed to|directed to|agency|agencies|department|ministry|organisation|organization|entity|audited entity|auditee|body|destinataire|organisme|ministère|entité|الجهة|الجهة المعنية|الوزارة|الدائرة|المؤسسة|موجهة الى|الجهة المخاطبة',
  lead: 'lead|lead agency|lead organisation|lead organization|lead unit|lead department|responsible|responsible unit|responsible agency|responsible department|responsible body|responsible entity|owner|unit|action by|chef de file|entité responsable|service responsable|الجهة المنفذة|الجهة المسؤولة|القسم|الوحدة|المديرية',
  response:
    'response|reply|reply text|management response|agency response|government response|position|réponse|réponse de la direction|الرد|رد|الاجابة|موقف الجهة',
  event:
    'event|event type|action|action type|change|change type|type of change|transition|activity|événement|الحدث|نوع الحدث|الاجراء',
  fromStatus:
    'from|from status|old status|old state|previous status|previous state|old value|status before|الحالة السابقة',
  toStatus: 'to|to status|new status|new state|new value|status after|الحالة الجديدة',
  reason:
    'reason|comment|comments|remark|remarks|note|notes|commit message|message|subject|justification|motif|commentaire|remarques|ملاحظات|الملاحظات|السبب',
  priority: 'priority|urgency|importance|severity|risk rating|risk level|priorité|الاولوية|اولوية|الأهمية',
};

const phrases = Object.fromEntries(
  Object.entries(words).map(([role, listed]) => [
    role,
    listed
      .split('|')
      .map((word) => ({ form: formOf(word.replace(/^=/, '')), isWhole: word.startsWith('=') })),
  ]),
) as unknown as Readonly<Record<HeaderRole, readonly { readonly form: string; readonly isWhole: boolean }[]>>;

/** How well a header fits a role: 2 where it says just that, 1 where it says that among other things, 0 where not. */
export function headerFit(header: string, role: HeaderRole): 0 | 1 | 2 {
  const form = formOf(header);
  // Of a nested field the last key says most: attrs.title.
  const last = formOf(header.slice(header.lastIndexOf('.') + 1));
  let fit: 0 | 1 | 2 = 0;
  for (const { form: word, isWhole } of phrases[role]) {
    if (form === word || last === word) return 2;
    if (!isWhole && ` ${form} `.includes(` ${word} `)) fit = 1;
  }
  return fit;
}

export function headerSays(header: string, role: HeaderRole): boolean {
  return headerFit(header, role) > 0;
}

/** A header in small letters, with its words apart: `RefNo`, `ref_no` and `Ref. No.` are `ref no`. */
function formOf(header: string): string {
  return matchingForm(
    header
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .replace(/[^\p{L}\p{M}\p{N}#]+/gu, ' '),
  );
}
