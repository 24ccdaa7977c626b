'use strict';
// Replaces process.emit, prints the traces that this leaves, and restores it.
const own = () => [Object.keys(process).includes('emit'), Reflect.ownKeys(process).includes('emit')].join();
const {emit} = process;
console.log(own(), emit === process.emit);
process.emit = function (name, ...values) {
	if (name === 'exit' || name === 'own') console.log(`emit ${name} ${values}`);
	return emit.call(this, name, ...values);
};
console.log(own(), emit === process.emit, Object.getOwnPropertyDescriptor(process, 'emit').enumerable);
process.on('own', value => console.log('heard', value));
console.log(process.emit('own', 1));
process.emit = emit;
console.log(process.emit === emit, process.emit('own', 2));
process.on('exit', code => console.log('exit', code));
