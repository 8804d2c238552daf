import { issueAuthority, issueServing, type Authority, type Names } from './issue.ts';
import { endOf, isFor, isSignedBy, sameCertificate, type CertificateState } from './state.ts';

/** Times in milliseconds. */
export interface RenewalSettings {
  readonly names: Names;
  readonly authorityLife: number;
  readonly servingLife: number;
  /** How long after the API server has been told of a CA it is taken to know it: API servers hear of such changes by a watch. */
  readonly settle: number;
}

/**
 * The state that is to follow, given the time: the same one where nothing is due. Certificates are renewed at two thirds of their life. A CA comes
 * before what it signs: first the API server is told to trust the new one beside the old, and only when that has settled is a serving
 * certificate signed by it. An old CA is trusted until it ends, and everything that it has signed with it.
 */
export async function renewed(
  state: CertificateState | undefined,
  now: number,
  settings: RenewalSettings,
): Promise<CertificateState> {
  if (state === undefined || endOf(state.authority.certificate) <= now) return begin(state, now, settings);
  const trusted = state.trusted.filter((ca) => endOf(ca) > now);
  const kept = trusted.length === state.trusted.length ? state : { ...state, trusted };
  const { authority, serving, publishedAt } = kept;
  const hasSettled = now - (publishedAt ?? Infinity) >= settings.settle;
  const isCurrent = isSignedBy(serving.certificate, authority.certificate);
  if (isDue(authority, settings.authorityLife, now) && hasSettled && isCurrent) {
    return succeed(kept, now, settings);
  }
  const isServingDue = !isCurrent || isServingOld(kept, now, settings) || !isFor(serving.certificate, settings.names);
  // One that has ended serves nobody, whatever is trusted.
  const mayBeSigned = hasSettled || (isCurrent && isServingDue) || endOf(serving.certificate) <= now;
  return isServingDue && mayBeSigned ? { ...kept, serving: await sign(authority, now, settings) } : kept;
}

/** Whether what follows is another state than what there is. */
export function hasChanged(state: CertificateState, next: CertificateState): boolean {
  return (
    state.trusted.length !== next.trusted.length ||
    state.publishedAt !== next.publishedAt ||
    !sameCertificate(state.authority.certificate, next.authority.certificate) ||
    !sameCertificate(state.serving.certificate, next.serving.certificate)
  );
}

/** The first state, or one after everything has ended: what is still trusted stays so. */
async function begin(
  state: CertificateState | undefined,
  now: number,
  settings: RenewalSettings,
): Promise<CertificateState> {
  const authority = await issueAuthority({ from: now, until: now + settings.authorityLife });
  const old = (state?.trusted ?? []).filter((ca) => endOf(ca) > now);
  return {
    authority,
    trusted: [authority.certificate, ...old],
    serving: await sign(authority, now, settings),
    publishedAt: undefined,
  };
}

/** A new CA beside the old, which signs a last serving certificate, for as long as it takes until the new one is trusted. */
async function succeed(state: CertificateState, now: number, settings: RenewalSettings): Promise<CertificateState> {
  const serving = await sign(state.authority, now, settings);
  const authority = await issueAuthority({ from: now, until: now + settings.authorityLife });
  return { authority, trusted: [authority.certificate, ...state.trusted], serving, publishedAt: undefined };
}

function sign(authority: Authority, now: number, settings: RenewalSettings): Promise<Authority> {
  const until = Math.min(now + settings.servingLife, endOf(authority.certificate));
  return issueServing(authority, settings.names, { from: now, until });
}

/** A serving certificate that ends with its CA can only be renewed by the next CA. */
function isServingOld(
  { authority, serving }: CertificateState,
  now: number,
  { servingLife }: RenewalSettings,
): boolean {
  return endOf(serving.certificate) < endOf(authority.certificate) && isDue(serving, servingLife, now);
}

function isDue({ certificate }: Authority, life: number, now: number): boolean {
  return now >= endOf(certificate) - life / 3;
}
