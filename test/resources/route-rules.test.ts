import { expect, it } from 'vitest';
import { settingsField } from '../../src/resources/route-rules.ts';

it.each([
  ['RequestRedirect', 'requestRedirect'],
  ['URLRewrite', 'urlRewrite'],
  ['CORS', 'cors'],
  ['ExternalAuth', 'externalAuth'],
  ['ExtensionRef', 'extensionRef'],
  ['', ''],
])("the settings of a filter %s stand in the specification's field %s", (type, name) => {
  expect(settingsField(type)).toBe(name);
});
