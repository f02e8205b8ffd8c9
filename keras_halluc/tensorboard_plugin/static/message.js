// What is said where there is nothing to show.

import {element} from "./element.js";

export function message(title, text, action = null) {
  const button =
    action && element("button", {type: "button", textContent: action.text, on: {click: action.run}});
  return element(
    "div",
    {className: "message"},
    element("strong", {textContent: title}),
    text && element("p", {textContent: text}),
    button
  );
}

export function failure(error, retry) {
  return message("That did not work.", error.message, {text: "Try again", run: retry});
}
