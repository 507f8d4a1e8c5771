// Each line of the file is [what the author wrote, Location]. Fails when the two open different things
// (WHATWG URL Standard, as Node has it), or when Location differs from `href` by more than the parser's
// own normalising.
import { readFileSync } from "node:fs";

const escape = (text, set) =>
    text.replace(set, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0"));

// The URL Standard's percent-encode sets without controls and non-ASCII, which Location has none of.
const inPath = /["<>`{}^]/g, inQuery = /["<>']/g, inFragment = /["<>`]/g;

const withoutDots = (path) => {
    const out = [];
    const parts = path.split("/").slice(1);
    parts.forEach((part, i) => {
        const plain = part.replace(/%2e/gi, ".");
        const last = i === parts.length - 1;
        if (plain === "..") out.pop();
        if (plain === "." || plain === "..") { if (last) out.push(""); } else out.push(part);
    });
    return "/" + out.join("/");
};

/// What normalising does to a URL that needs nothing else, in steps that each have a name.
const steps = [
    ["slashes", (u) => u.replace(/^[^?#]*/, (head) => head.replaceAll("\\", "/"))],
    ["case of scheme and host", (u) => u.replace(/^[^:]+:\/\/[^/?#]*/, (head) => head.toLowerCase())],
    ["default or empty port", (u) => u.replace(
        /^(?:(http:\/\/[^/?#]*?):(?:0*80)?|(https:\/\/[^/?#]*?):(?:0*443)?)(?=[/?#]|$)/, "$1$2")],
    ["empty path", (u) => u.replace(/^([^:]+:\/\/[^/?#]*)(?=[?#]|$)/, "$1/")],
    ["escapes", (u) => {
        const [, head, path, query = "", fragment = ""] =
            /^([^:]+:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(u);
        return head + escape(path, inPath) + escape(query, inQuery) + escape(fragment, inFragment);
    }],
    ["dot segments", (u) => u.replace(/^([^:]+:\/\/[^/?#]*)([^?#]*)/, (_, head, path) => head + withoutDots(path))],
];

let same = 0, faults = 0, links = 0;
const normalised = new Map();
for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
    if (!line) continue;
    const [written, location] = JSON.parse(line);
    ++links;
    const href = new URL(written).href;
    let text = location;
    for (const [name, step] of steps) {
        const next = step(text);
        if (next !== text) normalised.set(name, (normalised.get(name) ?? 0) + 1);
        text = next;
    }
    if (href === location) ++same;
    if (new URL(location).href !== href || text !== href) {
        ++faults;
        console.log(`written  ${JSON.stringify(written)}\nLocation ${location}\nhref     ${href}\nsteps    ${text}\n`);
    }
}
console.log(`${links} links, ${same} the very text of href; normalised by the parser alone:`,
            [...normalised].map(([name, count]) => `${name} ${count}`).join(", ") || "none", `; ${faults} differ`);
process.exit(faults > 0 || links < 1000 ? 1 : 0);
