// Judges YAML documents by a JSON Schema. stdin: {"schema": path, "documents": [{"name", "text"}]}; stdout: {"name": null or why it is refused}.
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import { parse } from "yaml";

const { schema, documents } = JSON.parse(readFileSync(0, "utf8"));
const validate = new Ajv({ strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true, allErrors: false }).compile(JSON.parse(readFileSync(schema, "utf8")));
const verdicts = {};
for (const { name, text } of documents) {
  try {
    verdicts[name] = validate(parse(text)) ? null : validate.errors.map((e) => `${e.instancePath} ${e.message}`).join("; ");
  } catch (e) {
    verdicts[name] = `no YAML: ${e.message.split("\n")[0]}`;
  }
}
console.log(JSON.stringify(verdicts));
