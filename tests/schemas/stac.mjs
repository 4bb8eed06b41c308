// Judges STAC items, catalogs and collections by the JSON Schemas of STAC 1.1 in stac/. stdin: {"files": [path]}; stdout: {"path": null or why it is refused}.
import { readFileSync, readdirSync } from "node:fs";
import Ajv from "ajv";

const { files } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv({ strict: false, validateFormats: false });
const folder = new URL("./stac/", import.meta.url);
const ids = {};
for (const name of readdirSync(folder).filter((n) => n.endsWith(".json"))) {
  // The schemas are those of a commit shortly before 1.1.0: their version is replaced, and the misprinted id of common.json.
  const text = readFileSync(new URL(name, folder), "utf8").replaceAll("1.1.0-beta.1", "1.1.0").replace("/commonjson", "/common.json");
  const schema = JSON.parse(text);
  ids[schema.title] = schema.$id;
  ajv.addSchema(schema);
}
// The tests check geometries with shapely; here they only have to be GeoJSON.
const geometry = { $id: "https://geojson.org/schema/Geometry.json", type: "object", required: ["type", "coordinates"] };
ajv.addSchema(geometry);
ajv.addSchema({ $id: "https://geojson.org/schema/Feature.json", type: "object", required: ["type", "properties", "geometry"], properties: { type: { const: "Feature" } } });
const kinds = { Feature: "STAC Item", Catalog: "STAC Catalog", Collection: "STAC Collection" };
const verdicts = {};
for (const file of files) {
  const document = JSON.parse(readFileSync(file, "utf8"));
  const title = Object.keys(ids).find((t) => t.startsWith(kinds[document.type]));
  const validate = title && ajv.getSchema(ids[title]);
  verdicts[file] = !validate ? `no schema for the type ${document.type}` : validate(document) ? null : ajv.errorsText(validate.errors);
}
console.log(JSON.stringify(verdicts));
