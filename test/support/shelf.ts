import { parse } from 'yaml';
import { readDefinitionOf } from '../../src/crds/definition.ts';
import { Definitions } from '../../src/crds/definitions.ts';

/** A CustomResourceDefinition with a bit of everything that a schema may say. */
export const shelfCrd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: shelves.example.com
  annotations:
    gateway.networking.k8s.io/bundle-version: v1.6.1
    gateway.networking.k8s.io/channel: standard
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Shelf, plural: shelves}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}}
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          properties:
            apiVersion: {type: string}
            kind: {type: string}
            metadata: {type: object}
            status: {type: object, required: [filled], properties: {filled: {type: boolean}}}
            spec:
              type: object
              required: [owner]
              x-kubernetes-validations:
                - {rule: "!has(self.note) || self.note != 'forbidden'", message: the note is forbidden, reason: FieldValueForbidden, fieldPath: .note}
                - {rule: "self.owner == oldSelf.owner", message: the owner is immutable}
              properties:
                owner: {type: string, minLength: 1, maxLength: 5, pattern: '^(?i)[a-z]+$'}
                note: {type: string, nullable: true}
                size: {type: integer, format: int32, minimum: 1, maximum: 10, default: 3}
                colour: {type: string, enum: [Red, Green]}
                address: {type: string, format: ipv4}
                since: {type: string, format: date-time}
                port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
                tags: {type: array, x-kubernetes-list-type: set, maxItems: 3, items: {type: string}}
                labels: {type: object, maxProperties: 2, additionalProperties: {type: string}}
                anything: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: object, properties: {}}}}
                exactly:
                  type: object
                  properties: {a: {type: string}, b: {type: string}}
                  oneOf: [{required: [a]}, {required: [b]}]
                books:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [title, namespace]
                  x-kubernetes-validations:
                    - {rule: "self.all(b, b.__namespace__ != 'secret')", message: no secret namespace}
                    - {rule: "self.size() > 1 ? has(self[1].pages) : true", message: the second needs pages}
                    - {rule: "self.all(b, !has(b.pages) || b.pages <= 1000)", messageExpression: "'at most ' + string(1000) + ' pages, of ' + string(self.size()) + ' books'"}
                    - {rule: "self.exists(b, b.title.matches(r'^(?i)[a-z ]+$'))"}
                  items:
                    type: object
                    required: [title]
                    properties:
                      title: {type: string}
                      namespace: {type: string, default: main}
                      pages: {type: integer}
    - name: v1alpha1
      served: false
      storage: false
      schema: {openAPIV3Schema: {type: object}}
`;

/** The definitions of some CRDs in YAML. */
export function definitionsOf(...texts: string[]): Definitions {
  return new Definitions(
    texts.map((written) => {
      const definition = readDefinitionOf(parse(written));
      if (typeof definition === 'string') throw new Error(definition);
      return definition;
    }),
  );
}

/** A Shelf with that spec, in YAML. */
export const shelf = (spec: string): unknown =>
  parse(`{apiVersion: example.com/v1, kind: Shelf, metadata: {name: tall}, spec: ${spec}}`);
