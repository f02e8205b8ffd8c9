// Gets what is known of an opened case, from the run shown and from the others.

import {VOID, address, ask} from "./api.js";
import {caseDetails} from "./case_details.js";
import {failure} from "./message.js";
import {showMarks} from "./pieces.js";

const MOST_OTHERS = 8; // runs whose output is shown beside that of an opened case

export class DetailsLoader {
  // part: the run's; parts: those of all chosen runs
  async fill(cell, id, step, steps, part, parts) {
    const same = parts.filter((other) => other.name === part.name && other !== part);
    const query = {id, step};
    const wanted = JSON.stringify([part.part, query, same.length, steps]);
    // What was there stays until the answer is, so that stepping does not flicker.
    if (this.details?.id === id) cell.append(this.details.node);
    if (this.details?.wanted === wanted) return;
    try {
      const others = same.slice(0, MOST_OTHERS);
      const asks = [part, ...others].map((one) =>
        ask(`case ${one.part}`, "case", {...query, part: one.part}).catch((error) => {
          if (one === part) throw error;
          return null; // this run did not ask the case
        })
      );
      const [found, ...rest] = await Promise.all(asks);
      if (found === VOID || rest.includes(VOID)) return;
      const elsewhere = others.map(({run}, number) => [run, rest[number]]);
      const image = address("image", {...query, part: part.part});
      const node = caseDetails(found, elsewhere.filter(([, other]) => other), image);
      this.details = {id, wanted, node};
      cell.replaceChildren(node);
      showMarks(node);
    } catch (error) {
      this.details = null;
      cell.replaceChildren(failure(error, () => this.fill(cell, id, step, steps, part, parts)));
    }
  }
}
