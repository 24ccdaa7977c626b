import {useInput, usePaste} from 'ink';
import {toKeyPresses} from '../keys/key-names.ts';
import type {ScreenStore} from './store.ts';

/** Passes the terminal's keys to the store, one by one. */
export const useKeys = (store: ScreenStore): void => {
	useInput((input, key) => {
		for (const press of toKeyPresses(input, key)) store.press(press);
	});
	usePaste(text => store.paste(text));
};
