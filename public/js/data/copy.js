/** Text to the clipboard, also on pages without HTTPS, where the modern way is closed. */

/** @param {string} text @param {Element} shown holds the text; it is selected when copying does not work
 *  @returns {Promise<boolean>} */
export async function copyText(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without HTTPS, or no permission.
  }
  getSelection()?.selectAllChildren(shown);
  return document.execCommand("copy");
}

/**
 * Makes a button copy what an element shows. @param {HTMLButtonElement} button @param {Element} shown
 * @param {(text: string) => void} say
 */
export function copiesOnClick(button, shown, say) {
  const label = button.textContent;
  let timer = null;
  button.addEventListener("click", async () => {
    const isCopied = await copyText(shown.textContent ?? "", shown);
    const text = isCopied ? "Copied" : "Selected: press Ctrl+C";
    button.textContent = text;
    say(text);
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = label), 3000);
  });
}
