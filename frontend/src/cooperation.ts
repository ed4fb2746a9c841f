// The form of a visit: names of enterprises out of the directories. The form is complete without.
import { centralNames } from "./project/central";

document.querySelectorAll<HTMLFormElement>('[data-island="central-names"]').forEach(centralNames);
