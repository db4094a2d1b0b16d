// Comforts on top of plain forms; every page works without this file.
import "./drawings.js";
import "./form.js";
import "./keeping.js";
import "./pages.js";
import "./persons.js";
