import type { MetadataEdit } from '../mutations/mutation.ts';
import type { Verdict } from '../review/verdict.ts';

/** Where findings that annotate are recorded on the object. */
export const findingsKey = 'gateway-guard.io/findings';

/** Annotations share 256 KiB with those of others, and people read this one. */
const longest = 4096;

/**
 * The annotation that records a verdict's findings of enforcement `annotate`: a JSON list of `{"rule", "path", "message"}`, in the order of the
 * findings; what does not fit is counted in a last item `{"more": 3}`. Without such findings it is to go.
 */
export function recordOf({ findings }: Verdict): MetadataEdit {
  const items = findings
    .filter(({ enforcement }) => enforcement === 'annotate')
    .map(({ rule, path, message }) => JSON.stringify({ rule, path, message }));
  let length = 2;
  const beyond = items.findIndex((item) => (length += item.length + 1) > longest);
  const shown = beyond === -1 ? items : [...items.slice(0, beyond), JSON.stringify({ more: items.length - beyond })];
  return { field: 'annotations', key: findingsKey, value: items.length === 0 ? undefined : `[${shown.join(',')}]` };
}
