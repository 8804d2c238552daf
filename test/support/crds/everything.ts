import { parse } from 'yaml';
import type { Fields } from '../../../src/resources/fields.ts';

/** A CustomResourceDefinition with what the real ones leave out: every keyword that a structural schema may have, and rules of every form. */
export const everythingCrd = parse(`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: everythings.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Everything, plural: everythings}
  versions:
    - name: v1
      served: true
      storage: true
      subresources: {status: {}, scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}}
      schema:
        openAPIV3Schema:
          type: object
          required: [spec]
          x-kubernetes-validations:
            - {rule: "self.metadata.name != 'forbidden'", message: no such name}
          properties:
            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
            spec:
              type: object
              minProperties: 1
              maxProperties: 60
              x-kubernetes-validations:
                - {rule: "!has(self.note) || self.note != 'a'", message: the note is forbidden, reason: FieldValueForbidden, fieldPath: .note}
                - {rule: "!has(self.note) || self.note != '1'", message: the note is required, reason: FieldValueRequired, fieldPath: .note}
                - {rule: "!has(self.tags) || size(self.tags) < 3", reason: FieldValueDuplicate, fieldPath: .tags}
                - {rule: "!has(self.labels) || !('a' in self.labels)", message: no a, fieldPath: ".labels['a']"}
                - {rule: "!has(oldSelf.kind) || (has(self.kind) && self.kind == oldSelf.kind)", message: the kind is immutable}
                - {rule: "!oldSelf.hasValue() || !has(oldSelf.value().size) || has(self.size)", optionalOldSelf: true, message: the size is needed once it is set}
                - {rule: "!has(self.ratio) || self.ratio < 300.5", messageExpression: "'beside ' + self.note + ': too large'", message: too large}
                - {rule: "!has(self.limit) || self.limit != 'x'"}
              properties:
                replicas: {type: integer, format: int32, default: 1}
                note: {type: string, nullable: true, maxLength: 20}
                kind: {type: string, enum: [Red, Green, "7"]}
                level: {type: integer, enum: [1, 2, 3]}
                size: {type: integer, format: int32, minimum: 1, maximum: 400, multipleOf: 2}
                open: {type: integer, minimum: 0, exclusiveMinimum: true, maximum: 100, exclusiveMaximum: true}
                big: {type: integer, format: int64}
                ratio: {type: number, format: float, minimum: 0.5, maximum: 500.5}
                step: {type: number, format: double, multipleOf: 0.5, maximum: 0.00005}
                flag: {type: boolean, default: true}
                limit: {x-kubernetes-int-or-string: true, maxLength: 5, maximum: 90}
                port: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}], pattern: '^[a-z0-9%]+$'}
                tags: {type: array, x-kubernetes-list-type: set, minItems: 1, maxItems: 4, items: {type: string, maxLength: 40}}
                matrix: {type: array, items: {type: array, maxItems: 2, items: {type: number}}}
                labels: {type: object, minProperties: 1, maxProperties: 3, additionalProperties: {type: string, maxLength: 63}}
                nested: {type: object, additionalProperties: {type: object, required: [a], properties: {a: {type: string, default: x}, b: {type: array, x-kubernetes-list-type: set, items: {type: integer}}}}}
                nullables: {type: object, additionalProperties: {type: string, nullable: true}}
                filled: {type: object, additionalProperties: {type: string, default: filled}}
                listed: {type: array, items: {type: string, default: filled}}
                deep: {type: object, default: {}, properties: {a: {type: object, default: {b: 7}, properties: {b: {type: integer}, c: {type: string, default: c}}}}}
                anything: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {known: {type: object, properties: {a: {type: string}}}, list: {type: array, x-kubernetes-preserve-unknown-fields: true, items: {type: object, properties: {b: {type: string}}}}}}
                free: {x-kubernetes-preserve-unknown-fields: true}
                loose: {type: object, additionalProperties: true}
                exactly:
                  type: object
                  properties: {a: {type: string}, b: {type: string}, c: {type: object, properties: {d: {type: integer}}}}
                  oneOf: [{required: [a], properties: {a: {minLength: 2}}}, {required: [b]}, {required: [c], properties: {c: {required: [d], properties: {d: {minimum: 3}}}}}]
                some:
                  type: object
                  properties: {a: {type: string}, b: {type: integer}}
                  anyOf: [{required: [a], properties: {a: {pattern: '^[a-z]'}}}, {required: [b], properties: {b: {maximum: 10}}}]
                all:
                  type: object
                  properties: {a: {type: string}, b: {type: integer}}
                  allOf: [{required: [a], properties: {a: {maxLength: 3}}}, {properties: {b: {minimum: 3}}}]
                none:
                  type: string
                  not: {enum: [a, kong]}
                  allOf: [{not: {pattern: '^v'}}, {maxLength: 20}]
                books:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [title, namespace]
                  maxItems: 8
                  x-kubernetes-validations:
                    - {rule: "self.all(b, b.__namespace__ != 'kong')", message: no kong namespace}
                    - {rule: "self.size() > 1 ? has(self[1].pages) : true", message: the second needs pages}
                    - {rule: "self.all(b, !has(b.pages) || b.pages <= 1000)", messageExpression: "'of ' + self[0].title + ': too many pages'", message: too many pages}
                  items:
                    type: object
                    required: [title]
                    x-kubernetes-validations:
                      - {rule: "!has(oldSelf.pages) || (has(self.pages) && self.pages >= oldSelf.pages)", message: pages cannot be torn out}
                    properties:
                      title: {type: string, maxLength: 100}
                      namespace: {type: string, default: main, maxLength: 63}
                      pages: {type: integer, x-kubernetes-validations: [{rule: "self != 443", message: not 443}]}
                      x-y: {type: string, maxLength: 50, x-kubernetes-validations: [{rule: "self == oldSelf", message: is immutable}]}
                sparse:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [key]
                  items: {type: object, required: [key], properties: {key: {type: integer}, value: {type: string, pattern: '^[a-z]+$'}}}
                address: {type: string, format: ipv4}
                address6: {type: string, format: ipv6}
                cidr: {type: string, format: cidr}
                mac: {type: string, format: mac}
                uri: {type: string, format: uri}
                email: {type: string, format: email}
                hostname: {type: string, format: hostname}
                uuid: {type: string, format: uuid}
                uuid4: {type: string, format: uuid4}
                isbn: {type: string, format: isbn}
                card: {type: string, format: creditcard}
                ssn: {type: string, format: ssn}
                colour: {type: string, format: hexcolor}
                rgb: {type: string, format: rgbcolor}
                bytes: {type: string, format: byte}
                password: {type: string, format: password}
                day: {type: string, format: date}
                since: {type: string, format: date-time}
                wait: {type: string, format: duration}
                id: {type: string, format: bsonobjectid}
                short: {type: string, format: k8s-short-name}
                long: {type: string, format: k8s-long-name}
                other: {type: string, format: unheard-of}
`) as Fields;
