import { RE2JS } from 're2js';

const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A day as RFC 3339 writes it, and one that there is. */
export function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && !isLeap ? 28 : (daysIn[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** A moment as the API server reads one: by its first two parts around a T of either case. Source: kube-openapi, strfmt.IsDateTime. */
export function isDateTime(text: string): boolean {
  const [day = '', time] = text.toLowerCase().split('t');
  if (time === undefined || !isDate(day)) return false;
  const match = /^(\d{2}):(\d{2}):(\d{2})(?:[^\n]\d+)?(?:z|[+-]\d{2}:\d{2})$/.exec(time);
  if (match === null) return false;
  const [hours, minutes, seconds] = match.slice(1).map(Number) as [number, number, number];
  return hours <= 23 && minutes <= 59 && seconds <= 59;
}

const isGoDuration = /^[+-]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const numberAndUnit = RE2JS.compile('\\d+\\s*([A-Za-zµ]+)');
const units = ['ns', 'us', 'µs', 'ms', 's', 'm', 'h', 'd', 'w', 'sec', 'min', 'hr', 'wk'];
const unitBeginnings = ['nano', 'micro', 'milli', 'sec', 'min', 'hour', 'day', 'week'];

/** A duration as Go writes it, or a number with a unit in words anywhere in the text. Source: kube-openapi, strfmt.ParseDuration. */
export function isDuration(text: string): boolean {
  if (isGoDuration.test(text)) return true;
  const matcher = numberAndUnit.matcher(text);
  while (matcher.find()) {
    const unit = matcher.group(1)?.toLowerCase() ?? '';
    if (units.includes(unit) || unitBeginnings.some((beginning) => unit.startsWith(beginning))) return true;
  }
  return false;
}
