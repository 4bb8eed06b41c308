// Writes the reference of recipes, docs/recipes.md, from their JSON schema. With --print: to standard output.
import { readFileSync, writeFileSync } from "node:fs";

const root = new URL("../", import.meta.url);
const schema = JSON.parse(readFileSync(new URL("format-spec/recipe.schema.json", root), "utf8"));

const resolve = node => node.$ref ? { ...schema.$defs[node.$ref.split("/").at(-1)], ...node } : node;

/** The values that a key takes, in words. */
function valuesOf(node) {
  if (/\/(text|optional_text|name)$/.test(node.$ref ?? ""))
    return "text";
  node = resolve(node);
  if (node.enum) {
    const values = node.enum.filter(v => v !== null), numbers = values.filter(v => typeof v === "number");
    return (numbers.length > 0 ? numbers : values).map(v => `\`${v}\``).join(", ");
  }
  if (node.const !== undefined)
    return `\`${node.const}\``;
  if (node.anyOf)
    return [...new Set(node.anyOf.filter(n => resolve(n).type !== "null" && !isNumberText(resolve(n))).map(valuesOf))].join(" or ");
  const type = [node.type].flat().filter(t => t && t !== "null")[0];
  switch (type) {
    case "integer": return `an integer${range(node)}`;
    case "number": return `a number${range(node)}`;
    case "boolean": return "`true` or `false`";
    case "array": return "a list";
    case "object": return "a mapping";
    case "string": return "text";
    default: return "text";
  }
}

// The schema allows numbers as text as well, as YAML readers differ in what they take for a number.
const isNumberText = node => node.type === "string" && /^\^(\[\+-\]\?|\\\+\?)/.test(node.pattern ?? "");

function range(node) {
  const low = node.minimum ?? node.exclusiveMinimum, high = node.maximum;
  const from = node.exclusiveMinimum !== undefined ? "above" : "from";
  return low === undefined ? "" : high === undefined ? (from === "above" ? ` above ${low}` : `, at least ${low}`) : `, ${from} ${low} to ${high}`;
}

const lines = [];

function table(path, node, heading) {
  node = resolve(node);
  if (node.anyOf)
    node = { ...resolve(node.anyOf.map(resolve).find(n => n.properties)), description: node.description };
  lines.push("", `## ${heading}`, "");
  if (node.description)
    lines.push(node.description, "");
  lines.push("| key | value | required | meaning |", "|---|---|---|---|");
  const below = [];
  for (const [key, given] of Object.entries(node.properties)) {
    const value = resolve(given);
    const entries = value.additionalProperties && value.additionalProperties.properties ? value.additionalProperties : undefined;
    const nested = entries ?? (value.properties || value.anyOf?.map(resolve).some(n => n.properties) ? value : undefined);
    const name = path + key;
    if (nested)
      below.push([entries ? `${name}.NAME.` : `${name}.`, entries ? { ...entries, description: value.description } : value, entries ? `${name}.NAME` : name]);
    const examples = value.examples ? `; for example ${value.examples.map(e => `\`${e}\``).join(", ")}` : "";
    const required = node.required?.includes(key) ? "yes" : "", meaning = (value.description ?? "").replaceAll("|", "\\|");
    lines.push(`| \`${key}\` | ${valuesOf(given)}${examples} | ${required} | ${meaning} |`);
  }
  for (const [childPath, child, childHeading] of below)
    table(childPath, child, `\`${childHeading}\``);
}

lines.push("# Keys of a recipe", "",
  "<!-- Written by eng/recipe-reference.mjs (make docs) from format-spec/recipe.schema.json. Change the schema, not this page. -->", "",
  "A recipe says what to read and where it is from; `pile build RECIPE.yaml --out DIR` builds the dataset. This page lists the keys.",
  "The keys under `source` that belong to one builder are in the `SOURCE.md` of the builder, in [builders/Sources](../builders/Sources).", "",
  "Editors with a YAML language server complete the keys when the recipe names the schema in a comment, as a path or an address:", "",
  "    # yaml-language-server: $schema=../format-spec/recipe.schema.json", "",
  "`--set key=value` changes one value from the command line, for example `--set options.order=6`.", "",
  "`pile build --from TABLE… --out DIR` builds a catalogue of tables without a recipe. Its options `--rename old=new`, `--exclude`, `--only`, `--cast col=type`,",
  "`--filter`, `--ra`, `--dec`, `--id`, `--frame` and `--ra-unit` are the keys of `source` with these names, and `--write-recipe FILE` also writes the recipe that",
  "does the same. `--margin 10arcsec`, `--shards none`, `--order`, `--id-index` and `--positions` are keys of `options`, also in place of those of a recipe.",
  "`--chips` and `--scenes` take STAC items and EO3 documents in place of tables, and `--sensor NAME` states what is known of their bands ([earth.md](earth.md)).", "",
  "The `SOURCE.md` of the builder `table` lists the formats of text that are recognized, and states when the `ReadMe` of the CDS beside a file describes it:",
  "[text between blanks](../builders/Sources/Table/SOURCE.md#text-between-blanks).");
// The kind, what it reads, the folder of its SOURCE.md, and recipes to begin with.
const kinds = [
  ["table", "catalogues: tables of any format", "Table", ["examples/demo/gaia.yaml"]],
  ["spectrum", "spectra of any instrument: FITS images and tables, text, VOTable, Parquet", "Spectrum",
    ["builders/recipes/eso-spectra.yaml", "builders/recipes/apogee-stars.yaml", "builders/recipes/gbt-spectra.yaml"]],
  ["sdss-spectrum", "files `spec-PPPP-MMMMM-FFFF.fits` of SDSS, BOSS and eBOSS", "SdssSpectrum", ["builders/recipes/sdss-spectra.yaml"]],
  ["desi-spectrum", "files `coadd-*.fits` of DESI", "DesiSpectrum", ["builders/recipes/desi-spectra.yaml"]],
  ["cube", "FITS cubes of integral-field spectrographs and radio telescopes", "Cube",
    ["builders/recipes/manga-cubes.yaml", "builders/recipes/muse-cubes.yaml"]],
  ["cube-spectrum", "spectra of the objects of a catalogue, from FITS cubes", "CubeSpectrum", ["builders/recipes/muse-spectra.yaml"]],
  ["fits-cutout", "cut-outs around the objects of a catalogue, from FITS images", "FitsCutout",
    ["builders/recipes/decam-cutouts.yaml", "builders/recipes/legacy-survey-cutouts.yaml"]],
  ["fits-image", "whole frames, bricks and mosaics in FITS, or tiles of them", "FitsFrames",
    ["builders/recipes/legacy-survey-tiles.yaml"]],
  ["lightcurve-table", "light curves in tables with a row for each measurement", "LightCurve",
    ["builders/recipes/plasticc-lightcurves.yaml"]],
  ["lightcurve-fits", "light curves of Kepler, K2 and TESS in the FITS files of MAST", "LightCurve",
    ["builders/recipes/kepler-lightcurves.yaml"]],
  ["snana", "light curves in the formats of SNANA", "Snana", ["builders/recipes/pantheon-lightcurves.yaml"]],
  ["stac-scenes", "scenes of STAC items and EO3 documents", "Stac", []],
  ["eo3-scenes", "scenes of EO3 documents", "Stac", []],
  ["stac-chips", "square chips of scenes of STAC items and EO3 documents", "Stac", ["examples/demo/landsat.yaml"]],
  ["chip-index", "square chips of an index that stacchip wrote, and the STAC items that it names", "Stac", []],
];
lines.push("", "## Builders", "", "| `source.kind` | reads | keys | recipes |", "|---|---|---|---|",
  ...kinds.map(([kind, input, folder, recipes]) => `| \`${kind}\` | ${input} | [SOURCE.md](../builders/Sources/${folder}/SOURCE.md) | `
    + `${recipes.map(r => `[${r.split("/").at(-1)}](../${r})`).join(", ")} |`));
table("", { ...schema, description: undefined }, "Recipe");

const page = `${lines.join("\n")}\n`;
if (process.argv.includes("--print"))
  process.stdout.write(page);
else
  writeFileSync(new URL("docs/recipes.md", root), page);
