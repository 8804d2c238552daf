import { offersOf, type ProxyService } from '../../kong/chain.ts';
import type { ServiceRef } from '../../kong/controllers.ts';
import { joined } from '../words.ts';

/** `kong/kong-proxy`, as messages name a Service. */
export function serviceText({ namespace, name }: ServiceRef): string {
  return `${namespace}/${name}`;
}

export function servicesText(services: readonly ServiceRef[]): string {
  return joined(services.map(serviceText));
}

/** What there is: `kong/kong-proxy offers HTTP on 80 and HTTPS on 443.`, a clause for each Service that offers something. */
export function offersText(services: readonly ProxyService[]): string {
  const clauses = services.flatMap((service) => {
    const offers = offersOf([service]).map(({ protocol, port }) => `${protocol} on ${port}`);
    return offers.length === 0 ? [] : [`${serviceText(service.ref)} offers ${joined(offers, 12)}`];
  });
  const none = `${servicesText(services.map(({ ref }) => ref))} is not known to offer any port`;
  return `${clauses.length === 0 ? none : clauses.join('; ')}.`;
}
