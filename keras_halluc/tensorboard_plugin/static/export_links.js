// Links to the cases that are shown, all pages of them, as files.

import {address} from "./api.js";
import {element} from "./element.js";

const KINDS = ["csv", "jsonl"];

export class ExportLinks {
  constructor() {
    this.links = KINDS.map((kind) =>
      element("a", {
        textContent: kind.toUpperCase(),
        download: `cases.${kind}`,
        title: "all cases that pass the filters, with whole texts",
      })
    );
    this.node = element("span", {className: "export"}, "Export ", this.links[0], " ", this.links[1]);
  }

  show(query) {
    const {offset, limit, ...rest} = query;
    KINDS.forEach((kind, number) => {
      this.links[number].href = address("export", {...rest, kind});
    });
  }
}
