// Comforts on top of plain forms; every page works without this file.
import "./form.js";
import "./keeping.js";
import "./pages.js";
import "./persons.js";
