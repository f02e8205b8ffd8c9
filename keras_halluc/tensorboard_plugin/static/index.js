// The entry that TensorBoard loads into the tab's frame.

import {App} from "./app.js";
import {watchTheme} from "./host.js";

export async function render() {
  document.documentElement.lang = "en";
  document.title = "Hallucination";
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "static/style.css";
  document.head.append(style);
  watchTheme();
  const app = new App();
  document.body.append(app.node);
  await app.start();
}
