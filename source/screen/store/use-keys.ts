import {useInput, usePaste} from 'ink';
import {keyNames} from '../keys/key-names.ts';
import type {ScreenStore} from './store.ts';

/** Hands the terminal's keys to the store, one by one. */
export const useKeys = (store: ScreenStore): void => {
	useInput((input, key) => {
		for (const press of keyNames(input, key)) store.press(press);
	});
	usePaste(text => store.paste(text));
};
