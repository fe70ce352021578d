/** The lines that make a first machine appear, for this gateway as it is configured. Pure. */

const PAYLOAD = '{"rpm":1480,"torque":120.5,"pressure":6.02}';

/** Machine in the examples: nobody has one of this name by accident. */
const MACHINE = "press1";

/**
 * A topic that the template takes, e.g. `machines/press1/telemetry`, and a payload for it.
 * @param {string[]} templates as configured; those for one number or for a status come last
 * @returns {{topic: string, payload: string}}
 */
export function exampleTopic(templates) {
  const usable = templates.filter((template) => typeof template === "string" && template.includes("{machine}"));
  const isWhole = (template) => !template.includes("{metric}") && !template.endsWith("/status");
  const isData = (template) => !template.endsWith("/status");
  const template = usable.find(isWhole) ?? usable.find(isData) ?? "machines/{machine}/telemetry";
  const isNumber = template.includes("{metric}");
  const levels = withoutShare(template).split("/").map(fillLevel);
  return { topic: levels.join("/"), payload: isNumber ? "1480" : PAYLOAD };
}

/** `$share/group/…` is how the gateway subscribes; publishers leave it out. */
function withoutShare(template) {
  return template.startsWith("$share/") ? template.split("/").slice(2).join("/") : template;
}

function fillLevel(level) {
  if (["_", "+", "#"].includes(level)) return "any";
  return level.replace(/\{([^}]*)\}/g, (_, name) => {
    if (name === "machine") return MACHINE;
    if (name === "metric") return "rpm";
    return name === "_" || name === "" ? "any" : `${name}1`;
  });
}

/**
 * The host a sensor elsewhere would use: the broker's, where that is another machine; else the one this page came from.
 * @param {string | null | undefined} broker as the gateway knows it @param {string} page location.hostname
 */
export function publishHost(broker, page) {
  const isLocal = (host) => ["", "localhost", "127.0.0.1", "::1", "[::1]", "0.0.0.0", "::"].includes(host);
  const wanted = typeof broker === "string" && !isLocal(broker) ? broker : page;
  return isLocal(wanted) ? "localhost" : wanted.replace(/^\[(.*)\]$/, "$1");
}

/** What a broker with TLS or accounts asks for besides. */
function extras(mqtt) {
  const login = mqtt?.login === true ? " -u USER -P PASSWORD" : "";
  return `${login}${mqtt?.tls === true ? " --capath /etc/ssl/certs" : ""}`;
}

/**
 * @param {any} mqtt of `GET /api/gateway`: `{"host","port","tls","login","topics"}`; null or undefined: not known or
 *   not there
 * @param {string} page location.hostname
 */
export function publishLine(mqtt, page) {
  const { topic, payload } = exampleTopic(Array.isArray(mqtt?.topics) ? mqtt.topics : []);
  const port = Number.isInteger(mqtt?.port) && mqtt.port !== 1883 ? ` -p ${mqtt.port}` : "";
  const broker = `-h ${quoted(publishHost(mqtt?.host, page))}${port}${extras(mqtt)}`;
  return `mosquitto_pub ${broker} -t ${quoted(topic)} -m '${payload}'`;
}

/** Without any broker. @param {string} origin location.origin */
export function curlLine(origin) {
  return `curl -X POST ${origin}/api/machines/${MACHINE}/readings -H 'Content-Type: application/json' -d '${PAYLOAD}'`;
}

/** As the shell takes it; quotes only where needed. @param {string} text */
function quoted(text) {
  return /^[A-Za-z0-9._:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
