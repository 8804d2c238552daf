import { Inventory } from '../../src/inventory/inventory.ts';
import { readDocuments } from '../../src/resources/documents.ts';
import { readObject, type KubernetesObject } from '../../src/resources/read.ts';

/** The objects of a YAML text, in its order. Throws for YAML that is broken and for kinds that are not read. */
export function objects(yaml: string): KubernetesObject[] {
  const documents = readDocuments(yaml);
  const [error] = documents.errors;
  if (error !== undefined) throw new Error(`line ${error.line}: ${error.message}`);
  return documents.objects.map(({ raw }) => {
    const object = readObject(raw);
    if (object === undefined) throw new Error('an object of the text is of no kind that is read');
    return object;
  });
}

/** An inventory of the objects of a YAML text. */
export function inventoryOf(yaml: string): Inventory {
  const inventory = new Inventory();
  for (const object of objects(yaml)) inventory.set(object);
  return inventory;
}
