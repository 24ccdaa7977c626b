// Ink imports react-devtools-core only when DEV is "true"; the bundle carries this instead.
export default {initialize() {}, connectToDevTools() {}};
