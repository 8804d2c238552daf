import { offersOf, type ProxyService } from '../../kong/chain.ts';
import type { ServiceRef } from '../../kong/controllers.ts';
import type { RuleContext } from '../rule.ts';
import { joined } from '../words.ts';

type Places = Pick<RuleContext, 'placeOf'>;

/** `kong/kong-proxy`, as it stands behind the word Service; `of another namespace` where names of other namespaces are hidden. */
export function serviceText(service: ServiceRef, context: Places): string {
  return context.placeOf(service) ?? 'of another namespace';
}

export function servicesText(services: readonly ServiceRef[], context: Places): string {
  return joined([...new Set(services.map((service) => serviceText(service, context)))]);
}

/** What there is: `kong/kong-proxy offers HTTP on 80 and HTTPS on 443.`, a clause for each Service that offers something. */
export function offersText(services: readonly ProxyService[], context: RuleContext): string {
  return context.once(textOf, services);
}

function textOf(services: readonly ProxyService[], context: Places): string {
  const clauses = services.flatMap((service) => {
    const offers = offersOf([service]).map(({ protocol, port }) => `${protocol} on ${port}`);
    return offers.length === 0 ? [] : [`${context.placeOf(service.ref) ?? 'The proxy'} offers ${joined(offers, 12)}`];
  });
  const names = services.map(({ ref }) => context.placeOf(ref) ?? 'The proxy');
  return `${clauses.length === 0 ? `${joined(names)} is not known to offer any port` : clauses.join('; ')}.`;
}

/** The proxy that Gateways share, for messages; its Services only where their names may be told. */
export function sharedText(name: string, services: readonly ServiceRef[], context: Places): string {
  return services.every((service) => context.placeOf(service) !== undefined) ? name : 'one proxy Service';
}
