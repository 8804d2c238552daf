import { ownsMeshClass } from '../../mesh/ownership.ts';
import { allKinds, kinds } from '../../resources/kinds.ts';
import type { ParametersRef } from '../../resources/gateway.ts';
import { defineRule, type Report, type RuleContext } from '../rule.ts';
import { quoted } from '../words.ts';

const classWith = (parametersRef: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: any
spec:
  controllerName: example.net/gateway/v1
  parametersRef:
${parametersRef}`;
const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: edge\n---\n';
const toMap = '    group: ""\n    kind: ConfigMap\n    name: settings\n';

export default defineRule({
  id: 'gatewayclass-parameters',
  title: 'Parameters of a GatewayClass that cannot be found',
  enforcement: 'warn',
  docs: {
    why: `A class whose parameters do not exist is not accepted (InvalidParameters), and its Gateways are not served. A GatewayClass has no namespace, so a reference to a kind that has
one must name it.`,
    wrong: [{ title: 'A ConfigMap without its namespace', yaml: map + classWith(toMap) }],
    right: [{ title: 'A ConfigMap that is there', yaml: map + classWith(`${toMap}    namespace: edge\n`) }],
    sources: ['Gateway API, apis/v1/gatewayclass_types.go: parametersRef'],
  },
  kinds: ['GatewayClass'],
  reads: ['ConfigMap'],
  mayRead: ['CustomResourceDefinition'],
  *check({ object }, context) {
    if (object.kind !== 'GatewayClass' || object.parametersRef === undefined) return;
    // Judged more closely by mesh-parameters.
    if (ownsMeshClass(object, context.settings.mesh)) return;
    const flaw = flawOf(object.parametersRef, context);
    if (flaw !== undefined) yield { identity: `${flaw.path} ${object.parametersRef.name}`, ...flaw };
  },
});

function flawOf(ref: ParametersRef, context: RuleContext): Omit<Report, 'identity'> | undefined {
  const { group, kind, namespace, name } = ref;
  const { inventory } = context;
  // Kinds of Kubernetes itself: those that we know, of which ConfigMap is the one that is used.
  const known = allKinds.find((candidate) => candidate === kind && kinds[candidate].group === group);
  if (known !== undefined && kinds[known].namespaced && namespace === undefined) {
    const message = `The parameters are a ${kind}, which lives in a namespace, and the reference names none: InvalidParameters.`;
    return { path: 'spec.parametersRef.namespace', message, hint: `Add the namespace of ${quoted(name)}.` };
  }
  if (known === 'ConfigMap' && inventory.get('ConfigMap', namespace ?? '', name) === undefined) {
    const message = `There is no ConfigMap ${quoted(`${namespace ?? ''}/${name}`)} for the class's parameters: InvalidParameters.`;
    return { path: 'spec.parametersRef.name', message, hint: 'Create it, or correct the reference.' };
  }
  if (known !== undefined || group === '' || !context.knows('CustomResourceDefinition')) return undefined;
  for (const definition of inventory.definitions()) {
    if (definition.group === group && (definition.definedKind ?? kind) === kind) return undefined;
  }
  const message = `The parameters are a ${quoted(kind)} of ${quoted(group)}, for which there is no CustomResourceDefinition: InvalidParameters.`;
  return { path: 'spec.parametersRef.kind', message, hint: 'Install the CRD, or correct group and kind.' };
}
