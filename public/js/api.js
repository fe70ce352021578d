/** The gateway's HTTP API, asked by the page. */

/** An answer that has not come after this (ms) will not come. */
const ANSWER_TIMEOUT = 15_000;

/**
 * Asks for JSON. Never throws: without an answer the status is 0.
 * @param {string} path @param {{method?: string, body?: unknown}} [request] body: sent as JSON
 * @returns {Promise<{ok: boolean, status: number, body: any}>} body: null where the answer was none
 */
export async function askAPI(path, { method = "GET", body } = {}) {
  const request = { method, cache: "no-store", headers: { accept: "application/json" } };
  request.signal = AbortSignal.timeout(ANSWER_TIMEOUT);
  if (body !== undefined) {
    request.headers["content-type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(path, request);
    return { ok: response.ok, status: response.status, body: await readJSON(response) };
  } catch {
    return { ok: false, status: 0, body: null };
  }
}

async function readJSON(response) {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
