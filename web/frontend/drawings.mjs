// Tells what bpmnlint and bpmn-moddle (with Camunda's extensions) have to say of drawings.
// usage: node drawings.mjs FILE.bpmn …   prints {file: [{rule, element, message}, …], …} as JSON
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { BpmnModdle } from "bpmn-moddle";
import Linter from "bpmnlint/lib/linter.js";
import NodeResolver from "bpmnlint/lib/resolver/node-resolver.js";
import config from "./bpmnlint.config.mjs";

const require = createRequire(import.meta.url);
const camunda = require("camunda-bpmn-moddle/resources/camunda.json");
const resolver = new NodeResolver({ require });
const told = {};

for (const file of process.argv.slice(2)) {
  const moddle = new BpmnModdle({ camunda });
  const { rootElement, warnings } = await moddle.fromXML(readFileSync(file, "utf8"));
  const linter = new Linter({ config, resolver }); // rules remember what they saw: one for each file
  const found = warnings.map(({ message }) => ({ rule: "import", element: null, message }));
  for (const [rule, reports] of Object.entries(await linter.lint(rootElement)))
    found.push(...reports.map(({ id, message }) => ({ rule, element: id ?? null, message })));
  told[file] = found;
}
process.stdout.write(JSON.stringify(told));
