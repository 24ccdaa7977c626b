// Preloaded by --import: registers loader hooks for the program that follows.
import module from 'node:module';

module.register('./own-loader.mjs', import.meta.url);
