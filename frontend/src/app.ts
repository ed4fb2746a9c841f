// The behaviours of every page. Each finds its own elements and leaves the page working without it.
import { autosubmit } from "./behaviours/autosubmit";
import { confirmFirst } from "./behaviours/confirm";
import { copyButtons } from "./behaviours/copy";
import { dropZones } from "./behaviours/drop";
import { focusErrors } from "./behaviours/errors";
import { submitOnce } from "./behaviours/once";
import { printButtons } from "./behaviours/print";
import { refreshAgain } from "./behaviours/refresh";
import { unfold } from "./behaviours/unfold";

confirmFirst(document);
submitOnce(document, window);
autosubmit(document);
copyButtons(document);
printButtons(document, window);
dropZones(document);
focusErrors(document);
refreshAgain(document, window);
unfold(document, window);
