// The part of the workbench where an author sets a lesson up and plays it.
import { brought, byId, DraftWire, showState } from "./draftwire.js";

const place = byId("authoring");
let played = false;

/** @param {import("./draftwire.js").State} state */
function see(state) {
  showState(state);
  if (state.work === "finish") played = true;
  else if (played && state.stage === "edit" && !state.work) location.assign(place.dataset.desk ?? "");
}

const wire = new DraftWire(place.dataset.draft ?? "", place.dataset.language ?? "en", see);
wire.wireWorks(place);
see(brought("draft-state"));
wire.connect();
