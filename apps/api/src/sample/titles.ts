import type { LangText } from '@masar/domain';

/** What the made-up items ask for, by topic. */
export const titles: Readonly<Record<string, readonly LangText[]>> = {
  'organized-crime': [
    { en: 'Set up one register of organised-crime cases', ar: 'إنشاء سجل موحد لقضايا الجريمة المنظمة' },
    { en: 'Train investigators in tracing money', ar: 'تدريب المحققين على تتبع الأموال' },
    { en: 'Agree a protocol for handing over evidence', ar: 'الاتفاق على بروتوكول لتسليم الأدلة' },
    { en: 'Protect witnesses in organised-crime trials', ar: 'حماية الشهود في محاكمات الجريمة المنظمة' },
    { en: 'Publish yearly figures on seizures', ar: 'نشر أرقام سنوية عن المضبوطات' },
    { en: 'Open a joint desk with the customs service', ar: 'فتح مكتب مشترك مع دائرة الجمارك' },
  ],
  'terrorist-attacks': [
    {
      en: 'Write a common plan for the first hour after an attack',
      ar: 'إعداد خطة مشتركة للساعة الأولى بعد الهجوم',
    },
    { en: 'Equip scene-of-attack teams', ar: 'تجهيز فرق مسرح الهجوم' },
    { en: 'Review checkpoint procedures', ar: 'مراجعة إجراءات نقاط التفتيش' },
    { en: 'Support victims and their families', ar: 'دعم الضحايا وعائلاتهم' },
    { en: 'Exercise the command chain twice a year', ar: 'تمرين سلسلة القيادة مرتين في السنة' },
    { en: 'Share threat notices within a day', ar: 'تبادل إشعارات التهديد خلال يوم واحد' },
  ],
  'police-affairs': [
    {
      en: 'Hand neighbourhood policing back to local stations',
      ar: 'إعادة الشرطة المجتمعية إلى المراكز المحلية',
    },
    { en: 'Set service standards for police stations', ar: 'وضع معايير الخدمة لمراكز الشرطة' },
    { en: 'Open a complaints office in each station', ar: 'فتح مكتب للشكاوى في كل مركز' },
    { en: 'Recruit women officers for family desks', ar: 'تعيين ضابطات لمكاتب الأسرة' },
    { en: 'Renew the fleet of patrol cars', ar: 'تجديد أسطول سيارات الدورية' },
    { en: 'Record every arrest the day it is made', ar: 'تسجيل كل توقيف في يومه' },
  ],
  'federal-intelligence': [
    {
      en: 'Separate the intelligence and the investigation files',
      ar: 'فصل ملفات الاستخبارات عن ملفات التحقيق',
    },
    {
      en: 'Write rules for keeping and deleting personal data',
      ar: 'وضع قواعد لحفظ البيانات الشخصية وحذفها',
    },
    { en: 'Create a career path for analysts', ar: 'إنشاء مسار وظيفي للمحللين' },
    { en: 'Set up an inspection of investigation units', ar: 'إنشاء تفتيش لوحدات التحقيق' },
    { en: 'Connect the case files with the courts', ar: 'ربط ملفات القضايا بالمحاكم' },
  ],
  'federal-security': [
    { en: 'Define who guards which public building', ar: 'تحديد الجهة الحارسة لكل مبنى عام' },
    { en: 'Train protection teams in first aid', ar: 'تدريب فرق الحماية على الإسعافات الأولية' },
    { en: 'Reduce the number of escorts', ar: 'تقليص عدد المرافقات' },
    { en: 'Check the storage of weapons each quarter', ar: 'فحص مخازن الأسلحة كل ثلاثة أشهر' },
    { en: 'Replace paper duty rosters', ar: 'استبدال جداول الواجبات الورقية' },
  ],
  'human-resources': [
    { en: 'Count all staff and publish the result', ar: 'إحصاء جميع الموظفين ونشر النتيجة' },
    { en: 'Fill posts by open competition', ar: 'ملء الوظائف بالمنافسة المفتوحة' },
    { en: 'Renew the curriculum of the police academy', ar: 'تجديد منهاج أكاديمية الشرطة' },
    { en: 'Start yearly appraisals', ar: 'بدء التقييم السنوي' },
    { en: 'Teach report writing in both languages', ar: 'تعليم كتابة التقارير باللغتين' },
    { en: 'Set up a welfare fund', ar: 'إنشاء صندوق رعاية' },
  ],
  'technology-aviation': [
    { en: 'Link the radio networks of the provinces', ar: 'ربط شبكات الراديو في المحافظات' },
    { en: 'Buy maintenance for the police helicopters', ar: 'شراء خدمات صيانة لطائرات الشرطة المروحية' },
    { en: 'Build a laboratory for digital evidence', ar: 'بناء مختبر للأدلة الرقمية' },
    { en: 'Back up all registers daily', ar: 'نسخ جميع السجلات احتياطياً كل يوم' },
    { en: 'Train pilots for night flights', ar: 'تدريب الطيارين على الرحلات الليلية' },
  ],
  'structure-authorizations': [
    { en: 'Publish one chart of the ministry', ar: 'نشر هيكل تنظيمي واحد للوزارة' },
    { en: 'Merge the two procurement units', ar: 'دمج وحدتي المشتريات' },
    { en: 'Set a time limit for security authorisations', ar: 'تحديد مدة للتصاريح الأمنية' },
    { en: 'Let refused applicants appeal', ar: 'السماح بالطعن في رفض الطلبات' },
    { en: 'Move civil posts out of uniform', ar: 'تحويل الوظائف المدنية إلى غير نظامية' },
    { en: 'Write down who may sign what', ar: 'تدوين صلاحيات التوقيع' },
  ],
  'national-services': [
    { en: 'Issue identity documents within ten days', ar: 'إصدار وثائق الهوية خلال عشرة أيام' },
    { en: 'Send mobile teams to remote districts', ar: 'إرسال فرق متنقلة إلى الأقضية النائية' },
    { en: 'Put driving licences on one database', ar: 'وضع إجازات السوق في قاعدة بيانات واحدة' },
    {
      en: 'Re-open civil status offices in liberated governorates',
      ar: 'إعادة فتح دوائر الأحوال المدنية في المحافظات المحررة',
    },
    { en: 'Publish fees and waiting times', ar: 'نشر الرسوم ومدد الانتظار' },
  ],
  readiness: [
    { en: 'Keep a reserve of protective equipment', ar: 'الاحتفاظ باحتياطي من معدات الحماية' },
    { en: 'Test the alarm plan each month', ar: 'اختبار خطة الإنذار كل شهر' },
    { en: 'Repair the regional stores', ar: 'إصلاح المخازن الإقليمية' },
    { en: 'Train reserve drivers', ar: 'تدريب سائقي الاحتياط' },
    { en: 'Agree fuel supply for emergencies', ar: 'الاتفاق على تزويد الوقود في الطوارئ' },
  ],
  'final-discussion': [
    { en: 'Report progress to the public twice a year', ar: 'إعلام الجمهور بالتقدم مرتين في السنة' },
    { en: 'Give each recommendation one lead', ar: 'تعيين جهة قائدة لكل توصية' },
    { en: 'Review all recommendations after two years', ar: 'مراجعة جميع التوصيات بعد سنتين' },
    { en: 'Cost the recommendations before they are approved', ar: 'تقدير كلفة التوصيات قبل المصادقة عليها' },
    { en: 'Invite independent observers to the reviews', ar: 'دعوة مراقبين مستقلين إلى المراجعات' },
  ],
};
